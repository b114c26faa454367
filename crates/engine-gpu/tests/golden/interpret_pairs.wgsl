@group(0) @binding(0) var<storage, read> params: array<u32>;
@group(0) @binding(1) var<storage, read> code: array<vec4<u32>>;
@group(0) @binding(2) var<storage, read> tables: array<vec4<u32>>;
@group(0) @binding(3) var<storage, read_write> ptes: array<u32>;
@group(0) @binding(4) var<storage, read_write> dirty: array<u32>;
@group(0) @binding(5) var<storage, read_write> state: array<vec2<u32>>;
@group(0) @binding(6) var<storage, read_write> memory: array<u32>;
@group(0) @binding(7) var<storage, read_write> heat: array<atomic<u32>>;
var<workgroup> slots: array<vec2<u32>, 258>;
var<workgroup> tlb_pages: array<vec2<u32>, 32>;
var<workgroup> tlb_frames: array<u32, 32>;
var<workgroup> own: array<u32, 9>;
var<workgroup> failed: array<vec2<u32>, 1>;
fn clz64(a: vec2<u32>) -> u32 {
  return select(countLeadingZeros(a.y), 32u + countLeadingZeros(a.x), a.y == 0u);
}

fn lt64(a: vec2<u32>, b: vec2<u32>) -> bool {
  return a.y < b.y || (a.y == b.y && a.x < b.x);
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

fn mul64(a: vec2<u32>, b: vec2<u32>) -> vec2<u32> {
  let low = mulwide32(a.x, b.x);
  return vec2<u32>(low.x, low.y + a.x * b.y + a.y * b.x);
}

fn find_block(p0: vec2<u32>) -> u32 {
  var v0: u32;
  var v1: u32;
  let t2 = own[5u];
  let t4 = own[6u];
  let t5 = p0.x;
  let t6 = p0.y;
  let t9 = ((t5 ^ t6) * 0x9e3779b1u);
  v0 = ((t9 ^ (t9 >> 15u)) & t4);
  v1 = 0xffffffffu;
  loop {
    let t15 = v0;
    let t16 = (t2 + t15);
    let t17 = tables[t16];
    if (t17.z == 0u) {
      break;
    }
    if ((t17.x == t5) & (t17.y == t6)) {
      v1 = (t17.z - 1u);
      break;
    }
    let t28 = v0;
    v0 = ((t28 + 1u) & t4);
  }
  let t32 = v1;
  return t32;
}

fn translate(p0: vec2<u32>, p1: bool) -> u32 {
  var v0: u32;
  var v1: u32;
  var v2: u32;
  let t3 = shr64(p0, 12u);
  let t4 = t3.x;
  let t10 = ((t4 & 15u) + (select(0u, 1u, p1) * 16u));
  let t11 = tlb_frames[t10];
  v0 = t11;
  let t12 = tlb_pages[t10];
  let t14 = add64(t3, vec2<u32>(0x1u, 0x0u));
  if !(all(t12 == t14)) {
    let t18 = own[0u];
    let t20 = own[1u];
    let t21 = t3.y;
    let t24 = ((t4 ^ t21) * 0x9e3779b1u);
    v1 = ((t24 ^ (t24 >> 15u)) & t20);
    v2 = 0xffffffffu;
    loop {
      let t29 = v1;
      let t30 = (t18 + t29);
      let t31 = tables[t30];
      if (t31.z == 0u) {
        break;
      }
      if ((t31.x == t4) & (t31.y == t21)) {
        v2 = (t31.z - 1u);
        break;
      }
      let t40 = v1;
      v1 = ((t40 + 1u) & t20);
    }
    let t43 = v2;
    v0 = 0xffffffffu;
    if (t43 != 0xffffffffu) {
      let t46 = own[2u];
      let t47 = (t46 + t43);
      let t48 = ptes[t47];
      if ((t48 & select(0x80000000u, 0x40000000u, p1)) != 0u) {
        v0 = ((t48 & 0x3ffffffu) * 0x400u);
        tlb_pages[t10] = t14;
        let t58 = v0;
        tlb_frames[t10] = t58;
        if (p1 & ((t48 & 0x10000000u) == 0u)) {
          let t64 = own[4u];
          ptes[t47] = (t48 | 0x10000000u);
          let t67 = own[3u];
          dirty[(t67 + t64)] = t43;
          own[4u] = (t64 + 1u);
        }
      }
    }
  }
  let t70 = v0;
  return t70;
}

struct load_result { r0: vec2<u32>, r1: vec2<u32>, r2: bool }
fn load(p0: vec2<u32>, p1: u32) -> load_result {
  var v0: u32;
  var v1: vec2<u32>;
  var v2: vec2<u32>;
  var v3: vec2<u32>;
  var v4: u32;
  var v5: u32;
  let t3 = (p0 & vec2<u32>(0xffffffffu, 0xffffffu));
  let c0 = translate(t3, false);
  v0 = c0;
  let t9 = (t3.x & 0xfffu);
  if (0x1000u < (t9 + p1)) {
    let c1 = translate((add64(t3, vec2<u32>((p1 - 1u), 0u)) & vec2<u32>(0xffffffffu, 0xffffffu)), false);
    v0 = c1;
  }
  let t18 = v0;
  let t22 = ((c0 != 0xffffffffu) & (t18 != 0xffffffffu));
  if !(t22) {
    failed[0u] = t3;
    own[7u] = p1;
  }
  v1 = vec2<u32>(0x0u, 0x0u);
  v2 = vec2<u32>(0x0u, 0x0u);
  if t22 {
    let t28 = (t9 >> 2u);
    let t31 = ((t9 & 3u) << 3u);
    let t33 = (t31 + (p1 << 3u));
    let t41 = memory[(select(t18, c0, (t28 < 0x400u)) + (t28 & 1023u))];
    v3 = vec2<u32>(t41, 0u);
    if (32u < t33) {
      let t45 = v3;
      let t48 = (t28 + 1u);
      let t53 = memory[(select(t18, c0, (t48 < 0x400u)) + (t48 & 1023u))];
      v3 = vec2<u32>(t45.x, t53);
    }
    v4 = 0u;
    if (64u < t33) {
      let t57 = (t28 + 2u);
      let t62 = memory[(select(t18, c0, (t57 < 0x400u)) + (t57 & 1023u))];
      v4 = t62;
    }
    let t63 = v3;
    let t64 = v4;
    let t68 = ((64u - t31) & 63u);
    let t71 = (t31 == 0u);
    v1 = (shr64(t63, t31) | select(shl64(vec2<u32>(t64, 0u), t68), vec2<u32>(0x0u, 0x0u), t71));
    if (p1 == 16u) {
      let t76 = v4;
      let t77 = (t28 + 3u);
      let t82 = memory[(select(t18, c0, (t77 < 0x400u)) + (t77 & 1023u))];
      v5 = 0u;
      if (t31 != 0u) {
        let t86 = (t28 + 4u);
        let t91 = memory[(select(t18, c0, (t86 < 0x400u)) + (t86 & 1023u))];
        v5 = t91;
      }
      let t92 = v5;
      let t97 = (shr64(vec2<u32>(t76, t82), t31) | select(shl64(vec2<u32>(t92, 0u), t68), vec2<u32>(0x0u, 0x0u), t71));
      v2 = t97;
    }
    let t104 = v1;
    let t106 = shr64(vec2<u32>(0xffffffffu, 0xffffffffu), ((64u - (select(8u, p1, (p1 < 8u)) << 3u)) & 63u));
    v1 = (t104 & t106);
  }
  let t108 = v1;
  let t109 = v2;
  return load_result(t108, t109, t22);
}

fn put(p0: u32, p1: u32, p2: u32, p3: u32, p4: vec2<u32>) {
  var v0: u32;
  var v1: u32;
  var v2: u32;
  let t6 = (p2 >> 2u);
  let t9 = ((p2 & 3u) << 3u);
  let t11 = (t9 + (p3 << 3u));
  let t12 = shl64(p4, t9);
  let t19 = (select(p1, p0, (t6 < 0x400u)) + (t6 & 1023u));
  let t20 = t12.x;
  let t30 = (select(0xffffffffu, (~(0xffffffffu << (t11 & 31u))), (t11 < 32u)) & (0xffffffffu << t9));
  v0 = t20;
  if (t30 != 0xffffffffu) {
    let t32 = memory[t19];
    v0 = ((t32 & (~t30)) | (t20 & t30));
  }
  let t37 = v0;
  memory[t19] = t37;
  if (32u < t11) {
    let t40 = (t6 + 1u);
    let t44 = (select(p1, p0, (t40 < 0x400u)) + (t40 & 1023u));
    let t45 = t12.y;
    let t46 = (t11 - 32u);
    let t51 = select(0xffffffffu, (~(0xffffffffu << (t46 & 31u))), (t46 < 32u));
    v1 = t45;
    if (t51 != 0xffffffffu) {
      let t53 = memory[t44];
      v1 = ((t53 & (~t51)) | (t45 & t51));
    }
    let t58 = v1;
    memory[t44] = t58;
  }
  if (64u < t11) {
    let t65 = shr64(p4, ((64u - t9) & 63u)).x;
    let t66 = (t6 + 2u);
    let t70 = (select(p1, p0, (t66 < 0x400u)) + (t66 & 1023u));
    let t71 = (t11 - 64u);
    let t76 = select(0xffffffffu, (~(0xffffffffu << (t71 & 31u))), (t71 < 32u));
    v2 = t65;
    if (t76 != 0xffffffffu) {
      let t78 = memory[t70];
      v2 = ((t78 & (~t76)) | (t65 & t76));
    }
    let t83 = v2;
    memory[t70] = t83;
  }
}

fn store(p0: vec2<u32>, p1: u32, p2: vec2<u32>, p3: vec2<u32>) -> bool {
  var v0: u32;
  let t5 = (p0 & vec2<u32>(0xffffffffu, 0xffffffu));
  let c0 = translate(t5, true);
  v0 = c0;
  let t11 = (t5.x & 0xfffu);
  if (0x1000u < (t11 + p1)) {
    let c1 = translate((add64(t5, vec2<u32>((p1 - 1u), 0u)) & vec2<u32>(0xffffffffu, 0xffffffu)), true);
    v0 = c1;
  }
  let t20 = v0;
  let t24 = ((c0 != 0xffffffffu) & (t20 != 0xffffffffu));
  if !(t24) {
    failed[0u] = t5;
    own[7u] = (p1 | 256u);
  }
  if t24 {
    put(c0, t20, t11, select(8u, p1, (p1 < 8u)), p2);
    if (8u < p1) {
      put(c0, t20, (t11 + 8u), (p1 - 8u), p3);
    }
  }
  return t24;
}

@compute @workgroup_size(1)
fn interpret(@builtin(global_invocation_id) global: vec3<u32>, @builtin(local_invocation_index) local: u32) {
  var v0: u32;
  var v1: u32;
  var v2: u32;
  var v3: u32;
  var v4: vec2<u32>;
  var v5: u32;
  var v6: vec2<u32>;
  var v7: vec2<u32>;
  var v8: u32;
  var v9: vec2<u32>;
  var v10: vec2<u32>;
  var v11: bool;
  var v12: bool;
  var v13: u32;
  var v14: u32;
  var v15: vec2<u32>;
  var v16: vec2<u32>;
  var v17: u32;
  var v18: u32;
  var v19: vec2<u32>;
  var v20: vec2<u32>;
  var v21: u32;
  var v22: u32;
  var v23: vec2<u32>;
  var v24: u32;
  let t1 = params[0u];
  if (global.x < t1) {
    let t6 = ((258u * t1) + global.x);
    let t7 = state[t6];
    let t8 = t7.x;
    if ((t8 == 0u) | (t8 == 11u)) {
      let t16 = state[((263u * t1) + global.x)];
      let t20 = state[((264u * t1) + global.x)];
      let t24 = state[((265u * t1) + global.x)];
      own[5u] = t16.x;
      own[6u] = t16.y;
      own[0u] = t20.x;
      own[1u] = t20.y;
      own[2u] = t24.x;
      own[3u] = t24.y;
      let t38 = ((266u * t1) + global.x);
      let t39 = state[t38];
      own[4u] = t39.x;
      v0 = 0u;
      loop {
        let t43 = v0;
        if !((t43 < 32u)) {
          break;
        }
        tlb_pages[t43] = vec2<u32>(0x0u, 0x0u);
        v0 = (t43 + 1u);
      }
      v1 = 0u;
      loop {
        let t49 = v1;
        if !((t49 < 8u)) {
          break;
        }
        let t52 = (t49 * 32u);
        let t55 = state[((t52 * t1) + global.x)];
        let t56 = (t52 + 1u);
        let t59 = state[((t56 * t1) + global.x)];
        let t60 = (t52 + 2u);
        let t63 = state[((t60 * t1) + global.x)];
        let t64 = (t52 + 3u);
        let t67 = state[((t64 * t1) + global.x)];
        let t68 = (t52 + 4u);
        let t71 = state[((t68 * t1) + global.x)];
        let t72 = (t52 + 5u);
        let t75 = state[((t72 * t1) + global.x)];
        let t76 = (t52 + 6u);
        let t79 = state[((t76 * t1) + global.x)];
        let t81 = (t52 + 7u);
        let t84 = state[((t81 * t1) + global.x)];
        let t85 = (t52 + 8u);
        let t88 = state[((t85 * t1) + global.x)];
        let t90 = (t52 + 9u);
        let t93 = state[((t90 * t1) + global.x)];
        let t95 = (t52 + 10u);
        let t98 = state[((t95 * t1) + global.x)];
        let t99 = (t52 + 11u);
        let t102 = state[((t99 * t1) + global.x)];
        let t104 = (t52 + 12u);
        let t107 = state[((t104 * t1) + global.x)];
        let t109 = (t52 + 13u);
        let t112 = state[((t109 * t1) + global.x)];
        let t114 = (t52 + 14u);
        let t117 = state[((t114 * t1) + global.x)];
        let t119 = (t52 + 15u);
        let t122 = state[((t119 * t1) + global.x)];
        let t124 = (t52 + 16u);
        let t127 = state[((t124 * t1) + global.x)];
        let t129 = (t52 + 17u);
        let t132 = state[((t129 * t1) + global.x)];
        let t134 = (t52 + 18u);
        let t137 = state[((t134 * t1) + global.x)];
        let t139 = (t52 + 19u);
        let t142 = state[((t139 * t1) + global.x)];
        let t144 = (t52 + 20u);
        let t147 = state[((t144 * t1) + global.x)];
        let t149 = (t52 + 21u);
        let t152 = state[((t149 * t1) + global.x)];
        let t154 = (t52 + 22u);
        let t157 = state[((t154 * t1) + global.x)];
        let t159 = (t52 + 23u);
        let t162 = state[((t159 * t1) + global.x)];
        let t164 = (t52 + 24u);
        let t167 = state[((t164 * t1) + global.x)];
        let t169 = (t52 + 25u);
        let t172 = state[((t169 * t1) + global.x)];
        let t174 = (t52 + 26u);
        let t177 = state[((t174 * t1) + global.x)];
        let t179 = (t52 + 27u);
        let t182 = state[((t179 * t1) + global.x)];
        let t184 = (t52 + 28u);
        let t187 = state[((t184 * t1) + global.x)];
        let t189 = (t52 + 29u);
        let t192 = state[((t189 * t1) + global.x)];
        let t194 = (t52 + 30u);
        let t197 = state[((t194 * t1) + global.x)];
        let t199 = (t52 + 31u);
        let t202 = state[((t199 * t1) + global.x)];
        slots[t52] = t55;
        slots[t56] = t59;
        slots[t60] = t63;
        slots[t64] = t67;
        slots[t68] = t71;
        slots[t72] = t75;
        slots[t76] = t79;
        slots[t81] = t84;
        slots[t85] = t88;
        slots[t90] = t93;
        slots[t95] = t98;
        slots[t99] = t102;
        slots[t104] = t107;
        slots[t109] = t112;
        slots[t114] = t117;
        slots[t119] = t122;
        slots[t124] = t127;
        slots[t129] = t132;
        slots[t134] = t137;
        slots[t139] = t142;
        slots[t144] = t147;
        slots[t149] = t152;
        slots[t154] = t157;
        slots[t159] = t162;
        slots[t164] = t167;
        slots[t169] = t172;
        slots[t174] = t177;
        slots[t179] = t182;
        slots[t184] = t187;
        slots[t189] = t192;
        slots[t194] = t197;
        slots[t199] = t202;
        v1 = (t49 + 1u);
      }
      let t207 = ((257u * t1) + global.x);
      let t208 = state[t207];
      let t212 = select(vec2<u32>(0x80000000u, 0x0u), t208, lt64(t208, vec2<u32>(0x80000000u, 0x0u))).x;
      v2 = t212;
      let t215 = ((259u * t1) + global.x);
      let t216 = state[t215];
      v3 = t216.x;
      let t220 = ((256u * t1) + global.x);
      let t221 = state[t220];
      v4 = (t221 & vec2<u32>(0xfffff000u, 0xffffffffu));
      v5 = 0u;
      v6 = vec2<u32>(0x0u, 0x0u);
      v7 = vec2<u32>(0x0u, 0x0u);
      v8 = 0u;
      v9 = vec2<u32>(0x0u, 0x0u);
      v10 = vec2<u32>(0x0u, 0x0u);
      v11 = false;
      v12 = false;
      v13 = 0u;
      let t225 = params[1u];
      v14 = t225;
      let t226 = v14;
      let t227 = params[3u];
      let t228 = (t227 != 0u);
      loop {
        let t229 = v3;
        let t230 = (t229 << 1u);
        let t231 = code[t230];
        let t235 = (t230 + 1u);
        let t236 = code[t235];
        let t242 = ((t231.x & 0x10000u) != 0u);
        let t243 = v2;
        let t249 = v14;
        if ((t249 == 0u) | (t242 & ((t243 == 0u) | ((t231.x & 0x60000u) != 0u)))) {
          let t253 = v14;
          if (t253 == 0u) {
            break;
          }
          let t259 = v14;
          if ((((t231.x & 0x40000u) != 0u) & t228) & (t259 != t226)) {
            v5 = 10u;
          }
          if ((t231.x & 0x20000u) != 0u) {
            let t270 = state[((262u * t1) + global.x)];
            let t272 = v2;
            slots[44u] = add64(sub64(t270, t208), vec2<u32>((t212 - t272), 0u));
          }
          let t276 = v2;
          if (t276 == 0u) {
            v5 = 1u;
          }
          let t278 = v5;
          if (t278 != 0u) {
            break;
          }
        }
        let t280 = v2;
        v2 = (t280 - select(0u, 1u, t242));
        let t283 = v14;
        v14 = (t283 - 1u);
        let t285 = vec2<u32>(t236.x, t236.y);
        let t289 = ((t231.y >> 16u) & 255u);
        let t290 = (t289 == 255u);
        let t291 = (t231.y & 255u);
        let t296 = ((t231.y >> 24u) & 255u);
        let t297 = slots[((t231.y >> 8u) & 255u)];
        let t298 = slots[t289];
        let t299 = select(t298, t285, t290);
        let t300 = slots[t296];
        if ((t231.x & 0x400000u) != 0u) {
          if ((t236.z & 0x80000000u) != 0u) {
            let t310 = (0u - ((t236.z >> 15u) & 1u));
            let t315 = select(t297, vec2<u32>(0x0u, 0x0u), ((t236.z & 0x40000u) != 0u));
            let t320 = select((t299 ^ vec2<u32>(t310, t310)), vec2<u32>(0x0u, 0x0u), ((t236.z & 0x1000000u) != 0u));
            let t335 = (select(vec2<u32>(0x0u, 0x0u), (t315 & t320), ((t236.z & 0x400000u) != 0u)) | select(vec2<u32>(0x0u, 0x0u), (t315 ^ t320), ((t236.z & 0x800000u) != 0u)));
            let t342 = select(add64(add64(t315, t320), vec2<u32>(((t236.z >> 16u) & 1u), 0u)), t335, ((t236.z & 0xc00000u) != 0u));
            slots[t291] = vec2<u32>(t342.x, select(0u, t342.y, ((t236.z & 0x100000u) != 0u)));
          } else {
            let t348 = slots[36u];
            let t350 = (t231.z & 0xffffu);
            let t353 = ((t236.z & 0x100000u) != 0u);
            let t356 = ((t236.z >> 15u) & 1u);
            let t357 = (0u - t356);
            let t358 = vec2<u32>(t357, t357);
            let t359 = t297.x;
            let t362 = vec2<u32>(t359, select(0u, t297.y, t353));
            let t363 = (t299 ^ t358);
            let t367 = vec2<u32>(t363.x, select(0u, t363.y, t353));
            let t368 = t348.x;
            let t374 = add64(t362, t367);
            let t379 = add64(t374, vec2<u32>((((t368 >> 1u) & ((t236.z >> 17u) & 1u)) | ((t236.z >> 16u) & 1u)), 0u));
            let t385 = t379.y;
            let t387 = select((t385 & 1u), (select(0u, 1u, lt64(t374, t362)) | select(0u, 1u, lt64(t379, t374))), t353);
            let t388 = t379.x;
            let t389 = select(0u, t385, t353);
            let t390 = vec2<u32>(t388, t389);
            let t393 = ((t362 ^ t390) & (t367 ^ t390));
            let t398 = (select(t393.x, t393.y, t353) >> 31u);
            let t400 = ((t236.z & 0x400000u) != 0u);
            let t402 = select(t390, (t362 & t367), t400);
            let t413 = (((select(t402.x, t402.y, t353) >> 31u) << 3u) | (select(0u, 1u, all(t402 == vec2<u32>(0x0u, 0x0u))) << 2u));
            let t420 = ((t350 & 15u) >> 1u);
            let t429 = select(select(select(0xf0ff0f0u, 0x3333ccccu, (t420 == 1u)), 0xffff00u, (t420 == 2u)), 0x5555aaaau, (t420 == 3u));
            let t438 = select(select(select(t429, 0xf3f30c0cu, (t420 == 4u)), 0x55aaaa55u, (t420 == 5u)), 0xf5fa0a05u, (t420 == 6u));
            let t448 = (((select(t438, 0xffffffffu, (t420 == 7u)) >> (((t350 & 1u) << 4u) + (t368 & 15u))) & 1u) != 0u);
            let t450 = (t236.z & 63u);
            let t460 = select(select(select(0u, 1u, all(t390 == vec2<u32>(0x0u, 0x0u))), (t387 ^ 1u), (t450 == 1u)), ((select(t388, t389, t353) >> 31u) ^ t398), (t450 == 2u));
            let t466 = ((t236.z & 0x10000000u) != 0u);
            let t475 = (t299.x & select(31u, 63u, t353));
            let t481 = ((t450 + select(0u, t475, ((t236.z & 0x1000u) != 0u))) & 63u);
            let t492 = select(t367, t362, ((t236.z & 0x4000000u) != 0u));
            let t498 = ((t236.z & 0x2000000u) != 0u);
            let t500 = shl64(t297, ((((t236.z >> 6u) & 63u) + select(0u, t475, ((t236.z & 0x2000u) != 0u))) & 63u));
            let t501 = select(t500, select(vec2<u32>(t492.x, t359), t492, t353), t498);
            let t515 = select(vec2<u32>(0x0u, 0x0u), shl64(t362, ((64u - t481) & 63u)), ((t498 & t353) & (t481 != 0u)));
            let t525 = add64(add64((mul64(t297, t299) ^ t358), vec2<u32>(t356, 0u)), select(t300, vec2<u32>(0x0u, 0x0u), ((t236.z & 0x80000u) != 0u)));
            let t529 = select(t402, (select(shr64(t501, t481), sar64(t501, t481), ((t236.z & 0x4000u) != 0u)) | t515), ((t236.z & 0x3000000u) != 0u));
            let t533 = select(t529, select(t367, t362, ((t466 & any(t300 != vec2<u32>(0x0u, 0x0u))) | (!(t466) & t448))), ((t236.z & 0x8000000u) != 0u));
            let t542 = select(select(t533, t525, ((t236.z & 0x20000000u) != 0u)), vec2<u32>(select(t460, select(0u, 1u, t448), (t450 == 3u)), 0u), ((t236.z & 0x40000000u) != 0u));
            slots[t291] = vec2<u32>(t542.x, select(0u, t542.y, t353));
            slots[select(256u, 36u, ((t236.z & 0x200000u) != 0u))] = vec2<u32>(((t413 | (select(t387, 0u, t400) << 1u)) | select(t398, 0u, t400)), 0u);
          }
          v3 = (t229 + 1u);
        } else {
          if ((t231.x & 0x80000u) != 0u) {
            let t563 = add64(add64(t297, t285), select(shl64(t299, ((t231.z & 0xffffu) & 63u)), vec2<u32>(0x0u, 0x0u), t290));
            if ((t231.z & 0x800000u) != 0u) {
              v8 = 0u;
              let t569 = ((t231.z >> 16u) & 31u);
              if ((t297.x & (t569 - 1u)) != 0u) {
                failed[0u] = t297;
                own[7u] = (t569 | select(0u, 256u, ((t231.z & 0x400000u) != 0u)));
                v5 = 9u;
              }
              v15 = vec2<u32>(0x0u, 0x0u);
              v16 = vec2<u32>(0x0u, 0x0u);
              let t580 = v5;
              if (t580 == 0u) {
                let c0 = load(t297, t569);
                v15 = c0.r0;
                v16 = c0.r1;
                if !(c0.r2) {
                  v5 = 6u;
                }
              }
              v11 = false;
              v12 = false;
              let t586 = v5;
              if (t586 == 0u) {
                let t588 = v15;
                let t589 = v16;
                switch (t231.x & 0xffffu) {
                  default: {
                    v5 = 8u;
                  }
                }
              }
              let t591 = v11;
              if t591 {
                let t592 = v9;
                let t593 = v10;
                let c1 = store(t297, t569, t592, t593);
                if !(c1) {
                  v5 = 6u;
                }
              }
              let t596 = v5;
              if (t596 == 0u) {
                let t598 = v12;
                if t598 {
                  slots[40u] = vec2<u32>(0xffffffffu, 0xffffffffu);
                }
                let t601 = v8;
                if (t601 != 0u) {
                  let t603 = v6;
                  slots[t291] = t603;
                  let t604 = v8;
                  if (t604 == 2u) {
                    let t607 = v7;
                    slots[(t291 + 1u)] = t607;
                  }
                }
                v3 = (t229 + 1u);
              }
            } else {
              if ((t231.z & 0x200000u) != 0u) {
                let t614 = ((t231.z >> 16u) & 31u);
                let t616 = (t563 & vec2<u32>(0xffffffffu, 0xffffffu));
                let t618 = shr64(t616, 12u);
                let t621 = (t618.x & 15u);
                let t622 = tlb_pages[t621];
                let t626 = tlb_frames[t621];
                let t629 = (t616.x & 0xfffu);
                let t631 = (t629 & 3u);
                let t634 = (t614 == 16u);
                v17 = (t229 + 1u);
                v18 = t291;
                v19 = vec2<u32>(0x0u, 0x0u);
                v20 = vec2<u32>(0x0u, 0x0u);
                let t639 = (all(t622 == add64(t618, vec2<u32>(0x1u, 0x0u))) & (((t631 + t614) <= 8u) | (t634 & (t631 == 0u))));
                if (t639 & ((t629 + t614) <= 0x1000u)) {
                  let t643 = (t629 >> 2u);
                  let t644 = (t643 + 1u);
                  let t649 = memory[(t626 + select(1023u, t644, (t644 < 1023u)))];
                  let t650 = (t626 + t643);
                  let t651 = memory[t650];
                  v19 = shr64(vec2<u32>(t651, t649), (t631 << 3u));
                  if t634 {
                    let t656 = memory[(t650 + 2u)];
                    let t658 = memory[(t650 + 3u)];
                    v20 = vec2<u32>(t656, t658);
                  }
                } else {
                  let c2 = load(t563, t614);
                  v19 = c2.r0;
                  v20 = c2.r1;
                  if !(c2.r2) {
                    v5 = 6u;
                    v17 = t229;
                    v18 = 256u;
                  }
                }
                let t669 = ((64u - (select(8u, t614, (t614 < 8u)) << 3u)) & 63u);
                let t670 = v19;
                let t671 = shl64(t670, t669);
                let t677 = select(shr64(t671, t669), sar64(t671, t669), ((t231.z & 0x1000000u) != 0u));
                let t684 = v18;
                slots[t684] = select(t677, (t677 & vec2<u32>(0xffffffffu, 0x0u)), ((t231.z & 0x2000000u) != 0u));
                if ((t231.z & 0x4000000u) != 0u) {
                  let t688 = v18;
                  let t690 = v20;
                  slots[(t688 + 1u)] = t690;
                }
                let t691 = v17;
                v3 = t691;
              } else {
                let t694 = ((t231.z >> 16u) & 31u);
                let t697 = (t563 & vec2<u32>(0xffffffffu, 0xffffffu));
                let t699 = shr64(t697, 12u);
                let t703 = ((t699.x & 15u) + 16u);
                let t704 = tlb_pages[t703];
                let t708 = tlb_frames[t703];
                let t711 = (t697.x & 0xfffu);
                let t712 = (t711 & 3u);
                v21 = (t229 + 1u);
                let t720 = slots[(t296 + 1u)];
                let t722 = (all(t704 == add64(t699, vec2<u32>(0x1u, 0x0u))) & (((4u <= t694) & (t712 == 0u)) | ((t712 + t694) <= 4u)));
                if (t722 & ((t711 + t694) <= 0x1000u)) {
                  v22 = t300.x;
                  if (t694 < 4u) {
                    let t734 = (t712 << 3u);
                    let t735 = ((0xffffffffu >> ((32u - (t694 << 3u)) & 31u)) << t734);
                    let t738 = memory[(t708 + (t711 >> 2u))];
                    let t741 = v22;
                    v22 = ((t738 & (~t735)) | ((t741 << t734) & t735));
                  }
                  let t745 = v22;
                  let t747 = (t708 + (t711 >> 2u));
                  memory[t747] = t745;
                  if (4u < t694) {
                    memory[(t747 + 1u)] = t300.y;
                    if (t694 == 16u) {
                      memory[(t747 + 2u)] = t720.x;
                      memory[(t747 + 3u)] = t720.y;
                    }
                  }
                } else {
                  let c3 = store(t563, t694, t300, t720);
                  if !(c3) {
                    v5 = 6u;
                    v21 = t229;
                  }
                }
                let t758 = v21;
                v3 = t758;
              }
            }
          } else {
            if ((t231.x & 0x100000u) != 0u) {
              if ((t231.x & 0x800000u) != 0u) {
                let t776 = (t231.z & 0xffffu);
                let t784 = slots[36u];
                let t790 = ((t776 & 15u) >> 1u);
                let t799 = select(select(select(0xf0ff0f0u, 0x3333ccccu, (t790 == 1u)), 0xffff00u, (t790 == 2u)), 0x5555aaaau, (t790 == 3u));
                let t808 = select(select(select(t799, 0xf3f30c0cu, (t790 == 4u)), 0x55aaaa55u, (t790 == 5u)), 0xf5fa0a05u, (t790 == 6u));
                let t816 = ((select(t808, 0xffffffffu, (t790 == 7u)) >> (((t776 & 1u) << 4u) + (t784.x & 15u))) & 1u);
                let t825 = (((t231.z & 0x4000000u) != 0u) & ((t297.x | (t297.y & select(0xffffffffu, 0u, ((t231.z & 0x20000000u) != 0u)))) == 0u));
                let t831 = (((((t231.z & 0x2000000u) != 0u) & (t816 != 0u)) | t825) | (((t231.z & 0x8000000u) != 0u) & ((shr64(t297, (t776 & 63u)).x & 1u) != 0u)));
                let t835 = (t831 != ((t231.z & 0x10000000u) != 0u));
                let t836 = select(t236.w, t236.z, t835);
                let t837 = atomicAdd(&heat[t229], 1u);
                if (t836 != 0xffffffffu) {
                  v3 = t836;
                } else {
                  let t839 = v4;
                  let t848 = add64((t839 & vec2<u32>(0xfffff000u, 0xffffffffu)), vec2<u32>(((t231.w & 0xfffu) + ((t231.z >> 16u) & 511u)), 0u));
                  let t853 = select(select(t848, t285, t835), t297, ((t231.z & 0x40000000u) != 0u));
                  let c4 = find_block(t853);
                  if (c4 == 0xffffffffu) {
                    v4 = t853;
                    v5 = 7u;
                  } else {
                    v4 = (t853 & vec2<u32>(0xfffff000u, 0xffffffffu));
                    v3 = c4;
                  }
                }
              } else {
                switch (t231.x & 0xffffu) {
                  default: {
                    v5 = 8u;
                  }
                }
              }
            } else {
              v8 = 1u;
              switch (t231.x & 0xffffu) {
                case 0u: {
                  let t861 = (t231.z & 0xffffu);
                  v6 = vec2<u32>(clz64(t297), 0u);
                  v8 = 1u;
                }
                default: {
                  v5 = 8u;
                }
              }
              let t871 = v5;
              if (t871 == 0u) {
                let t873 = v8;
                if (t873 != 0u) {
                  let t875 = v6;
                  slots[t291] = t875;
                  let t876 = v8;
                  if (t876 == 2u) {
                    let t879 = v7;
                    slots[(t291 + 1u)] = t879;
                  }
                }
                v3 = (t229 + 1u);
              }
            }
          }
          let t881 = v5;
          if (t881 != 0u) {
            break;
          }
        }
      }
      let t885 = v5;
      if ((t885 == 1u) & any(t208 != vec2<u32>(t212, 0u))) {
        v5 = 0u;
      }
      let t888 = v5;
      let t889 = v4;
      v23 = t889;
      if ((t888 != 7u) & (t888 != 2u)) {
        let t894 = v3;
        let t895 = (t894 << 1u);
        let t896 = code[t895];
        let t900 = v23;
        v23 = ((t900 & vec2<u32>(0xfffff000u, 0xffffffffu)) | vec2<u32>((t896.w & 0xfffu), 0u));
      }
      v24 = 0u;
      loop {
        let t906 = v24;
        if !((t906 < 8u)) {
          break;
        }
        let t909 = (t906 * 32u);
        let t910 = slots[t909];
        state[((t909 * t1) + global.x)] = t910;
        let t913 = (t909 + 1u);
        let t914 = slots[t913];
        state[((t913 * t1) + global.x)] = t914;
        let t917 = (t909 + 2u);
        let t918 = slots[t917];
        state[((t917 * t1) + global.x)] = t918;
        let t921 = (t909 + 3u);
        let t922 = slots[t921];
        state[((t921 * t1) + global.x)] = t922;
        let t925 = (t909 + 4u);
        let t926 = slots[t925];
        state[((t925 * t1) + global.x)] = t926;
        let t929 = (t909 + 5u);
        let t930 = slots[t929];
        state[((t929 * t1) + global.x)] = t930;
        let t933 = (t909 + 6u);
        let t934 = slots[t933];
        state[((t933 * t1) + global.x)] = t934;
        let t937 = (t909 + 7u);
        let t938 = slots[t937];
        state[((t937 * t1) + global.x)] = t938;
        let t941 = (t909 + 8u);
        let t942 = slots[t941];
        state[((t941 * t1) + global.x)] = t942;
        let t946 = (t909 + 9u);
        let t947 = slots[t946];
        state[((t946 * t1) + global.x)] = t947;
        let t951 = (t909 + 10u);
        let t952 = slots[t951];
        state[((t951 * t1) + global.x)] = t952;
        let t955 = (t909 + 11u);
        let t956 = slots[t955];
        state[((t955 * t1) + global.x)] = t956;
        let t960 = (t909 + 12u);
        let t961 = slots[t960];
        state[((t960 * t1) + global.x)] = t961;
        let t965 = (t909 + 13u);
        let t966 = slots[t965];
        state[((t965 * t1) + global.x)] = t966;
        let t970 = (t909 + 14u);
        let t971 = slots[t970];
        state[((t970 * t1) + global.x)] = t971;
        let t975 = (t909 + 15u);
        let t976 = slots[t975];
        state[((t975 * t1) + global.x)] = t976;
        let t980 = (t909 + 16u);
        let t981 = slots[t980];
        state[((t980 * t1) + global.x)] = t981;
        let t985 = (t909 + 17u);
        let t986 = slots[t985];
        state[((t985 * t1) + global.x)] = t986;
        let t990 = (t909 + 18u);
        let t991 = slots[t990];
        state[((t990 * t1) + global.x)] = t991;
        let t995 = (t909 + 19u);
        let t996 = slots[t995];
        state[((t995 * t1) + global.x)] = t996;
        let t1000 = (t909 + 20u);
        let t1001 = slots[t1000];
        state[((t1000 * t1) + global.x)] = t1001;
        let t1005 = (t909 + 21u);
        let t1006 = slots[t1005];
        state[((t1005 * t1) + global.x)] = t1006;
        let t1010 = (t909 + 22u);
        let t1011 = slots[t1010];
        state[((t1010 * t1) + global.x)] = t1011;
        let t1015 = (t909 + 23u);
        let t1016 = slots[t1015];
        state[((t1015 * t1) + global.x)] = t1016;
        let t1020 = (t909 + 24u);
        let t1021 = slots[t1020];
        state[((t1020 * t1) + global.x)] = t1021;
        let t1025 = (t909 + 25u);
        let t1026 = slots[t1025];
        state[((t1025 * t1) + global.x)] = t1026;
        let t1030 = (t909 + 26u);
        let t1031 = slots[t1030];
        state[((t1030 * t1) + global.x)] = t1031;
        let t1035 = (t909 + 27u);
        let t1036 = slots[t1035];
        state[((t1035 * t1) + global.x)] = t1036;
        let t1040 = (t909 + 28u);
        let t1041 = slots[t1040];
        state[((t1040 * t1) + global.x)] = t1041;
        let t1045 = (t909 + 29u);
        let t1046 = slots[t1045];
        state[((t1045 * t1) + global.x)] = t1046;
        let t1050 = (t909 + 30u);
        let t1051 = slots[t1050];
        state[((t1050 * t1) + global.x)] = t1051;
        let t1055 = (t909 + 31u);
        let t1056 = slots[t1055];
        state[((t1055 * t1) + global.x)] = t1056;
        v24 = (t906 + 1u);
      }
      let t1060 = own[4u];
      state[t38] = vec2<u32>(t1060, 0u);
      let t1062 = failed[0u];
      state[((260u * t1) + global.x)] = t1062;
      let t1066 = own[7u];
      state[((261u * t1) + global.x)] = vec2<u32>(t1066, 0u);
      let t1071 = v23;
      state[t220] = t1071;
      let t1072 = v2;
      state[t207] = sub64(t208, vec2<u32>((t212 - t1072), 0u));
      state[t6] = vec2<u32>(t888, 0u);
      let t1077 = v3;
      state[t215] = vec2<u32>(t1077, 0u);
      let t1079 = v14;
      let t1084 = ((267u * t1) + global.x);
      let t1085 = state[t1084];
      state[t1084] = add64(t1085, vec2<u32>((t226 - t1079), 0u));
    }
  }
}

