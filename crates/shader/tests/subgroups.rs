//! Invocations that the executor runs side by side: against the same computed one by one in Rust.

use ncpu_shader::{Access, Element, Executor, Module, Space};

/// Runs a kernel of `size` invocations a workgroup over one word for each invocation.
fn run(
    size: u32,
    workgroups: u32,
    body: impl for<'k> Fn(&'k ncpu_shader::Build<'k>, ncpu_shader::U32<'k>) -> ncpu_shader::U32<'k>,
) -> Vec<u32> {
    let module = Module::new();
    let out = module.storage("out", 0, Access::ReadWrite, Element::U32);
    module.kernel("all", size, |k| {
        let result = body(k, k.global_id());
        k.store32(out, k.global_id(), result);
    });
    let mut run = Executor::new(&module);
    run.buffer(out).resize((size * workgroups) as usize, 0);
    run.run("all", workgroups);
    std::mem::take(run.buffer(out))
}

#[test]
fn the_least_is_that_of_those_who_are_there() {
    // Odd invocations and even ones ask apart, and all of a subgroup afterwards.
    let got = run(40, 2, |k, i| {
        let least = k.var(k.u32(0));
        let odd = (i & 1).ne(0);
        k.if_else(
            odd,
            || least.set(k.subgroup_min(k.u32(1000) - i)),
            || least.set(k.subgroup_min(i + 100)),
        );
        least.get() + k.subgroup_min(i).shl(16)
    });
    // A workgroup is a subgroup of 32 and one of 8.
    for (i, got) in (0u32..).zip(got) {
        let (group, local) = (i / 40 * 40, i % 40);
        let (first, last) = if local < 32 { (group, group + 31) } else { (group + 32, group + 39) };
        let least = if i % 2 == 1 { 1000 - last } else { first + 100 };
        assert_eq!(got, least + (first << 16), "of {i}");
    }
}

#[test]
fn loops_end_for_each_in_its_own_time() {
    let collatz = |mut n: u32| {
        let mut steps = 0;
        while n > 1 {
            n = if n.is_multiple_of(2) { n / 2 } else { 3 * n + 1 };
            steps += 1;
        }
        steps
    };
    let got = run(32, 3, |k, i| {
        let (n, steps, rounds) = (k.var(i + 1), k.var(k.u32(0)), k.var(k.u32(0)));
        k.loop_(|| {
            k.if_(n.get().le(1), || k.break_());
            steps.set(steps.get() + 1);
            // Everybody does this in every round in which anybody is there.
            rounds.set(rounds.get() + k.subgroup_min(k.u32(1)));
            k.if_((n.get() & 1).eq(0), || {
                n.set(n.get().shr(1));
                k.continue_();
            });
            n.set(n.get() * 3 + 1);
        });
        steps.get() + rounds.get().shl(16)
    });
    for (i, got) in (0..).zip(got) {
        let steps = collatz(i + 1);
        assert_eq!(got, steps | steps << 16, "of {i}");
    }
}

#[test]
fn cases_run_for_those_whose_they_are() {
    let got = run(32, 1, |k, i| {
        let (kind, with) = (i.shr(1) & 3, k.var(k.u32(0)));
        let number = |n: u32| move || with.set(k.subgroup_min(i) * 10 + n);
        let cases: Vec<ncpu_shader::Case<'_>> =
            vec![(vec![0], Box::new(number(1))), (vec![1, 2], Box::new(number(2)))];
        k.switch(kind, cases, number(3));
        with.get()
    });
    for (i, got) in (0u32..).zip(got) {
        let want = [1, 22, 22, 63][(i / 2 % 4) as usize];
        assert_eq!(got, want, "of {i}");
    }
}

#[test]
fn private_arrays_are_each_ones_own() {
    let module = Module::new();
    let out = module.storage("out", 0, Access::ReadWrite, Element::U64);
    let own = module.array("own", Element::U64, Space::Private(4));
    let add = module.function("add", &[ncpu_shader::Ty::U64], &[ncpu_shader::Ty::U64], |k, p| {
        let sum = k.load64(own, k.u32(2)) + p.u64(0);
        k.store64(own, k.u32(2), sum);
        vec![sum.into()]
    });
    module.kernel("sums", 8, |k| {
        let i = k.global_id();
        let mine = i.widen();
        k.if_((i & 1).ne(0), || drop(k.call(&add, &[mine.into()])));
        let sum = k.call(&add, &[(mine + (1 << 40)).into()])[0].u64();
        k.store64(out, i, sum);
    });
    let mut run = Executor::new(&module);
    run.buffer(out).resize(2 * 16, 0);
    run.run("sums", 2);
    for (i, got) in (0u64..).zip(run.buffer(out).as_chunks::<2>().0) {
        let want = (1 << 40) + i * (1 + i % 2);
        assert_eq!(u64::from(got[0]) | u64::from(got[1]) << 32, want, "of {i}");
    }
}
