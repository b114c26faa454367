//! Prints how many cells each floating-point operation takes, and the longest chain of them, on every
//! format, with FPCR among the inputs: `cargo run -p ncpu-nalu --example float_cells`.

use ncpu_nalu::float::{self, Control, Flags, Float, Format, IntKind};
use ncpu_nalu::{Bit, Builder, Style, Word};

type Compose = fn(&mut Builder, Format, &[Word], &Control) -> Float;

/// Names, operands, compositions.
const OPERATIONS: &[(&str, usize, Compose)] = &[
    ("add", 2, |b, f, w, c| float::add(b, f, &w[0], &w[1], c)),
    ("mul", 2, |b, f, w, c| float::mul(b, f, &w[0], &w[1], c)),
    ("div", 2, |b, f, w, c| float::div(b, f, &w[0], &w[1], c)),
    ("sqrt", 1, |b, f, w, c| float::sqrt(b, f, &w[0], c)),
    ("mul_add", 3, |b, f, w, c| float::mul_add(b, f, &w[0], &w[1], &w[2], c)),
    ("recps", 2, |b, f, w, c| float::recps(b, f, &w[0], &w[1], c)),
    ("rsqrts", 2, |b, f, w, c| float::rsqrts(b, f, &w[0], &w[1], c)),
    ("max", 2, |b, f, w, c| float::max(b, f, &w[0], &w[1], c)),
    ("maxnm", 2, |b, f, w, c| float::maxnm(b, f, &w[0], &w[1], c)),
    ("compare", 2, |b, f, w, c| {
        let (value, flags) = float::compare(b, f, &w[0], &w[1], Bit::ZERO, c);
        Float { value, flags }
    }),
    ("round_int", 1, |b, f, w, c| float::round_int(b, f, &w[0], &c.mode, Bit::ONE, c)),
    ("round_int_n 32", 1, |b, f, w, c| float::round_int_n(b, f, &w[0], &c.mode, 32, c)),
    ("to_fixed 32", 1, |b, f, w, c| to_fixed(b, f, &w[0], 32, c)),
    ("to_fixed 64", 1, |b, f, w, c| to_fixed(b, f, &w[0], 64, c)),
    ("from_fixed 32", 1, |b, f, w, c| from_fixed(b, f, &w[0], 32, c)),
    ("from_fixed 64", 1, |b, f, w, c| from_fixed(b, f, &w[0], 64, c)),
    ("recip_estimate", 1, |b, f, w, c| float::recip_estimate(b, f, &w[0], c)),
    ("rsqrt_estimate", 1, |b, f, w, c| float::rsqrt_estimate(b, f, &w[0], c)),
    ("recpx", 1, |b, f, w, c| float::recpx(b, f, &w[0], c)),
];

fn to_fixed(b: &mut Builder, f: Format, a: &[Bit], bits: usize, c: &Control) -> Float {
    let kind = IntKind { bits, unsigned: Bit::ZERO };
    float::to_fixed(b, f, a, &[], kind, &c.mode, c)
}

fn from_fixed(b: &mut Builder, f: Format, a: &[Bit], bits: usize, c: &Control) -> Float {
    let kind = IntKind { bits, unsigned: Bit::ZERO };
    let integer: Word = (0..bits).map(|i| a[i]).collect();
    float::from_fixed(b, f, &integer, &[], kind, c)
}

const FORMATS: [(&str, Format); 4] = [
    ("half", Format::HALF),
    ("bfloat16", Format::BFLOAT16),
    ("single", Format::SINGLE),
    ("double", Format::DOUBLE),
];

/// Cells and depth.
fn measure(
    style: Style,
    widths: &[usize],
    f: impl FnOnce(&mut Builder, &[Word], &Control) -> (Word, Flags),
) -> String {
    let mut b = Builder::new(style);
    let operands: Vec<Word> = widths.iter().map(|w| b.input(*w)).collect();
    let control = Control::from_fpcr(&b.input(32));
    let (value, flags) = f(&mut b, &operands, &control);
    let circuit = b.finish(vec![value, flags.fpsr()]);
    format!("{} / {}", circuit.nodes.len(), circuit.depth())
}

fn main() {
    for style in [Style::Small, Style::Shallow] {
        let names = FORMATS.map(|(name, _)| format!("{name:>14}"));
        println!("{:16} {}   ({style:?}: cells / depth)", "", names.concat());
        for (name, operands, compose) in OPERATIONS {
            let row = FORMATS.map(|(_, format)| {
                // Integers are as wide as the widest format.
                let width = if name.starts_with("from") { 64 } else { format.bits() };
                let cost = measure(style, &vec![width; *operands], |b, w, c| {
                    let Float { value, flags } = compose(b, format, w, c);
                    (value, flags)
                });
                format!("{cost:>14}")
            });
            println!("{name:16} {}", row.concat());
        }
        for (from_name, from) in FORMATS {
            let row = FORMATS.map(|(_, to)| {
                let cost = if from == to {
                    String::new()
                } else {
                    measure(style, &[from.bits()], |b, w, c| {
                        let Float { value, flags } = float::convert(b, from, to, &w[0], c);
                        (value, flags)
                    })
                };
                format!("{cost:>14}")
            });
            println!("{:16} {}", format!("{from_name} to"), row.concat());
        }
        let js = measure(style, &[64], |b, w, c| {
            let (value, z, flags) = float::js_convert(b, &w[0], c);
            ([value, vec![z]].concat(), flags)
        });
        let long = measure(style, &[32, 16, 16], |b, w, c| {
            let Float { value, flags } = float::mul_add_half(b, &w[0], &w[1], &w[2], c);
            (value, flags)
        });
        let recip =
            measure(style, &[32], |b, w, _| (float::recip_estimate_u32(b, &w[0]), Flags::NONE));
        let rsqrt =
            measure(style, &[32], |b, w, _| (float::rsqrt_estimate_u32(b, &w[0]), Flags::NONE));
        println!("js_convert {js}; mul_add_half {long}; of u32: recip {recip}, rsqrt {rsqrt}\n");
    }
}
