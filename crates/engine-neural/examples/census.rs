//! How many cells each op takes, and how many in a row, in both styles: `cargo run -p ncpu-engine-neural
//! --example census`.

use ncpu_engine_neural::lower::{Operands, scalar, vector};
use ncpu_nalu::{Bit, Builder, Style};
use ncpu_uop::{Class, Op, Shape};

/// Cells and depth of an op in a shape, if it has a lowering.
fn size(style: Style, op: Op, shape: Shape, aux: u16) -> Option<(usize, usize)> {
    let mut b = Builder::new(style);
    let width = if shape.total() == 0 { 64 } else { 128 };
    let (a, second, c) = (b.input(width), b.input(width), b.input(width));
    let (nzcv, fpcr) = (b.input(4), b.input(32));
    let x = Operands { a, b: second, c, nzcv, fpcr };
    let results =
        scalar(&mut b, op, shape, aux, &x).or_else(|| vector(&mut b, op, shape, aux, 1, &x))?;
    let flags = results.nzcv.into_iter().chain(results.fpsr);
    let circuit = b.finish([results.value].into_iter().chain(flags).collect::<Vec<Vec<Bit>>>());
    Some((circuit.nodes.len(), circuit.depth()))
}

fn main() {
    println!("{:<12} {:>6} {:>16} {:>16}", "op", "shape", "shallow", "small");
    for op in Op::ALL.iter().copied() {
        use Class::{Flags, OnCond, S1, S2, S3};
        let shape = match op {
            _ if matches!(op.class(), S1 | S2 | S3 | OnCond | Flags) => Shape::W64,
            Op::VTbl | Op::VCnt => Shape::V16B,
            Op::VPMull | Op::FAbs | Op::FNeg => Shape::V2D,
            Op::FCompare | Op::FConvert | Op::FJsConvert | Op::IntToF | Op::FToInt => Shape::V1D,
            Op::VNarrow => Shape::V2D,
            Op::FMulAddH | Op::FWiden => Shape::V4S,
            _ if op.name().starts_with('f') => Shape::V1D,
            _ => Shape::V4S,
        };
        let aux = match op {
            Op::VLane | Op::VInsert => 1,
            Op::VShlReg | Op::VNarrow => 7,
            Op::Ubfx | Op::Sbfx | Op::Bfi | Op::VRev | Op::VExt | Op::RevBytes => 0x408,
            Op::Cond | Op::Csel => 12,
            Op::IntToF | Op::FToInt => 0x38,
            Op::FConvert => 2,
            _ => 1,
        };
        let aux = if matches!(op, Op::VRev | Op::VExt) { 8 } else { aux };
        let sizes = [Style::Shallow, Style::Small].map(|style| size(style, op, shape, aux));
        if let [Some((cells, depth)), Some((small, long))] = sizes {
            let (shallow, small) = (format!("{cells} / {depth}"), format!("{small} / {long}"));
            println!("{:<12} {:>6} {shallow:>16} {small:>16}", op.name(), shape.to_string());
        }
    }
}
