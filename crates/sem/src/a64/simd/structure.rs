//! Advanced SIMD loads and stores of structures (C4.1.94): several registers at once, with or
//! without interleaving, single lanes, and replicating loads.

use super::Cx;
use super::permute::table_step;
use crate::emit::{Address, Emit};
use ncpu_isa::Enc;
use ncpu_uop::{Op, Shape};

pub(super) fn execute<E: Emit>(cx: &mut Cx<E>) -> bool {
    use Enc as N;
    match cx.i.enc {
        N::Ld1Multi1 | N::Ld1Multi1Post => load_multiple(cx, 1, 1),
        N::Ld1Multi2 | N::Ld1Multi2Post => load_multiple(cx, 2, 1),
        N::Ld1Multi3 | N::Ld1Multi3Post => load_multiple(cx, 3, 1),
        N::Ld1Multi4 | N::Ld1Multi4Post => load_multiple(cx, 4, 1),
        N::Ld2Multi | N::Ld2MultiPost => load_multiple(cx, 2, 2),
        N::Ld3Multi | N::Ld3MultiPost => load_multiple(cx, 3, 3),
        N::Ld4Multi | N::Ld4MultiPost => load_multiple(cx, 4, 4),
        N::St1Multi1 | N::St1Multi1Post => store_multiple(cx, 1, 1),
        N::St1Multi2 | N::St1Multi2Post => store_multiple(cx, 2, 1),
        N::St1Multi3 | N::St1Multi3Post => store_multiple(cx, 3, 1),
        N::St1Multi4 | N::St1Multi4Post => store_multiple(cx, 4, 1),
        N::St2Multi | N::St2MultiPost => store_multiple(cx, 2, 2),
        N::St3Multi | N::St3MultiPost => store_multiple(cx, 3, 3),
        N::St4Multi | N::St4MultiPost => store_multiple(cx, 4, 4),
        N::Ld1Single | N::Ld1SinglePost => load_lanes(cx, 1),
        N::Ld2Single | N::Ld2SinglePost => load_lanes(cx, 2),
        N::Ld3Single | N::Ld3SinglePost => load_lanes(cx, 3),
        N::Ld4Single | N::Ld4SinglePost => load_lanes(cx, 4),
        N::St1Single | N::St1SinglePost => store_lanes(cx, 1),
        N::St2Single | N::St2SinglePost => store_lanes(cx, 2),
        N::St3Single | N::St3SinglePost => store_lanes(cx, 3),
        N::St4Single | N::St4SinglePost => store_lanes(cx, 4),
        N::Ld1r | N::Ld1rPost => load_replicated(cx, 1),
        N::Ld2r | N::Ld2rPost => load_replicated(cx, 2),
        N::Ld3r | N::Ld3rPost => load_replicated(cx, 3),
        N::Ld4r | N::Ld4rPost => load_replicated(cx, 4),
        _ => return false,
    }
    true
}

fn base<E: Emit>(cx: &mut Cx<E>) -> E::X {
    cx.xsp(cx.i.rn())
}

/// Register `k` of the list, which wraps round.
fn register<E: Emit>(cx: &Cx<E>, k: usize) -> u32 {
    (cx.i.rt() + k as u32) % 32
}

/// The base's update in post-indexed forms: by Rm, or by the bytes transferred.
fn write_back<E: Emit>(cx: &mut Cx<E>, bytes: u64) {
    if !cx.i.bit(23) {
        return;
    }
    let base = base(cx);
    let step = if cx.i.rm() == 31 { cx.imm(bytes) } else { cx.x(cx.i.rm()) };
    let next = cx.op2(Op::Add, Shape::W64, base, step);
    cx.set_xsp(cx.i.rn(), next);
}

/// A register's lanes.
fn lanes<E: Emit>(cx: &Cx<E>) -> Shape {
    Shape::lanes(cx.i.ldst_size() as u8, cx.i.q())
}

/// Bytes of a register.
fn size<E: Emit>(cx: &Cx<E>) -> u64 {
    if cx.i.q() { 16 } else { 8 }
}

