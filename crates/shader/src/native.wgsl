// What WGSL with 64-bit integers lacks. The text of a module takes over the functions it needs.

fn clz64(a: u64) -> u32 {
  let high = u32(a >> 32u);
  return select(countLeadingZeros(high), 32u + countLeadingZeros(u32(a)), high == 0u);
}

fn popcount64(a: u64) -> u32 {
  return countOneBits(u32(a)) + countOneBits(u32(a >> 32u));
}

fn reverse64(a: u64) -> u64 {
  return (u64(reverseBits(u32(a))) << 32u) | u64(reverseBits(u32(a >> 32u)));
}

fn mulhi32(a: u32, b: u32) -> u32 {
  return u32((u64(a) * u64(b)) >> 32u);
}

fn mulhi64(a: u64, b: u64) -> u64 {
  let al = a & 0xfffffffflu;
  let ah = a >> 32u;
  let bl = b & 0xfffffffflu;
  let bh = b >> 32u;
  let low = al * bl;
  let middle = ah * bl + (low >> 32u);
  let other = al * bh + (middle & 0xfffffffflu);
  return ah * bh + (middle >> 32u) + (other >> 32u);
}

// Doubles, given as their bits. As functions, so that constants are the driver's affair: naga computes with
// some of them and refuses others.

fn f64_add(a: u64, b: u64) -> u64 {
  return bitcast<u64>(bitcast<f64>(a) + bitcast<f64>(b));
}

fn f64_div(a: u64, b: u64) -> u64 {
  return bitcast<u64>(bitcast<f64>(a) / bitcast<f64>(b));
}

fn f64_sqrt(a: u64) -> u64 {
  return bitcast<u64>(sqrt(bitcast<f64>(a)));
}

fn f64_fma(a: u64, b: u64, c: u64) -> u64 {
  return bitcast<u64>(fma(bitcast<f64>(a), bitcast<f64>(b), bitcast<f64>(c)));
}

fn f64_lt(a: u64, b: u64) -> bool {
  return bitcast<f64>(a) < bitcast<f64>(b);
}

fn f64_eq(a: u64, b: u64) -> bool {
  return bitcast<f64>(a) == bitcast<f64>(b);
}

fn f64_from_signed(a: u64) -> u64 {
  return bitcast<u64>(f64(bitcast<i64>(a)));
}
