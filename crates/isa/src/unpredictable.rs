//! Which words the architecture leaves CONSTRAINED UNPREDICTABLE because of their registers.

use crate::Insn;

impl Insn {
    /// Whether the choice of registers makes the instruction CONSTRAINED UNPREDICTABLE: a base that is
    /// written back and also transferred, one register loaded twice, a status register that is also
    /// data or address, overlapping operands of a memory copy. The decoder accepts such words.
    #[must_use]
    pub fn is_unpredictable(self) -> bool {
        match self.row().form {
            "Pair" => self.pair_overlaps(),
            "LoadStorePost" | "LoadStorePre" => !self.bit(26) && self.base_is(self.rt()),
            "LoadAuth" => self.bit(11) && self.base_is(self.rt()),
            "Exclusive" => !self.bit(22) && self.status_is(self.rt()),
            "ExclusivePair" if self.bit(22) => self.rt() == self.rt2(),
            "ExclusivePair" => self.status_is(self.rt()) || self.rs() == self.rt2(),
            "MemoryCopySet" => self.copy_overlaps(),
            _ => false,
        }
    }

    /// Whether a written-back base is also `register`; the stack pointer never is.
    fn base_is(self, register: u32) -> bool {
        self.rn() == register && self.rn() != 31
    }

    fn pair_overlaps(self) -> bool {
        let (simd, load, writeback) = (self.bit(26), self.bit(22), self.bit(23));
        let tags = self.ls_size() == 1 && !load;
        let twice = load && self.rt() == self.rt2();
        let base = self.base_is(self.rt()) || self.base_is(self.rt2());
        twice || (writeback && !simd && !tags && base)
    }

    fn status_is(self, register: u32) -> bool {
        self.rs() == register || self.base_is(self.rs())
    }

    fn copy_overlaps(self) -> bool {
        let (d, n, s) = (self.rd(), self.rn(), self.rs());
        let set = self.bits(23, 22) == 3;
        d == n || d == s || n == s || d == 31 || n == 31 || (s == 31 && !set)
    }
}
