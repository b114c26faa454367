//! The forward pass of a small network over lanes of 16 bits, compiled for what the host offers.
//!
//! `unsafe` is used for one thing: to call functions that were compiled for an instruction-set
//! extension, after the host was asked whether it has it.
#![allow(unsafe_code)]

use super::host::Extensions;
use super::packed::Packed;
use super::vector::Vector;
use crate::plan::{CHUNK, ONES, Piece};

/// Evaluates a network on `lanes` lanes: input `i` from `buffer[inputs[i]..]`, output `o` to
/// `buffer[outputs[o]..]`. Lanes up to the next multiple of [`CHUNK`] are read and written too.
pub(crate) type Forward = fn(&Packed, &mut [i16], &[u32], &[u32], usize);

/// `R` vectors of lanes.
#[inline(always)]
fn block<V: Vector, const I: usize, const O: usize, const R: usize>(
    net: &Packed,
    buffer: &mut [i16],
    inputs: &[u32; I],
    outputs: &[u32; O],
    lane: usize,
) {
    // Plain loops throughout: closures given to the library's array functions would be compiled
    // without the caller's instruction-set extensions.
    let mut x = [[V::splat(0); R]; I];
    for (x, at) in x.iter_mut().zip(inputs) {
        let row = &buffer[*at as usize + lane..][..R * V::LANES];
        for r in 0..R {
            x[r] = V::load(&row[r * V::LANES..]);
        }
    }
    let mut sums = [[V::splat(0); R]; O];
    for (sums, bias) in sums.iter_mut().zip(&net.b2) {
        *sums = [V::splat(*bias); R];
    }
    let (w1, _) = net.w1.as_chunks::<I>();
    let (w2, _) = net.w2.as_chunks::<O>();
    for ((w1, w2), bias) in w1.iter().zip(w2).zip(&net.b1) {
        let mut hidden = [V::splat(*bias); R];
        for (w, x) in w1.iter().zip(&x) {
            let w = V::splat(*w);
            for r in 0..R {
                hidden[r] = hidden[r].multiply_add(w, x[r]);
            }
        }
        for hidden in &mut hidden {
            *hidden = hidden.relu();
        }
        for (w, sums) in w2.iter().zip(&mut sums) {
            let w = V::splat(*w);
            for r in 0..R {
                sums[r] = sums[r].multiply_add(w, hidden[r]);
            }
        }
    }
    for (sums, at) in sums.iter().zip(outputs) {
        let row = &mut buffer[*at as usize + lane..][..R * V::LANES];
        for r in 0..R {
            sums[r].positive().store(&mut row[r * V::LANES..]);
        }
    }
}

/// A step: `WIDE` vectors at a time while there are so many, then a chunk, which is `NARROW` vectors.
#[inline(always)]
fn forward<V: Vector, const I: usize, const O: usize, const WIDE: usize, const NARROW: usize>(
    net: &Packed,
    buffer: &mut [i16],
    inputs: &[u32],
    outputs: &[u32],
    lanes: usize,
) {
    const { assert!(NARROW * V::LANES == CHUNK && WIDE.is_multiple_of(NARROW)) }
    let (Ok(inputs), Ok(outputs)) = (inputs.try_into(), outputs.try_into()) else {
        unreachable!("a step has as many inputs and outputs as its network");
    };
    let mut lane = 0;
    while lane + (WIDE - NARROW) * V::LANES < lanes {
        block::<V, I, O, WIDE>(net, buffer, inputs, outputs, lane);
        lane += WIDE * V::LANES;
    }
    while lane < lanes {
        block::<V, I, O, NARROW>(net, buffer, inputs, outputs, lane);
        lane += CHUNK;
    }
}

/// Moves a chunk of lanes, or repeats one lane over a chunk.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Move {
    /// Where from; with [`Move::REPEAT`] added, one lane.
    from: u32,
    to: u32,
}

impl Move {
    const REPEAT: u32 = 1 << 31;

    /// A route as moves. What repeats a constant moves the chunk that is full of it.
    pub(crate) fn of(pieces: &[Piece]) -> Box<[Self]> {
        let mut moves = Vec::new();
        for piece in pieces {
            for lane in (0..piece.len).step_by(CHUNK) {
                let from = match piece.fill {
                    false => piece.from + lane,
                    true if (piece.from as usize) < ONES.end => piece.from,
                    true => piece.from | Self::REPEAT,
                };
                moves.push(Self { from, to: piece.to + lane });
            }
        }
        moves.into()
    }
}

#[inline(always)]
fn route<V: Vector>(buffer: &mut [i16], moves: &[Move]) {
    for m in moves {
        let (from, to) = ((m.from & !Move::REPEAT) as usize, m.to as usize);
        if m.from & Move::REPEAT == 0 {
            for at in (0..CHUNK).step_by(V::LANES) {
                V::load(&buffer[from + at..]).store(&mut buffer[to + at..]);
            }
        } else {
            let lanes = V::splat(buffer[from]);
            for at in (0..CHUNK).step_by(V::LANES) {
                lanes.store(&mut buffer[to + at..]);
            }
        }
    }
}

/// The lowest bits of `value` to lanes; whole groups of 16 are written.
#[inline(always)]
fn unpack(value: u64, lanes: &mut [i16]) {
    for (group, lanes) in lanes.as_chunks_mut::<16>().0.iter_mut().take(4).enumerate() {
        let bits = (value >> (16 * group)) as u16;
        for (i, lane) in lanes.iter_mut().enumerate() {
            *lane = i16::from(bits & 1 << i != 0);
        }
    }
}