fn load_multiple<E: Emit>(cx: &mut Cx<E>, registers: usize, elements: usize) {
    let memory = load_memory(cx, registers);
    let values = match elements {
        1 => memory,
        2 => load2(cx, memory),
        3 => load3(cx, memory),
        _ => load4(cx, memory),
    };
    for (k, value) in values.into_iter().take(registers).enumerate() {
        cx.set_v(register(cx, k), value);
    }
    write_back(cx, registers as u64 * size(cx));
}

fn store_multiple<E: Emit>(cx: &mut Cx<E>, registers: usize, elements: usize) {
    let values = std::array::from_fn(|k| cx.v(register(cx, k)));
    let memory = match elements {
        1 => values,
        2 => store2(cx, values),
        3 => store3(cx, values),
        _ => store4(cx, values),
    };
    store_memory(cx, memory, registers);
    write_back(cx, registers as u64 * size(cx));
}

/// Up to four registers' worth of memory, in order; the rest is zero.
fn load_memory<E: Emit>(cx: &mut Cx<E>, registers: usize) -> [E::Q; 4] {
    let (base, size) = (base(cx), size(cx));
    let shape = if cx.i.q() { Shape::W128 } else { Shape::W64 };
    let mut values = [cx.zeroes(); 4];
    for (k, value) in values.iter_mut().take(registers).enumerate() {
        *value = cx.e.loadq(shape, Address::new(base, k as u64 * size));
    }
    values
}

fn store_memory<E: Emit>(cx: &mut Cx<E>, values: [E::Q; 4], registers: usize) {
    let (base, size) = (base(cx), size(cx));
    for (k, value) in values.into_iter().take(registers).enumerate() {
        let at = Address::new(base, k as u64 * size);
        if cx.i.q() {
            cx.e.storeq(at, value);
        } else {
            let low = cx.e.low(value);
            cx.e.store(Shape::W64, at, low);
        }
    }
}

/// Even and odd lanes of two registers.
fn unzip<E: Emit>(cx: &mut Cx<E>, a: E::Q, b: E::Q) -> [E::Q; 2] {
    let shape = lanes(cx);
    [cx.v2(Op::VUzp1, shape, a, b), cx.v2(Op::VUzp2, shape, a, b)]
}

/// Lanes of two registers alternating, as two registers.
fn zip<E: Emit>(cx: &mut Cx<E>, a: E::Q, b: E::Q) -> [E::Q; 2] {
    let shape = lanes(cx);
    [cx.v2(Op::VZip1, shape, a, b), cx.v2(Op::VZip2, shape, a, b)]
}

fn load2<E: Emit>(cx: &mut Cx<E>, [a, b, ..]: [E::Q; 4]) -> [E::Q; 4] {
    let zero = cx.zeroes();
    let [even, odd] = unzip(cx, a, b);
    [even, odd, zero, zero]
}

fn store2<E: Emit>(cx: &mut Cx<E>, [a, b, ..]: [E::Q; 4]) -> [E::Q; 4] {
    let zero = cx.zeroes();
    let [low, high] = zip(cx, a, b);
    [low, high, zero, zero]
}

fn load4<E: Emit>(cx: &mut Cx<E>, [a, b, c, d]: [E::Q; 4]) -> [E::Q; 4] {
    let [even_ab, odd_ab] = unzip(cx, a, b);
    let [even_cd, odd_cd] = unzip(cx, c, d);
    let [v0, v2] = unzip(cx, even_ab, even_cd);
    let [v1, v3] = unzip(cx, odd_ab, odd_cd);
    [v0, v1, v2, v3]
}

fn store4<E: Emit>(cx: &mut Cx<E>, [a, b, c, d]: [E::Q; 4]) -> [E::Q; 4] {
    let [even_low, even_high] = zip(cx, a, c);
    let [odd_low, odd_high] = zip(cx, b, d);
    let [m0, m1] = zip(cx, even_low, odd_low);
    let [m2, m3] = zip(cx, even_high, odd_high);
    [m0, m1, m2, m3]
}

