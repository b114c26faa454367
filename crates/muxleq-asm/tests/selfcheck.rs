//! `selfcheck.mux` finds machines that are wrong: a machine of one fault each must fail it.

use ncpu_muxleq_asm::{HostFiles, assemble};
use std::path::Path;

/// What is wrong with the machine.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fault {
    None,
    /// `sub` takes the destination from the source.
    Reversed,
    /// It branches only if the result is negative, only if it is 0, or always.
    NotOnZero,
    OnlyOnZero,
    Always,
    /// It looks at the sign of the true difference, not of its 16 bits.
    TrueSign,
    /// The target or the mask's cell is read after the store.
    LateTarget,
    LateMask,
    /// The mask means the opposite.
    MaskInverted,
    /// A `mux` to its own mask reads the destination late.
    DropsSource,
    /// The end of input is 0, or nothing is stored.
    EndIsZero,
    EndIsNothing,
    /// Masks lie in fewer cells.
    ShortMask,
    /// Cells from 0x8000 on are the lower ones again.
    HalfMemory,
    /// Code goes on from 0x8000.
    NoEnd,
    /// Output writes the upper byte.
    UpperByte,
}

fn run(image: &[u16], fault: Fault) -> String {
    let mut m = image.to_vec();
    m.resize(0x1_0000, 0);
    let mut pc = 0_usize;
    let mut output = Vec::new();
    for _ in 0..1_000_000 {
        if pc >= if fault == Fault::NoEnd { 0xFFFF } else { 0x8000 } {
            break;
        }
        let fold =
            |cell: u16| usize::from(if fault == Fault::HalfMemory { cell & 0x7FFF } else { cell });
        let at = |i: usize| m[(pc + i) & 0xFFFF];
        let [a, b, c] = [at(0), at(1), at(2)];
        let here = pc;
        pc += 3;
        if a == 0xFFFF {
            match fault {
                Fault::EndIsZero => m[fold(b)] = 0,
                Fault::EndIsNothing => {}
                _ => m[fold(b)] = 0xFFFF,
            }
        } else if b == 0xFFFF {
            output.push(if fault == Fault::UpperByte { m[fold(a)] >> 8 } else { m[fold(a)] } as u8);
        } else if c >= 0x8000 && c != 0xFFFF {
            let cell = usize::from(c & if fault == Fault::ShortMask { 0x3FFF } else { 0x7FFF });
            let mut k = m[cell];
            if fault == Fault::LateMask && cell == fold(b) {
                k = m[fold(a)];
            }
            if fault == Fault::MaskInverted {
                k = !k;
            }
            let source = if fault == Fault::DropsSource && a == b { 0 } else { m[fold(a)] };
            m[fold(b)] = source & !k | m[fold(b)] & k;
        } else {
            let (x, y) = (m[fold(a)], m[fold(b)]);
            let r = if fault == Fault::Reversed { x.wrapping_sub(y) } else { y.wrapping_sub(x) };
            let negative =
                if fault == Fault::TrueSign { (y as i16) < (x as i16) } else { r >= 0x8000 };
            m[fold(b)] = r;
            let target = if fault == Fault::LateTarget { m[(here + 2) & 0xFFFF] } else { c };
            let branches = match fault {
                Fault::NotOnZero => negative,
                Fault::OnlyOnZero => r == 0,
                Fault::Always => true,
                _ => negative || r == 0,
            };
            if branches {
                pc = usize::from(target);
            }
        }
    }
    String::from_utf8_lossy(&output).into_owned()
}

#[test]
fn finds_every_fault() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../programs/muxleq/selfcheck.mux");
    let program = assemble(&path, &HostFiles).unwrap_or_else(|errors| panic!("{errors}"));
    let right = run(&program.cells, Fault::None);
    assert!(right.ends_with("at the end of input\nok\n"), "{right}");
    for fault in [
        Fault::Reversed,
        Fault::NotOnZero,
        Fault::OnlyOnZero,
        Fault::Always,
        Fault::TrueSign,
        Fault::LateTarget,
        Fault::LateMask,
        Fault::MaskInverted,
        Fault::DropsSource,
        Fault::EndIsZero,
        Fault::EndIsNothing,
        Fault::ShortMask,
        Fault::HalfMemory,
        Fault::NoEnd,
        Fault::UpperByte,
    ] {
        let found = run(&program.cells, fault);
        assert!(found != right, "{fault:?} was not noticed");
    }
}
