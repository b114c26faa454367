struct Lanes { count: u32, stride: u32 }

@group(0) @binding(0) var<uniform> lanes: Lanes;
@group(0) @binding(1) var<storage, read> inputs: array<u32>;
@group(0) @binding(2) var<storage, read_write> outputs: array<u32>;

// A bit of a word as a float, and back.
fn bit(word: u32, mask: u32) -> f32 { return select(0.0, 1.0, (word & mask) != 0u); }
fn put(bit: f32, mask: u32) -> u32 { return select(0u, mask, bit > 0.0); }

struct Bits2 { b0: f32, b1: f32 }

// An output bit: whether the sum is positive.
fn fire(sum: f32) -> f32 { return select(0.0, 1.0, sum > 0.0); }

// full-adder: inputs xx0, outputs yy
fn full_adder_0(x0: f32, x1: f32) -> Bits2 {
    let h0 = max(0.0, 1.25 * x0 + 1.25 * x1);
    let h1 = max(0.0, -1.4375 + 1.4375 * x0 + 1.4375 * x1);
    return Bits2(
        fire(-1.0 + 1.625 * h0 - 2.875 * h1),
        fire(-1.0 - 0.1875 * h0 + 2.375 * h1));
}

// full-adder: inputs xxx, outputs yy
fn full_adder_1(x0: f32, x1: f32, x2: f32) -> Bits2 {
    let h0 = max(0.0, -4.1875 + 1.9375 * x0 + 2.0625 * x1 + 2.0625 * x2);
    let h1 = max(0.0, 1.25 * x0 + 1.25 * x1 + 1.25 * x2);
    let h2 = max(0.0, -1.4375 + 1.4375 * x0 + 1.4375 * x1 + 1.4375 * x2);
    return Bits2(
        fire(-1.0 + 2.6875 * h0 + 1.625 * h1 - 2.875 * h2),
        fire(-1.0 + 1.75 * h0 - 0.1875 * h1 + 2.375 * h2));
}

// logic: inputs xx0110, outputs y
fn logic_2(x0: f32, x1: f32) -> f32 {
    let h0 = max(0.0, -1.6875 + 1.625 * x0 + 1.4375 * x1);
    let h1 = max(0.0, 1.0 - 0.5 * x0 - 7.9375 * x1);
    let h2 = max(0.0, -0.375 + 0.6875 * x0 + 2.3125 * x1);
    let h3 = max(0.0, 1.1875 - 1.0625 * x0 - 0.3125 * x1);
    return fire(-1.0 - 7.125 * h0 + 4.3125 * h1 + 3.5 * h2 - 4.125 * h3);
}

// zero: inputs xxxx, outputs -y
fn zero_3(x0: f32, x1: f32, x2: f32, x3: f32) -> f32 {
    let h0 = max(0.0, 1.3125 * x0 + 1.3125 * x1 + 1.3125 * x2 + 1.5 * x3);
    return fire(-1.0 + 1.5625 * h0);
}

// zero: inputs xx00, outputs y-
fn zero_4(x0: f32, x1: f32) -> f32 {
    let h0 = max(0.0, 1.3125 * x0 + 1.3125 * x1);
    return fire(1.0 - 1.625 * h0);
}

@compute @workgroup_size(128)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    let lane = id.x;
    if lane >= lanes.count { return; }
    let a0 = inputs[lane];
    let a0_0 = bit(a0, 0x1u);
    let a0_1 = bit(a0, 0x2u);
    let a0_2 = bit(a0, 0x4u);
    let a0_3 = bit(a0, 0x8u);
    let a0_4 = bit(a0, 0x10u);
    let a0_5 = bit(a0, 0x20u);
    let a0_6 = bit(a0, 0x40u);
    let a0_7 = bit(a0, 0x80u);
    let a1 = inputs[1u * lanes.stride + lane];
    let a1_0 = bit(a1, 0x1u);
    let a1_1 = bit(a1, 0x2u);
    let a1_2 = bit(a1, 0x4u);
    let a1_3 = bit(a1, 0x8u);
    let a1_4 = bit(a1, 0x10u);
    let a1_5 = bit(a1, 0x20u);
    let a1_6 = bit(a1, 0x40u);
    let a1_7 = bit(a1, 0x80u);
    let n0 = full_adder_0(a0_0, a1_0);
    let n1 = full_adder_1(a0_1, a1_1, n0.b1);
    let n2 = full_adder_1(a0_2, a1_2, n1.b1);
    let n3 = full_adder_1(a0_3, a1_3, n2.b1);
    let n4 = full_adder_1(a0_4, a1_4, n3.b1);
    let n5 = full_adder_1(a0_5, a1_5, n4.b1);
    let n6 = full_adder_1(a0_6, a1_6, n5.b1);
    let n7 = full_adder_1(a0_7, a1_7, n6.b1);
    let n8 = logic_2(n7.b1, n6.b1);
    let n9 = zero_3(n0.b0, n1.b0, n2.b0, n3.b0);
    let n10 = zero_3(n4.b0, n5.b0, n6.b0, n7.b0);
    let n11 = zero_4(n9, n10);
    outputs[lane] = 0x0u
        | put(n0.b0, 0x1u)
        | put(n1.b0, 0x2u)
        | put(n2.b0, 0x4u)
        | put(n3.b0, 0x8u)
        | put(n4.b0, 0x10u)
        | put(n5.b0, 0x20u)
        | put(n6.b0, 0x40u)
        | put(n7.b0, 0x80u);
    outputs[1u * lanes.stride + lane] = 0x0u
        | put(n8, 0x1u)
        | put(n7.b1, 0x2u)
        | put(n11, 0x4u)
        | put(n7.b0, 0x8u);
}
