//! Operations on doubles: the executor against Rust's, and that their text is valid.

use ncpu_shader::{Dialect, Executor, FuncRef, Module, Ty};

const RESULTS: [Ty; 8] = [Ty::U64, Ty::U64, Ty::U64, Ty::U64, Ty::U64, Ty::U64, Ty::Bool, Ty::Bool];

fn operations(module: &Module) -> FuncRef {
    module.function("doubles", &[Ty::U64; 3], &RESULTS, |k, p| {
        let (a, b, c) = (p.u64(0), p.u64(1), p.u64(2));
        // naga must not meet constants that it would compute with.
        let infinity = k.u64(f64::INFINITY.to_bits());
        let numbers =
            [a.f64_add(b), a.f64_div(b), a.f64_sqrt(), a.f64_fma(b, c), infinity.f64_add(a)];
        let mut results = numbers.map(Into::into).to_vec();
        results.push(a.f64_from_signed().into());
        results.extend([a.f64_lt(b), a.f64_eq(b)].map(ncpu_shader::Any::from));
        results
    })
}

#[test]
fn doubles_compute_as_the_host_does() {
    let module = Module::new();
    let f = operations(&module);
    let mut run = Executor::new(&module);
    let values = [1.0, 0.1, -3.5, 1e300, 5e-324, 1.0 + f64::EPSILON, -0.0, f64::INFINITY];
    for a in values {
        for b in values {
            let c = -(a * b);
            let got = run.call(&f, &[a, b, c].map(f64::to_bits));
            let wants = [a + b, a / b, a.sqrt(), a.mul_add(b, c), f64::INFINITY + a];
            assert_eq!(got[6..], [u64::from(a < b), u64::from(a == b)]);
            assert_eq!(f64::from_bits(got[5]), a.to_bits() as i64 as f64);
            for (got, want) in got.into_iter().map(f64::from_bits).zip(wants) {
                let same = got.to_bits() == want.to_bits() || (got.is_nan() && want.is_nan());
                assert!(same, "{a:?} {b:?}: {got:?} is not {want:?}");
            }
        }
    }
}

#[test]
fn constants_fold() {
    let module = Module::new();
    let f = module.function("folded", &[], &[Ty::U64], |k, _| {
        let [a, b, c] = [1.5_f64, 2.0, 0.25].map(|v| k.u64(v.to_bits()));
        let r = a.f64_fma(b, c).f64_add(c).f64_div(b).f64_sqrt();
        assert_eq!(r.known(), Some(1.75_f64.sqrt().to_bits()));
        vec![r.into()]
    });
    assert_eq!(Executor::new(&module).call(&f, &[]), [1.75_f64.sqrt().to_bits()]);
}

#[test]
fn text_is_valid() {
    let module = Module::new();
    operations(&module);
    let text = module.wgsl(Dialect::Native);
    let parsed = naga::front::wgsl::parse_str(&text);
    let parsed = parsed.unwrap_or_else(|e| panic!("{}", e.emit_to_string(&text)));
    let flags = naga::valid::ValidationFlags::all();
    let needed = naga::valid::Capabilities::FLOAT64 | naga::valid::Capabilities::SHADER_INT64;
    if let Err(e) = naga::valid::Validator::new(flags, needed).validate(&parsed) {
        panic!("{}", e.emit_to_string(&text));
    }
}
