//! The forward pass of a small network over lanes of 16 bits, compiled for what the host offers.
//!
//! `unsafe` is used for one thing: to call functions that were compiled for an instruction-set
//! extension, after the host was asked whether it has it.
#![allow(unsafe_code)]

use super::packed::Packed;
use crate::plan::{CHUNK, Piece};

/// Evaluates a network on `lanes` lanes: input `i` from `buffer[inputs[i]..]`, output `o` to
/// `buffer[outputs[o]..]`. Lanes up to the next multiple of [`CHUNK`] are read and written too.
pub(crate) type Forward = fn(&Packed, &mut [i16], &[u32], &[u32], usize);

/// Moves lanes along a route.
pub(crate) type Route = fn(&mut [i16], &[Piece]);

#[inline(always)]
fn load<const L: usize>(buffer: &[i16], at: usize) -> [i16; L] {
    let mut lanes = [0; L];
    lanes.copy_from_slice(&buffer[at..at + L]);
    lanes
}

/// One block of `L` lanes.
#[inline(always)]
fn block<const I: usize, const O: usize, const L: usize>(
    net: &Packed,
    buffer: &mut [i16],
    inputs: &[u32; I],
    outputs: &[u32; O],
    lane: usize,
) {
    let x: [[i16; L]; I] = std::array::from_fn(|i| load(buffer, inputs[i] as usize + lane));
    let mut sums: [[i16; L]; O] = std::array::from_fn(|o| [net.b2[o]; L]);
    let (w1, _) = net.w1.as_chunks::<I>();
    let (w2, _) = net.w2.as_chunks::<O>();
    for ((w1, w2), bias) in w1.iter().zip(w2).zip(&net.b1) {
        let mut hidden = [*bias; L];
        for i in 0..I {
            for l in 0..L {
                hidden[l] = hidden[l].wrapping_add(w1[i].wrapping_mul(x[i][l]));
            }
        }
        for h in &mut hidden {
            *h = (*h).max(0);
        }
        for o in 0..O {
            for l in 0..L {
                sums[o][l] = sums[o][l].wrapping_add(w2[o].wrapping_mul(hidden[l]));
            }
        }
    }
    for o in 0..O {
        let at = outputs[o] as usize + lane;
        let bits = sums[o].map(|sum| i16::from(sum > 0));
        buffer[at..at + L].copy_from_slice(&bits);
    }
}

#[inline(always)]
fn forward<const I: usize, const O: usize>(
    net: &Packed,
    buffer: &mut [i16],
    inputs: &[u32],
    outputs: &[u32],
    lanes: usize,
) {
    let (Ok(inputs), Ok(outputs)) = (inputs.try_into(), outputs.try_into()) else {
        unreachable!("a step has as many inputs and outputs as its network");
    };
    let mut lane = 0;
    while lane + CHUNK < lanes {
        block::<I, O, { 2 * CHUNK }>(net, buffer, inputs, outputs, lane);
        lane += 2 * CHUNK;
    }
    if lane < lanes {
        block::<I, O, CHUNK>(net, buffer, inputs, outputs, lane);
    }
}

#[inline(always)]
fn route(buffer: &mut [i16], pieces: &[Piece]) {
    for piece in pieces {
        let (from, to) = (piece.from as usize, piece.to as usize);
        let mut lane = 0;
        if piece.fill {
            let lanes = [buffer[from]; CHUNK];
            while lane < piece.len as usize {
                buffer[to + lane..to + lane + CHUNK].copy_from_slice(&lanes);
                lane += CHUNK;
            }
        } else {
            while lane < piece.len as usize {
                let lanes: [i16; CHUNK] = load(buffer, from + lane);
                buffer[to + lane..to + lane + CHUNK].copy_from_slice(&lanes);
                lane += CHUNK;
            }
        }
    }
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

static PLAIN: Table = table!(forward);

macro_rules! compiled_for {
    ($forward:ident, $route:ident, $table:ident, $features:literal) => {
        #[cfg(target_arch = "x86_64")]
        fn $forward<const I: usize, const O: usize>(
            net: &Packed,
            buffer: &mut [i16],
            inputs: &[u32],
            outputs: &[u32],
            lanes: usize,
        ) {
            #[target_feature(enable = $features)]
            fn inner<const I: usize, const O: usize>(
                net: &Packed,
                buffer: &mut [i16],
                inputs: &[u32],
                outputs: &[u32],
                lanes: usize,
            ) {
                forward::<I, O>(net, buffer, inputs, outputs, lanes);
            }
            // SAFETY: `Kernels::pick` hands this function out only where the host has the features.
            unsafe { inner::<I, O>(net, buffer, inputs, outputs, lanes) }
        }

        #[cfg(target_arch = "x86_64")]
        fn $route(buffer: &mut [i16], pieces: &[Piece]) {
            #[target_feature(enable = $features)]
            fn inner(buffer: &mut [i16], pieces: &[Piece]) {
                route(buffer, pieces);
            }
            // SAFETY: as above.
            unsafe { inner(buffer, pieces) }
        }

        #[cfg(target_arch = "x86_64")]
        static $table: Table = table!($forward);
    };
}

compiled_for!(forward_avx2, route_avx2, AVX2, "avx2,bmi2");
compiled_for!(forward_avx512, route_avx512, AVX512, "avx512f,avx512bw,avx512vl,avx2,bmi2");

/// The kernels for this host.
#[derive(Clone, Copy)]
pub(crate) struct Kernels {
    table: &'static Table,
    pub(crate) route: Route,
    /// The extension they are compiled for.
    pub(crate) name: &'static str,
}

impl Kernels {
    /// The fastest that the host can run.
    pub(crate) fn pick() -> Self {
        #[cfg(target_arch = "x86_64")]
        {
            if is_x86_feature_detected!("avx512bw") && is_x86_feature_detected!("avx512vl") {
                return Self { table: &AVX512, route: route_avx512, name: "avx512bw" };
            }
            if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("bmi2") {
                return Self { table: &AVX2, route: route_avx2, name: "avx2" };
            }
        }
        Self { table: &PLAIN, route, name: "plain" }
    }

    /// The kernel for a network, which has at least one input and output.
    pub(crate) fn forward(&self, net: &Packed) -> Forward {
        self.table[net.inputs - 1][net.outputs - 1]
    }
}
