// 64-bit integers as pairs of words, low word first. A module's text takes over what it needs.

fn clz64(a: vec2<u32>) -> u32 {
  return select(countLeadingZeros(a.y), 32u + countLeadingZeros(a.x), a.y == 0u);
}

fn popcount64(a: vec2<u32>) -> u32 {
  return countOneBits(a.x) + countOneBits(a.y);
}

fn reverse64(a: vec2<u32>) -> vec2<u32> {
  return vec2<u32>(reverseBits(a.y), reverseBits(a.x));
}

fn lt64(a: vec2<u32>, b: vec2<u32>) -> bool {
  return a.y < b.y || (a.y == b.y && a.x < b.x);
}

fn lts64(a: vec2<u32>, b: vec2<u32>) -> bool {
  return bitcast<i32>(a.y) < bitcast<i32>(b.y) || (a.y == b.y && a.x < b.x);
}

fn add64(a: vec2<u32>, b: vec2<u32>) -> vec2<u32> {
  let low = a.x + b.x;
  return vec2<u32>(low, a.y + b.y + select(0u, 1u, low < a.x));
}

fn sub64(a: vec2<u32>, b: vec2<u32>) -> vec2<u32> {
  return vec2<u32>(a.x - b.x, a.y - b.y - select(0u, 1u, a.x < b.x));
}

fn shl64(a: vec2<u32>, n: u32) -> vec2<u32> {
  // Moving by 0 is a case of its own: a word cannot be shifted by 32.
  let m = n & 31u;
  let carried = select((a.x >> 1u) >> (31u - m), 0u, m == 0u);
  let small = vec2<u32>(a.x << m, (a.y << m) | carried);
  return select(small, vec2<u32>(0u, small.x), n >= 32u);
}

fn shr64(a: vec2<u32>, n: u32) -> vec2<u32> {
  let m = n & 31u;
  let carried = select((a.y << 1u) << (31u - m), 0u, m == 0u);
  let small = vec2<u32>((a.x >> m) | carried, a.y >> m);
  return select(small, vec2<u32>(small.y, 0u), n >= 32u);
}

fn sar64(a: vec2<u32>, n: u32) -> vec2<u32> {
  let m = n & 31u;
  let carried = select((a.y << 1u) << (31u - m), 0u, m == 0u);
  let high = bitcast<u32>(bitcast<i32>(a.y) >> m);
  let small = vec2<u32>((a.x >> m) | carried, high);
  return select(small, vec2<u32>(high, bitcast<u32>(bitcast<i32>(a.y) >> 31u)), n >= 32u);
}

fn mulwide32(a: u32, b: u32) -> vec2<u32> {
  let al = a & 0xffffu;
  let ah = a >> 16u;
  let bl = b & 0xffffu;
  let bh = b >> 16u;
  let low = al * bl;
  let middle = ah * bl + (low >> 16u);
  let other = al * bh + (middle & 0xffffu);
  return vec2<u32>(a * b, ah * bh + (middle >> 16u) + (other >> 16u));
}

fn mulhi32(a: u32, b: u32) -> u32 {
  return mulwide32(a, b).y;
}

fn mul64(a: vec2<u32>, b: vec2<u32>) -> vec2<u32> {
  let low = mulwide32(a.x, b.x);
  return vec2<u32>(low.x, low.y + a.x * b.y + a.y * b.x);
}

fn mulhi64(a: vec2<u32>, b: vec2<u32>) -> vec2<u32> {
  let low = mulwide32(a.x, b.x);
  let middle = add64(mulwide32(a.y, b.x), vec2<u32>(low.y, 0u));
  let other = add64(mulwide32(a.x, b.y), vec2<u32>(middle.x, 0u));
  let high = add64(mulwide32(a.y, b.y), vec2<u32>(middle.y, 0u));
  return add64(high, vec2<u32>(other.y, 0u));
}

fn divide64(a: vec2<u32>, b: vec2<u32>) -> vec4<u32> {
  // Quotient and remainder, a bit a round; rounds over leading zeroes are left out.
  var quotient = vec2<u32>(0u, 0u);
  var rest = vec2<u32>(0u, 0u);
  let skipped = clz64(a);
  var left = shl64(a, skipped & 63u);
  for (var i = skipped; i < 64u; i++) {
    let carry = rest.y >> 31u;
    rest = vec2<u32>((rest.x << 1u) | (left.y >> 31u), (rest.y << 1u) | (rest.x >> 31u));
    left = vec2<u32>(left.x << 1u, (left.y << 1u) | (left.x >> 31u));
    quotient = vec2<u32>(quotient.x << 1u, (quotient.y << 1u) | (quotient.x >> 31u));
    if carry == 1u || !lt64(rest, b) {
      rest = sub64(rest, b);
      quotient.x |= 1u;
    }
  }
  return vec4<u32>(quotient, rest);
}

fn div64(a: vec2<u32>, b: vec2<u32>) -> vec2<u32> {
  return divide64(a, b).xy;
}

fn rem64(a: vec2<u32>, b: vec2<u32>) -> vec2<u32> {
  return divide64(a, b).zw;
}
