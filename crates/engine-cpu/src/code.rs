//! Threaded code: an array of functions with operands, each calling the next.

#![allow(unsafe_code)]
// Why the `unsafe` here is sound. A `Code` array is made from blocks; the last element is the end op
// of the last block, and its function returns. Functions of other ops, guards included, continue with
// `next`, which steps to the following element; functions that do two ops stand before the second
// one and continue with `after_next`, which is used by guards only, and those never stand last but one.
// So the pointer never leaves the array, which the caller of `run` keeps borrowed. `append` in
// `select.rs` is the one place that decides this. Nesting is bounded by the array's length even where
// the compiler does not turn the calls in tail position into jumps, as it does when optimising.

use ncpu_machine::Vcpu;
use ncpu_mem::AddressSpace;
use ncpu_uop::{Shape, Uop};

/// What code did at its end: left by one of its outs, or one of the below, or the address of an op
/// that failed.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(transparent)]
pub(crate) struct Flow(usize);

impl Flow {
    /// Fell through to the end.
    pub(crate) const FALL: Self = Self(0);
    /// Jumped to the end op's immediate.
    pub(crate) const TAKEN: Self = Self(1);
    /// Set the pc.
    pub(crate) const INDIRECT: Self = Self(256);
    /// Leaves the engine, as the end op says.
    pub(crate) const EXIT: Self = Self(257);

    /// Left by a guard.
    #[inline(always)]
    pub(crate) const fn guard(out: u8) -> Self {
        Self(out as usize)
    }

    /// Which out it left by.
    #[inline(always)]
    pub(crate) const fn out(self) -> Option<usize> {
        if self.0 < 256 { Some(self.0) } else { None }
    }

    /// The index of the op that stopped.
    pub(crate) fn stopped_at(self, code: &[Code]) -> usize {
        (self.0 - code.as_ptr() as usize) / size_of::<Code>()
    }
}

/// Executes one op and what follows.
pub(crate) type Function = for<'a> fn(&'a mut Vcpu, &'a mut AddressSpace, At<'a>) -> Flow;

/// An op with its function.
#[derive(Clone, Copy)]
#[repr(C)]
pub(crate) struct Code {
    function: Function,
    pub(crate) imm: u64,
    pub(crate) dst: u8,
    pub(crate) a: u8,
    pub(crate) b: u8,
    pub(crate) c: u8,
    pub(crate) aux: u16,
    pub(crate) op: u8,
    pub(crate) shape: Shape,
}

impl Code {
    pub(crate) fn new(u: &Uop, function: Function) -> Self {
        let Uop { op, shape, dst, a, b, c, aux, imm } = *u;
        Self { function, imm, dst, a, b, c, aux, op: op as u8, shape }
    }
}

impl Code {
    /// Replaces the function by one that also does what the next op does.
    pub(crate) fn set_function(&mut self, function: Function) {
        self.function = function;
    }
}

/// A position in an array of code.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub(crate) struct At<'a>(&'a Code);

impl std::ops::Deref for At<'_> {
    type Target = Code;
    #[inline(always)]
    fn deref(&self) -> &Code {
        self.0
    }
}

impl<'a> At<'a> {
    /// Continues with the next op. Only for functions of ops that are not ends.
    #[inline(always)]
    pub(crate) fn next(self, vcpu: &'a mut Vcpu, mem: &'a mut AddressSpace) -> Flow {
        let next = self.following();
        (next.0.function)(vcpu, mem, next)
    }

    /// The element after this one. Only for functions of ops that are not ends.
    #[inline(always)]
    pub(crate) fn following(self) -> Self {
        // SAFETY: an op that is not an end has a successor (module comment).
        Self(unsafe { &*std::ptr::from_ref(self.0).add(1) })
    }

    /// Stops here: the op failed.
    #[inline(always)]
    pub(crate) fn stop(self) -> Flow {
        Flow(std::ptr::from_ref(self.0) as usize)
    }
}

/// Runs code to its end.
#[inline(always)]
pub(crate) fn run(code: &[Code], vcpu: &mut Vcpu, mem: &mut AddressSpace) -> Flow {
    (code[0].function)(vcpu, mem, At(&code[0]))
}
