//! The nCPU front end with the network as its decoder.

use crate::decoder::Decoder;
use ncpu_asm::{NcpuIsa, lift_with};
use ncpu_cells::Spec;
use ncpu_uop::{Block, Lift};
use std::cell::RefCell;
use std::rc::Rc;

/// [`NcpuIsa`], but each word that is lifted is decoded by the networks. Engines keep the blocks that
/// they were given: an instruction is decoded when its block is lifted, not each time it is executed.
pub struct NeuralIsa {
    isa: NcpuIsa,
    decoder: Rc<RefCell<Decoder>>,
}

impl NeuralIsa {
    /// The front end; `compat` asks for the saturating rules of the earlier nCPU.
    #[must_use]
    pub fn new(compat: bool, decoder: Decoder) -> Self {
        Self { isa: NcpuIsa { compat }, decoder: Rc::new(RefCell::new(decoder)) }
    }

    /// A handle to how often the decoder's cells were evaluated.
    #[must_use]
    pub fn counts(&self) -> DecoderCounts {
        DecoderCounts(self.decoder.clone())
    }
}

impl Lift for NeuralIsa {
    fn name(&self) -> &'static str {
        self.isa.name()
    }

    fn lift(&self, pc: u64, code: &[u8], max: usize) -> Block {
        let mut decoder = self.decoder.borrow_mut();
        lift_with(self.isa.compat, pc, code, max, |word| decoder.decode(word))
    }
}

/// How often the decoder's cells were evaluated; a handle that outlives the front end.
#[derive(Clone)]
pub struct DecoderCounts(Rc<RefCell<Decoder>>);

impl DecoderCounts {
    /// How many words were decoded.
    #[must_use]
    pub fn decoded(&self) -> u64 {
        self.0.borrow().decoded()
    }

    /// For each cell of the decoder how often it was evaluated.
    #[must_use]
    pub fn evaluations(&self) -> Vec<(&'static Spec, u64)> {
        self.0.borrow().evaluations()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ncpu_asm::{Options, assemble, image::TEXT_BASE};

    #[test]
    fn blocks_are_those_of_the_other_decoder() {
        let source = "start: MOV R1, 5\nADD R1, R1, -3\nSTR R1, [R2, R3, 8]\nCMP 7, R1\nJZ start";
        let words = assemble(source, &Options::default()).unwrap().image.text;
        // The last word is no instruction.
        let words = words.into_iter().chain([u64::MAX]);
        let code: Vec<u8> = words.flat_map(u64::to_le_bytes).collect();
        for compat in [false, true] {
            let neural = NeuralIsa::new(compat, Decoder::built_in().unwrap());
            let isa = NcpuIsa { compat };
            assert_eq!(neural.name(), isa.name());
            for n in (0..code.len()).step_by(8) {
                let (pc, code) = (TEXT_BASE + n as u64, &code[n..]);
                let block = neural.lift(pc, code, 64).to_string();
                assert_eq!(block, isa.lift(pc, code, 64).to_string());
            }
            assert_eq!(neural.counts().decoded(), 5 + 4 + 3 + 2 + 1 + 1);
            let evaluations = neural.counts().evaluations();
            assert!(evaluations.iter().any(|(spec, n)| spec.name == "opcode" && *n == 16));
        }
    }
}