/// Up to 64 lanes, whole groups of 8, to bits.
#[inline(always)]
fn pack(lanes: &[i16]) -> u64 {
    let mut value = 0;
    for (group, lanes) in lanes.as_chunks::<8>().0.iter().take(8).enumerate() {
        // The product brings the lowest bit of byte i to bit 56 + i.
        let mut bytes = [0; 8];
        for (byte, lane) in bytes.iter_mut().zip(lanes) {
            *byte = *lane as u8;
        }
        let bytes = u64::from_le_bytes(bytes);
        let bits = bytes.wrapping_mul(0x0102_0408_1020_4080) >> 56;
        value |= bits << (8 * group);
    }
    value
}

/// Kernels for networks of up to 9 inputs and 8 outputs, by those numbers less one.
type Table = [[Forward; 8]; 9];

macro_rules! table {
    ($forward:ident) => {
        table!(@rows $forward 1 2 3 4 5 6 7 8 9)
    };
    (@rows $forward:ident $($i:literal)*) => {
        [$(table!(@row $forward $i)),*]
    };
    (@row $forward:ident $i:literal) => {
        [
            $forward::<$i, 1>, $forward::<$i, 2>, $forward::<$i, 3>, $forward::<$i, 4>,
            $forward::<$i, 5>, $forward::<$i, 6>, $forward::<$i, 7>, $forward::<$i, 8>,
        ]
    };
}

/// The functions of one kind of vector, compiled for `$features` if any are named.
macro_rules! compiled_for {
    ($module:ident, $vector:ty, $wide:literal, $narrow:literal, $($features:literal)?) => {
        mod $module {
            #[allow(clippy::wildcard_imports, reason = "the functions of the file, for one vector")]
            use super::*;

            fn forward<const I: usize, const O: usize>(
                net: &Packed,
                buffer: &mut [i16],
                inputs: &[u32],
                outputs: &[u32],
                lanes: usize,
            ) {
                $(#[target_feature(enable = $features)])?
                fn inner<const I: usize, const O: usize>(
                    net: &Packed,
                    buffer: &mut [i16],
                    inputs: &[u32],
                    outputs: &[u32],
                    lanes: usize,
                ) {
                    super::forward::<$vector, I, O, $wide, $narrow>(
                        net, buffer, inputs, outputs, lanes,
                    );
                }
                // SAFETY: `Kernels::available` hands these functions out only where the host has the features.
                #[allow(unused_unsafe, reason = "there may be no features")]
                unsafe {
                    inner::<I, O>(net, buffer, inputs, outputs, lanes);
                }
            }

            fn route(buffer: &mut [i16], moves: &[Move]) {
                $(#[target_feature(enable = $features)])?
                fn inner(buffer: &mut [i16], moves: &[Move]) {
                    super::route::<$vector>(buffer, moves);
                }
                // SAFETY: as above.
                #[allow(unused_unsafe, reason = "there may be no features")]
                unsafe {
                    inner(buffer, moves);
                }
            }

            fn unpack(value: u64, lanes: &mut [i16]) {
                $(#[target_feature(enable = $features)])?
                fn inner(value: u64, lanes: &mut [i16]) {
                    super::unpack(value, lanes);
                }
                // SAFETY: as above.
                #[allow(unused_unsafe, reason = "there may be no features")]
                unsafe {
                    inner(value, lanes);
                }
            }

            fn pack(lanes: &[i16]) -> u64 {
                $(#[target_feature(enable = $features)])?
                fn inner(lanes: &[i16]) -> u64 {
                    super::pack(lanes)
                }
                // SAFETY: as above.
                #[allow(unused_unsafe, reason = "there may be no features")]
                unsafe {
                    inner(lanes)
                }
            }

            static TABLE: Table = table!(forward);

            pub(super) static KERNELS: Kernels =
                Kernels { table: &TABLE, route, unpack, pack, name: stringify!($module) };
        }
    };
}

compiled_for!(plain, [i16; 8], 4, 4,);
#[cfg(target_arch = "x86_64")]
compiled_for!(avx2, std::arch::x86_64::__m256i, 2, 2, "avx2,bmi2");
#[cfg(target_arch = "x86_64")]
compiled_for!(avx512, std::arch::x86_64::__m512i, 2, 1, "avx512f,avx512bw,avx512vl,avx2,bmi2");

/// The kernels for this host.
#[derive(Clone, Copy)]
pub(crate) struct Kernels {
    table: &'static Table,
    /// Moves lanes along a route.
    pub(crate) route: fn(&mut [i16], &[Move]),
    /// Bits to lanes, as many as there are up to 64; whole groups of 16 are written.
    pub(crate) unpack: fn(u64, &mut [i16]),
    /// Lanes, as many as there are up to 64, to bits; whole groups of 8 are read.
    pub(crate) pack: fn(&[i16]) -> u64,
    /// What they are compiled for.
    pub(crate) name: &'static str,
}

/// What the kernels of this host are compiled for: `avx512`, `avx2` or `plain`.
#[must_use]
pub fn kernels() -> &'static str {
    Kernels::pick().name
}

impl Kernels {
    /// Those that the host can run, the fastest first.
    pub(crate) fn available() -> impl Iterator<Item = Self> {
        Extensions::available().into_iter().map(|extensions| match extensions {
            Extensions::Plain => plain::KERNELS,
            #[cfg(target_arch = "x86_64")]
            Extensions::Avx2 => avx2::KERNELS,
            #[cfg(target_arch = "x86_64")]
            Extensions::Avx512 => avx512::KERNELS,
        })
    }

    /// The fastest that the host can run.
    pub(crate) fn pick() -> Self {
        Self::available().next().unwrap_or(plain::KERNELS)
    }

    /// The kernel for a network, which has at least one input and output.
    pub(crate) fn forward(&self, net: &Packed) -> Forward {
        self.table[net.inputs - 1][net.outputs - 1]
    }
}