/// Threes do not unzip in steps of two: each register gathers its bytes through a table. In
/// memory, byte `b` of lane `e` of register `k` is at `(3 * e + k) * lane bytes + b`.
fn load3<E: Emit>(cx: &mut Cx<E>, memory: [E::Q; 4]) -> [E::Q; 4] {
    let (lane, size) = (lanes(cx).bytes(), size(cx));
    let mut values = [cx.zeroes(); 4];
    for (k, value) in (0_u64..3).zip(&mut values) {
        let source = |i: u64| {
            let at = (3 * (i / lane) + k) * lane + i % lane;
            (at / size, at % size)
        };
        *value = gather(cx, memory, source);
    }
    values
}

fn store3<E: Emit>(cx: &mut Cx<E>, values: [E::Q; 4]) -> [E::Q; 4] {
    let (lane, size) = (lanes(cx).bytes(), size(cx));
    let mut memory = [cx.zeroes(); 4];
    for (k, m) in (0_u64..3).zip(&mut memory) {
        let source = |i: u64| {
            let element = (k * size + i) / lane;
            (element % 3, element / 3 * lane + i % lane)
        };
        *m = gather(cx, values, source);
    }
    memory
}

/// A register whose byte `i` is the byte that `source(i)` names: a register and its byte.
fn gather<E: Emit>(cx: &mut Cx<E>, from: [E::Q; 4], source: impl Fn(u64) -> (u64, u64)) -> E::Q {
    let index = |i: u64| {
        let (register, byte) = source(i);
        16 * register + byte
    };
    let half = |from: u64| (0..8).rev().fold(0, |r, i| r << 8 | index(from + i));
    let shape = cx.bytes();
    let mut indices = cx.constant(Shape::V1D, half(0));
    if cx.i.q() {
        let high = cx.constant(Shape::V1D, half(8));
        indices = cx.v2(Op::VPair, Shape::V2D, indices, high);
    }
    let mut r = cx.zeroes();
    for (k, table) in (0..3).zip(from) {
        r = table_step(cx, shape, table, indices, r, k);
    }
    r
}

/// log2 of the lane's bytes, and the lane's number, in single-lane forms: Q:S:size hold the number
/// above the bits that the size needs.
fn single<E: Emit>(cx: &Cx<E>) -> (u8, u16) {
    let scale = match cx.i.bits(15, 14) {
        2 if cx.i.ldst_size() & 1 == 1 => 3,
        scale => scale.min(2),
    };
    let number = u32::from(cx.i.q()) << 3 | cx.i.bits(12, 12) << 2 | cx.i.ldst_size();
    (scale as u8, (number >> scale) as u16)
}

fn load_lanes<E: Emit>(cx: &mut Cx<E>, count: usize) {
    let ((scale, index), base) = (single(cx), base(cx));
    for k in 0..count {
        let at = Address::new(base, (k as u64) << scale);
        let x = cx.e.load(Op::Load, Shape(scale), at);
        let old = cx.v(register(cx, k));
        let new = cx.e.insert(Shape::lanes(scale, true), old, index, x);
        cx.set_v(register(cx, k), new);
    }
    write_back(cx, (count as u64) << scale);
}

fn store_lanes<E: Emit>(cx: &mut Cx<E>, count: usize) {
    let ((scale, index), base) = (single(cx), base(cx));
    for k in 0..count {
        let v = cx.v(register(cx, k));
        let x = cx.e.lane(Shape::lanes(scale, true), v, index);
        cx.e.store(Shape(scale), Address::new(base, (k as u64) << scale), x);
    }
    write_back(cx, (count as u64) << scale);
}

fn load_replicated<E: Emit>(cx: &mut Cx<E>, count: usize) {
    let (scale, base) = (cx.i.ldst_size() as u8, base(cx));
    for k in 0..count {
        let x = cx.e.load(Op::Load, Shape(scale), Address::new(base, (k as u64) << scale));
        let v = cx.e.vfrom(Op::VDup, lanes(cx), x, 0);
        cx.set_v(register(cx, k), v);
    }
    write_back(cx, (count as u64) << scale);
}
