//! The A64 encoding table: decode, disassemble, encode, generate.
//!
//! # The table
//!
//! `table/*.enc` holds one row for each encoding, grouped like the Arm manual. A row reads
//!
//! ```text
//! Name pattern template ! exceptions + feature condition @feature
//! ```
//!
//! - `pattern` is 32 bits, highest first, dots ignored: `0` and `1` are fixed, `+` and `-` should be
//!   one or zero but are ignored by the decoder, a letter belongs to the field of that name (a field
//!   may have several parts). Register fields use `d n m a t s`, and `u` for Rt2.
//! - `template` is how the instruction is written; `<…>` are operands (see `operand.rs`).
//! - `! s=11,q=0; …` lists sets of words that the row does not cover (`x` is any bit; `a!=b` for two
//!   single-bit fields). They belong to a less specific row or are unallocated.
//! - `+ fp16 s=11` names a feature that some of the row's words need instead of the row's own.
//! - `@feature` is the feature the row needs; the section's, or `base`, by default.
//!
//! `[Form] @feature` opens a section: the form of its rows and their feature. `def NAME text` names
//! exceptions for use as `$NAME`. A line `~ template ? x=1 predicate` below a row is an alias, preferred
//! in disassembly when its conditions hold; earlier lines win.
//!
//! Rows may overlap only where one's pattern is strictly more specific; that one wins.

mod assemble;
mod decode;
mod disassemble;
mod expand;
mod feature;
mod generate;
mod insn;
mod operand;
mod piece;
mod predicate;
mod sysnames;
mod table;
mod unpredictable;

pub use assemble::{AsmError, assemble};
pub use decode::decode;
pub use disassemble::{Disassembly, disassemble};
pub use expand::{BitMasks, adv_simd_expand_imm, decode_bit_masks, vfp_expand_imm};
pub use feature::Feature;
pub use insn::Insn;
pub use table::{Enc, Pattern, ROWS, Row};
