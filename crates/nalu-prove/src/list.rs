//! All proofs.

use crate::proof::Proof;
use crate::run::Options;
use crate::{carry, cells, equivalence, files, float, integer, mutation, product, rows};
use ncpu_cells::Cells;

/// The proofs that `options` ask for, of the ALU with these cells.
#[must_use]
pub fn proofs<'a>(cells: &'a Cells, options: &Options) -> Vec<Proof<'a>> {
    let mut list = cells::proofs(cells);
    list.extend(carry::proofs(cells));
    list.extend(equivalence::proofs(cells, options));
    list.extend(product::proofs(cells, options.seed));
    list.extend(rows::proofs(cells, options.seed));
    list.extend(mutation::proofs(cells, options.seed));
    list.extend(files::proofs(cells));
    list.extend(integer::proofs(cells, options));
    list.extend(float::proofs(cells, options));
    list.retain(|proof| options.wants(&proof.id));
    list
}
