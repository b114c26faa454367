//! Threaded code: an array of functions with operands, each calling the next.

#![allow(unsafe_code)]
// Why the `unsafe` here is sound. A `Code` array is made from a block whose last op, and no other,
// is an end. Functions of other ops continue with `next`, which steps to the following element;
// functions of ends return. So the pointer never leaves the array, which the caller of `run`
// keeps borrowed. Nesting is bounded by a block's length even where the compiler does not turn the
// calls in tail position into jumps, as it does when optimising.

use ncpu_machine::Vcpu;
use ncpu_mem::AddressSpace;
use ncpu_uop::{Class, Shape, Uop};

/// What a block did at its end.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(transparent)]
pub(crate) struct Flow(usize);

impl Flow {
    /// Fell through to the block's end.
    pub(crate) const FALL: Self = Self(0);
    /// Jumped to the end op's immediate.
    pub(crate) const TAKEN: Self = Self(1);
    /// Set the pc.
    pub(crate) const INDIRECT: Self = Self(2);
    /// Leaves the engine, as the end op says.
    pub(crate) const EXIT: Self = Self(3);

    /// 0 after falling through, 1 after the jump.
    #[inline(always)]
    pub(crate) const fn successor(self) -> Option<usize> {
        if self.0 <= 1 { Some(self.0) } else { None }
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
        // SAFETY: an op that is not an end has a successor (module comment).
        let next = At(unsafe { &*std::ptr::from_ref(self.0).add(1) });
        (next.0.function)(vcpu, mem, next)
    }

    /// Stops here: the op failed.
    #[inline(always)]
    pub(crate) fn stop(self) -> Flow {
        Flow(std::ptr::from_ref(self.0) as usize)
    }
}

/// Runs code to its end.
pub(crate) fn run(code: &[Code], vcpu: &mut Vcpu, mem: &mut AddressSpace) -> Flow {
    debug_assert!(code.iter().rposition(|c| !is_end(c)).is_none_or(|i| i + 2 == code.len()));
    (code[0].function)(vcpu, mem, At(&code[0]))
}

fn is_end(code: &Code) -> bool {
    ncpu_uop::Op::from_index(code.op).class() == Class::End
}
