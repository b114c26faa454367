//! Random words of a row, for differential tests.

use crate::{Insn, Row, decode};

impl Row {
    /// A random word that decodes to this row: its other fields are uniform over what the row allows,
    /// without words that are CONSTRAINED UNPREDICTABLE (see [`Insn::is_unpredictable`]).
    ///
    /// # Panics
    /// If no word is found in a great many tries: the table is broken.
    pub fn random(&self, rng: &mut impl FnMut() -> u64) -> u32 {
        for _ in 0..100_000 {
            let fixed = self.pattern.mask | self.should_be.mask;
            let word = (rng() as u32 & !fixed) | self.pattern.value | self.should_be.value;
            if self.matches(word) && decode(word).is_some_and(|insn| self.may_generate(insn)) {
                return word;
            }
        }
        panic!("no word of {} found", self.name);
    }

    fn may_generate(&self, insn: Insn) -> bool {
        insn.enc == self.enc && !insn.is_unpredictable()
    }
}

#[cfg(test)]
mod tests {
    use crate::{Pattern, ROWS, Row};

    /// The constraints of both patterns at once, if some word meets them.
    fn both(a: Pattern, b: Pattern) -> Option<Pattern> {
        let common = a.mask & b.mask;
        let agree = a.value & common == b.value & common;
        agree.then_some(Pattern { mask: a.mask | b.mask, value: a.value | b.value })
    }

    fn excluded(row: &Row, set: Pattern) -> bool {
        row.except.iter().any(|e| set.mask & e.mask == e.mask && set.value & e.mask == e.value)
    }

    fn refines(a: Pattern, b: Pattern) -> bool {
        a.mask & b.mask == b.mask && a.mask != b.mask
    }

    #[test]
    fn overlapping_rows_are_ordered_by_specificity() {
        let mut wrong = Vec::new();
        for (i, a) in ROWS.iter().enumerate() {
            for b in &ROWS[i + 1..] {
                let Some(set) = both(a.pattern, b.pattern) else { continue };
                let ordered = refines(a.pattern, b.pattern) || refines(b.pattern, a.pattern);
                if !ordered && !excluded(a, set) && !excluded(b, set) {
                    wrong.push(format!("{} and {} overlap: {set:08x?}", a.name, b.name));
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn names_are_unique() {
        let mut names: Vec<_> = ROWS.iter().map(|r| r.name).collect();
        names.sort_unstable();
        names.windows(2).for_each(|w| assert_ne!(w[0], w[1]));
    }

    #[test]
    fn random_words_decode_to_their_row() {
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        let mut rng = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            state ^ (state >> 29)
        };
        for row in &ROWS {
            for _ in 0..200 {
                row.random(&mut rng);
            }
        }
    }
}
