@group(0) @binding(0) var<storage, read> params: array<u32>;
@group(0) @binding(1) var<storage, read> code: array<vec4<u32>>;
@group(0) @binding(2) var<storage, read> tables: array<vec4<u32>>;
@group(0) @binding(3) var<storage, read_write> ptes: array<u32>;
@group(0) @binding(4) var<storage, read_write> dirty: array<u32>;
@group(0) @binding(5) var<storage, read_write> state: array<vec2<u32>>;
@group(0) @binding(6) var<storage, read_write> memory: array<u32>;
@group(0) @binding(7) var<storage, read_write> heat: array<atomic<u32>>;
var<workgroup> slots: array<vec2<u32>, 256>;
var<workgroup> tlb_pages: array<vec2<u32>, 32>;
var<workgroup> tlb_frames: array<u32, 32>;
var<workgroup> own: array<u32, 9>;
var<workgroup> failed: array<vec2<u32>, 1>;
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
    let t17 = tables[t16].x;
    let t18 = tables[t16].y;
    let t19 = tables[t16].z;
    let t20 = tables[t16].w;
    if (t19 == 0u) {
      break;
    }
    if ((t17 == t5) & (t18 == t6)) {
      v1 = (t19 - 1u);
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
      let t31 = tables[t30].x;
      let t32 = tables[t30].y;
      let t33 = tables[t30].z;
      let t34 = tables[t30].w;
      if (t33 == 0u) {
        break;
      }
      if ((t31 == t4) & (t32 == t21)) {
        v2 = (t33 - 1u);
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
  var v13: vec2<u32>;
  var v14: u32;
  var v15: bool;
  var v16: u32;
  var v17: u32;
  var v18: u32;
  var v19: u32;
  var v20: u32;
  var v21: u32;
  var v22: u32;
  var v23: u32;
  var v24: u32;
  var v25: u32;
  var v26: u32;
  var v27: vec2<u32>;
  var v28: vec2<u32>;
  var v29: vec2<u32>;
  var v30: u32;
  var v31: vec2<u32>;
  var v32: u32;
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
      v13 = vec2<u32>(0x0u, 0x0u);
      v14 = 0xffffffffu;
      v15 = false;
      v16 = 0u;
      let t226 = params[1u];
      v17 = t226;
      let t227 = v17;
      let t228 = params[3u];
      let t229 = (t228 != 0u);
      v18 = 0u;
      v19 = 0u;
      v20 = 0u;
      v21 = 0u;
      v22 = 0u;
      v23 = 0u;
      v24 = 0u;
      v25 = 0u;
      v26 = 0xffffffffu;
      loop {
        let t230 = v17;
        if (t230 == 0u) {
          break;
        }
        let t232 = v3;
        let t233 = v26;
        if (t232 != t233) {
          let t235 = (t232 << 1u);
          let t236 = code[t235].x;
          let t237 = code[t235].y;
          let t238 = code[t235].z;
          let t239 = code[t235].w;
          let t240 = (t235 + 1u);
          let t241 = code[t240].x;
          let t242 = code[t240].y;
          let t243 = code[t240].z;
          let t244 = code[t240].w;
          v18 = t236;
          v19 = t237;
          v20 = t238;
          v21 = t239;
          v22 = t241;
          v23 = t242;
          v24 = t243;
          v25 = t244;
        }
        let t245 = v18;
        let t246 = v19;
        let t247 = v20;
        let t248 = v21;
        let t249 = v22;
        let t250 = v23;
        let t251 = v24;
        let t252 = v25;
        let t253 = (t232 + 1u);
        let t254 = (t253 << 1u);
        let t255 = code[t254].x;
        let t256 = code[t254].y;
        let t257 = code[t254].z;
        let t258 = code[t254].w;
        let t259 = (t254 + 1u);
        let t260 = code[t259].x;
        let t261 = code[t259].y;
        let t262 = code[t259].z;
        let t263 = code[t259].w;
        v18 = t255;
        v19 = t256;
        v20 = t257;
        v21 = t258;
        v22 = t260;
        v23 = t261;
        v24 = t262;
        v25 = t263;
        v26 = t253;
        if ((t245 & 0x10000u) != 0u) {
          if ((t245 & 0x60000u) != 0u) {
            let t274 = v17;
            if ((((t245 & 0x40000u) != 0u) & t229) & (t274 != t227)) {
              v5 = 10u;
            }
            if ((t245 & 0x20000u) != 0u) {
              let t285 = state[((262u * t1) + global.x)];
              let t287 = v2;
              slots[44u] = add64(sub64(t285, t208), vec2<u32>((t212 - t287), 0u));
            }
          }
          let t291 = v2;
          if (t291 == 0u) {
            v5 = 1u;
          }
          let t293 = v5;
          if (t293 != 0u) {
            break;
          }
          let t295 = v2;
          v2 = (t295 - 1u);
        }
        let t297 = v17;
        v17 = (t297 - 1u);
        let t299 = vec2<u32>(t249, t250);
        let t303 = ((t246 >> 16u) & 255u);
        let t304 = (t303 == 255u);
        let t305 = (t246 & 255u);
        let t310 = ((t246 >> 24u) & 255u);
        let t311 = slots[((t246 >> 8u) & 255u)];
        let t312 = slots[t303];
        let t313 = select(t312, t299, t304);
        let t314 = slots[t310];
        if ((t245 & 0x80000u) != 0u) {
          v8 = 0u;
          let t318 = (t247 >> 16u);
          let t320 = (t318 & 31u);
          v27 = add64(t311, t299);
          if !(t304) {
            let t323 = v27;
            v27 = add64(t323, shl64(t313, ((t247 & 0xffffu) & 63u)));
          }
          let t332 = ((t247 & 0x800000u) != 0u);
          if t332 {
            v27 = t311;
            if ((t311.x & (t320 - 1u)) != 0u) {
              failed[0u] = t311;
              own[7u] = (t320 | select(0u, 256u, ((t247 & 0x400000u) != 0u)));
              v5 = 9u;
            }
          }
          v28 = vec2<u32>(0x0u, 0x0u);
          v29 = vec2<u32>(0x0u, 0x0u);
          let t346 = ((t247 & 0x200000u) != 0u);
          let t347 = v5;
          if (t346 & (t347 == 0u)) {
            let t350 = v27;
            let c0 = load(t350, t320);
            v28 = c0.r0;
            v29 = c0.r1;
            if !(c0.r2) {
              v5 = 6u;
            }
          }
          v11 = false;
          let t355 = v5;
          if (t355 == 0u) {
            let t357 = v28;
            let t358 = v29;
            if t332 {
              v12 = false;
              switch (t245 & 0xffffu) {
                default: {
                  v5 = 8u;
                }
              }
            } else {
              if t346 {
                v6 = t357;
                v7 = t358;
                v8 = select(1u, 2u, ((t247 & 0x4000000u) != 0u));
                if ((t247 & 0x1000000u) != 0u) {
                  let t374 = ((64u - ((t318 & 15u) << 3u)) & 63u);
                  let t376 = sar64(shl64(t357, t374), t374);
                  v6 = select(t376, (t376 & vec2<u32>(0xffffffffu, 0x0u)), ((t247 & 0x2000000u) != 0u));
                }
              } else {
                let t384 = slots[(t310 + 1u)];
                v9 = t314;
                v10 = t384;
                v11 = true;
              }
            }
          }
          let t386 = v11;
          if t386 {
            let t387 = v9;
            let t388 = v10;
            let t389 = v27;
            let c1 = store(t389, t320, t387, t388);
            if !(c1) {
              v5 = 6u;
            }
          }
          let t392 = v5;
          if (t392 == 0u) {
            let t394 = v12;
            if (t332 & t394) {
              slots[40u] = vec2<u32>(0xffffffffu, 0xffffffffu);
            }
            let t398 = v8;
            if (t398 != 0u) {
              let t400 = v6;
              slots[t305] = t400;
              let t401 = v8;
              if (t401 == 2u) {
                let t404 = v7;
                slots[(t305 + 1u)] = t404;
              }
            }
            v3 = t253;
          }
        } else {
          if ((t245 & 0x100000u) != 0u) {
            v15 = false;
            switch (t245 & 0xffffu) {
              case 2u: {
                let t411 = (t247 & 0xffffu);
                let t413 = slots[36u];
                let t419 = ((t411 & 15u) >> 1u);
                let t428 = select(select(select(0xf0ff0f0u, 0x3333ccccu, (t419 == 1u)), 0xffff00u, (t419 == 2u)), 0x5555aaaau, (t419 == 3u));
                let t437 = select(select(select(t428, 0xf3f30c0cu, (t419 == 4u)), 0x55aaaa55u, (t419 == 5u)), 0xf5fa0a05u, (t419 == 6u));
                let t445 = ((select(t437, 0xffffffffu, (t419 == 7u)) >> (((t411 & 1u) << 4u) + (t413.x & 15u))) & 1u);
                let t446 = (t445 != 0u);
                let t447 = v4;
                let t454 = add64((t447 & vec2<u32>(0xfffff000u, 0xffffffffu)), vec2<u32>(((t248 & 0xfffu) + (t247 >> 16u)), 0u));
                v13 = select(t454, t299, t446);
                v14 = select(t252, t251, t446);
                v15 = true;
              }
              default: {
                v5 = 8u;
              }
            }
            let t458 = v15;
            if t458 {
              let t459 = atomicAdd(&heat[t232], 1u);
              let t460 = v13;
              let t461 = v14;
              v30 = t461;
              if (t461 == 0xffffffffu) {
                let c2 = find_block(t460);
                v30 = c2;
              }
              let t464 = v30;
              if (t464 == 0xffffffffu) {
                v4 = t460;
                v5 = 7u;
              } else {
                v4 = (t460 & vec2<u32>(0xfffff000u, 0xffffffffu));
                v3 = t464;
              }
            }
          } else {
            v8 = 1u;
            switch (t245 & 0xffffu) {
              case 0u: {
                let t470 = (t247 & 0xffffu);
                v6 = add64(t311, t313);
                v8 = 1u;
              }
              default: {
                v5 = 8u;
              }
            }
            let t479 = v5;
            if (t479 == 0u) {
              let t481 = v8;
              if (t481 != 0u) {
                let t483 = v6;
                slots[t305] = t483;
                let t484 = v8;
                if (t484 == 2u) {
                  let t487 = v7;
                  slots[(t305 + 1u)] = t487;
                }
              }
              v3 = t253;
            }
          }
        }
        let t488 = v5;
        if (t488 != 0u) {
          break;
        }
      }
      let t492 = v5;
      if ((t492 == 1u) & any(t208 != vec2<u32>(t212, 0u))) {
        v5 = 0u;
      }
      let t495 = v5;
      let t496 = v4;
      v31 = t496;
      if ((t495 != 7u) & (t495 != 2u)) {
        let t501 = v3;
        let t502 = (t501 << 1u);
        let t503 = code[t502].x;
        let t504 = code[t502].y;
        let t505 = code[t502].z;
        let t506 = code[t502].w;
        let t507 = v31;
        v31 = ((t507 & vec2<u32>(0xfffff000u, 0xffffffffu)) | vec2<u32>((t506 & 0xfffu), 0u));
      }
      v32 = 0u;
      loop {
        let t513 = v32;
        if !((t513 < 8u)) {
          break;
        }
        let t516 = (t513 * 32u);
        let t517 = slots[t516];
        state[((t516 * t1) + global.x)] = t517;
        let t520 = (t516 + 1u);
        let t521 = slots[t520];
        state[((t520 * t1) + global.x)] = t521;
        let t524 = (t516 + 2u);
        let t525 = slots[t524];
        state[((t524 * t1) + global.x)] = t525;
        let t528 = (t516 + 3u);
        let t529 = slots[t528];
        state[((t528 * t1) + global.x)] = t529;
        let t532 = (t516 + 4u);
        let t533 = slots[t532];
        state[((t532 * t1) + global.x)] = t533;
        let t536 = (t516 + 5u);
        let t537 = slots[t536];
        state[((t536 * t1) + global.x)] = t537;
        let t540 = (t516 + 6u);
        let t541 = slots[t540];
        state[((t540 * t1) + global.x)] = t541;
        let t544 = (t516 + 7u);
        let t545 = slots[t544];
        state[((t544 * t1) + global.x)] = t545;
        let t548 = (t516 + 8u);
        let t549 = slots[t548];
        state[((t548 * t1) + global.x)] = t549;
        let t553 = (t516 + 9u);
        let t554 = slots[t553];
        state[((t553 * t1) + global.x)] = t554;
        let t558 = (t516 + 10u);
        let t559 = slots[t558];
        state[((t558 * t1) + global.x)] = t559;
        let t562 = (t516 + 11u);
        let t563 = slots[t562];
        state[((t562 * t1) + global.x)] = t563;
        let t567 = (t516 + 12u);
        let t568 = slots[t567];
        state[((t567 * t1) + global.x)] = t568;
        let t572 = (t516 + 13u);
        let t573 = slots[t572];
        state[((t572 * t1) + global.x)] = t573;
        let t577 = (t516 + 14u);
        let t578 = slots[t577];
        state[((t577 * t1) + global.x)] = t578;
        let t582 = (t516 + 15u);
        let t583 = slots[t582];
        state[((t582 * t1) + global.x)] = t583;
        let t587 = (t516 + 16u);
        let t588 = slots[t587];
        state[((t587 * t1) + global.x)] = t588;
        let t592 = (t516 + 17u);
        let t593 = slots[t592];
        state[((t592 * t1) + global.x)] = t593;
        let t597 = (t516 + 18u);
        let t598 = slots[t597];
        state[((t597 * t1) + global.x)] = t598;
        let t602 = (t516 + 19u);
        let t603 = slots[t602];
        state[((t602 * t1) + global.x)] = t603;
        let t607 = (t516 + 20u);
        let t608 = slots[t607];
        state[((t607 * t1) + global.x)] = t608;
        let t612 = (t516 + 21u);
        let t613 = slots[t612];
        state[((t612 * t1) + global.x)] = t613;
        let t617 = (t516 + 22u);
        let t618 = slots[t617];
        state[((t617 * t1) + global.x)] = t618;
        let t622 = (t516 + 23u);
        let t623 = slots[t622];
        state[((t622 * t1) + global.x)] = t623;
        let t627 = (t516 + 24u);
        let t628 = slots[t627];
        state[((t627 * t1) + global.x)] = t628;
        let t632 = (t516 + 25u);
        let t633 = slots[t632];
        state[((t632 * t1) + global.x)] = t633;
        let t637 = (t516 + 26u);
        let t638 = slots[t637];
        state[((t637 * t1) + global.x)] = t638;
        let t642 = (t516 + 27u);
        let t643 = slots[t642];
        state[((t642 * t1) + global.x)] = t643;
        let t647 = (t516 + 28u);
        let t648 = slots[t647];
        state[((t647 * t1) + global.x)] = t648;
        let t652 = (t516 + 29u);
        let t653 = slots[t652];
        state[((t652 * t1) + global.x)] = t653;
        let t657 = (t516 + 30u);
        let t658 = slots[t657];
        state[((t657 * t1) + global.x)] = t658;
        let t662 = (t516 + 31u);
        let t663 = slots[t662];
        state[((t662 * t1) + global.x)] = t663;
        v32 = (t513 + 1u);
      }
      let t667 = own[4u];
      state[t38] = vec2<u32>(t667, 0u);
      let t669 = failed[0u];
      state[((260u * t1) + global.x)] = t669;
      let t673 = own[7u];
      state[((261u * t1) + global.x)] = vec2<u32>(t673, 0u);
      let t678 = v31;
      state[t220] = t678;
      let t679 = v2;
      state[t207] = sub64(t208, vec2<u32>((t212 - t679), 0u));
      state[t6] = vec2<u32>(t495, 0u);
      let t684 = v3;
      state[t215] = vec2<u32>(t684, 0u);
      let t686 = v17;
      let t691 = ((267u * t1) + global.x);
      let t692 = state[t691];
      state[t691] = add64(t692, vec2<u32>((t227 - t686), 0u));
    }
  }
}

