//! The executor's operators against Rust's, and that the text parses in both dialects.

use ncpu_shader::{Access, Dialect, Element, Executor, Module, Ty};

#[test]
fn functions_compute() {
    let module = Module::new();
    let f = module.function("mix", &[Ty::U64, Ty::U64], &[Ty::U64, Ty::Bool], |k, p| {
        let (a, b) = (p.u64(0), p.u64(1));
        let sum = k.var(a + b);
        k.if_(a.lt_signed(b), || sum.set(sum.get() ^ 0xff));
        k.repeat(k.u32(3), |i| sum.set(sum.get() + i.widen()));
        vec![sum.get().into(), a.lt(b).into()]
    });
    let mut run = Executor::new(&module);
    for (a, b) in [(1_u64, 2_u64), (u64::MAX, 0), (1 << 63, 5)] {
        let sum = a.wrapping_add(b);
        let sum = if (a as i64) < (b as i64) { sum ^ 0xff } else { sum };
        assert_eq!(run.call(&f, &[a, b]), [sum.wrapping_add(3), u64::from(a < b)]);
    }
}

#[test]
fn constants_fold_away() {
    let module = Module::new();
    let f = module.function("folded", &[Ty::U64], &[Ty::U64], |k, p| {
        let mask = k.u64(u64::MAX).shr(k.u32(8) - 8);
        k.if_else(k.u32(3).lt(4), || (), || panic!("not recorded"));
        vec![((p.u64(0) & mask) + k.u64(0)).into()]
    });
    assert!(module.wgsl(Dialect::Native).contains("return p0;"));
    assert_eq!(Executor::new(&module).call(&f, &[9]), [9]);
}

#[test]
fn breaks_leave_the_loop_around_a_switch() {
    let module = Module::new();
    let out = module.storage("out", 0, Access::ReadWrite, Element::U32);
    module.kernel("count", 1, |k| {
        let i = k.var(k.u32(0));
        k.loop_(|| {
            let now = i.get();
            i.set(now + 1);
            k.switch(now, vec![(vec![5, 9], Box::new(|| k.break_()))], || ());
        });
        k.store32(out, k.u32(0), i.get());
    });
    let mut run = Executor::new(&module);
    run.buffer(out).push(0);
    run.run("count", 1);
    assert_eq!(run.buffer(out)[0], 6);
    let text = module.wgsl(Dialect::Native);
    assert!(text.contains("if leave0 {"), "{text}");
}
