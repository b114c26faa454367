//! The language of terms: values, text, limits.

use ncpu_term::{Domain, EvalError, FUNCTIONS, Program, Sort, Value};

fn program(text: &str, domain: Domain, inputs: &[Sort]) -> Program {
    let program = Program::parse(text, domain, inputs).unwrap_or_else(|e| panic!("{text}: {e}"));
    let shown = program.show();
    let again = Program::parse(&shown, domain, inputs).unwrap_or_else(|e| panic!("{shown}: {e}"));
    assert_eq!(again.show(), shown, "text does not round-trip");
    program
}

fn ints(text: &str, inputs: &[i64]) -> Result<Value, EvalError> {
    let sorts = vec![Sort::Number; inputs.len()];
    let inputs: Vec<Value> = inputs.iter().map(|n| Value::int(*n)).collect();
    program(text, Domain::Int, &sorts).eval(&inputs)
}

#[test]
fn integers() {
    for (text, inputs, expected) in [
        ("x + y * z - 1", &[2, 3, 4][..], 13),
        ("x - (y - z)", &[10, 3, 2], 9),
        ("-x / 2", &[7], -4),
        ("quot(-x, 2)", &[7], -3),
        ("-7 % 3", &[], 2),
        ("rem(-7, 3)", &[], -1),
        ("2 ** 3 ** 2", &[], 512),
        ("(2 ** 3) ** 2", &[], 64),
        ("-2 ** 2", &[], -4),
        ("x > 3", &[5], 1),
        ("(x & 6) == 6 | 0", &[7], 1),
        ("~x ^ 5 | 8 & 12 << 1", &[0], -6),
        ("if x < 0 then -x else x", &[-9], 9),
        ("let t = x + 1 in t * t", &[4], 25),
        ("while b != 0 from a = x, b = y do b, a % b give a", &[48, 36], 12),
        ("loop a = 0 times x as i do a + i give a", &[5], 10),
        ("loop a = 0 times x as i do a + (loop b = 1 times i do b * 2 give b) give a", &[5], 31),
        ("isqrt(x) + gcd(x, 6) + lcm(4, 6) + abs(-3) + sign(-5)", &[30], 25),
    ] {
        assert_eq!(ints(text, inputs), Ok(Value::int(expected)), "{text}");
    }
}

#[test]
fn library() {
    for (text, expected) in [
        ("factorial(5)", 120),
        ("binomial(6, 2)", 15),
        ("binomial(2, 5)", 0),
        ("fibonacci(10)", 55),
        ("digit_sum(-912)", 12),
        ("digit_count(0)", 1),
        ("digit_count(1000)", 4),
        ("digit_reverse(1230)", 321),
        ("digit_product(234)", 24),
        ("is_prime(1) * 100 + is_prime(2) * 10 + is_prime(91)", 10),
        ("divisor_count(36)", 9),
        ("base_digit_sum(26, 3)", 6),
        ("rebase(6, 2, 10)", 110),
        ("leading_digit(8213)", 8),
        ("digit_square_sum(34)", 25),
        ("least_factor(35) + greatest_factor(35)", 12),
        ("factor_count(12) * 10 + prime_factor_count(12)", 32),
        ("factor_sum(12)", 7),
        ("radical(12)", 6),
        ("prime_count(30)", 10),
        ("valuation(24, 2)", 3),
        ("root(100, 3)", 4),
        ("collatz_steps(6)", 8),
        ("power_mod(7, 2, 10)", 9),
        ("stirling(4, 2)", 7),
        ("bell(5)", 52),
        ("partitions(10)", 42),
        ("median(3, 9, 5)", 5),
        ("is_leap_year(1900) * 10 + is_leap_year(2000)", 1),
        ("days_in_month(2) + days_in_month(8)", 59),
        ("days_before_month(4)", 90),
        ("day_number(2000, 1, 1) - day_number(1999, 1, 1)", 365),
        ("day_number(2001, 3, 1) - day_number(2000, 3, 1)", 365),
        ("golden(7)", 11),
        ("digital_root(38)", 2),
        ("best_run_sum(single(1) ++ single(-2) ++ single(4) ++ single(3))", 7),
        ("inversions(reverse(range(0, 4)))", 6),
        ("pairs_with_sum(range(0, 4), 3)", 2),
        ("occurrences(range(0, 4), 3) * 10 + contains(range(0, 4), 4)", 10),
        ("mode(single(4) ++ single(7) ++ single(7))", 7),
        ("longest_rise(range(0, 4) ++ range(2, 4))", 4),
        ("is_palindrome(range(0, 3) ++ reverse(range(0, 2)))", 1),
        ("same(range(0, 3), range(0, 2)) + same(range(0, 2), range(0, 2))", 1),
        ("sum(differences(range(3, 9))) * 10 + last(running_sums(range(0, 4)))", 56),
        ("len(but_last(range(0, 4))) + len(run_values(single(1) ++ single(1)))", 4),
        ("product(run_lengths(single(1) ++ single(1) ++ range(2, 4)))", 2),
        ("first(window_sums(range(1, 5), 2)) * 10 + first(rotated(range(0, 5), 2))", 32),
        ("at(interleaved(range(0, 2), range(5, 9)), 5)", 8),
        ("len(common(range(0, 5), range(3, 9))) * 10 + len(without(range(0, 5), range(3, 9)))", 23),
        ("first(pairs_swapped(range(0, 3))) * 10 + last(pairs_swapped(range(0, 3)))", 12),
        ("first(descending(range(0, 3)))", 2),
        ("last(running_maximum(reverse(range(0, 3)))) + last(running_minimum(range(1, 3)))", 3),
        ("sum(even_places(range(0, 5))) * 10 + sum(odd_places(range(0, 5)))", 64),
        ("is_sorted(range(0, 3)) * 10 + is_sorted(reverse(range(0, 3)))", 10),
        ("sum(every(range(0, 7), 3)) * 100 + last(digits(7205))", 905),
        ("divisor_sum(12)", 28),
        ("totient(12)", 4),
        ("nth_prime(5)", 13),
    ] {
        assert_eq!(ints(text, &[]), Ok(Value::int(expected)), "{text}");
    }
    for function in FUNCTIONS {
        program(function.text, Domain::Int, function.params);
    }
}

#[test]
fn numbers_grow_beyond_words() {
    let value = ints("factorial(x)", &[40]).unwrap();
    assert_eq!(value.to_string(), "815915283247897734345611269596115894272000000000");
}

#[test]
fn bits() {
    let eval = |text: &str, x: u64| {
        program(text, Domain::Bits, &[Sort::Number]).eval(&[Value::int(x)]).unwrap().to_u64()
    };
    for (text, x, expected) in [
        ("x & -x", 0b1011_0000, 0b1_0000),
        ("x - 1", 0, u64::MAX),
        ("clz(x) + ctz(x)", 0, 128),
        ("x << 65", 3, 6),
        ("x / 0 + x % 0", 7, 7),
        ("sar(x, 4)", 1 << 63, 0xf800_0000_0000_0000),
        ("slt(x, 0)", 1 << 63, 1),
        ("bswap(x)", 1, 1 << 56),
        ("0x00ff_0000 & ~x", 0x10_0000, 0xef_0000),
    ] {
        assert_eq!(eval(text, x), Some(expected), "{text}");
    }
}

#[test]
fn lists() {
    let list = Value::list(&[3, 1, 2, 3]);
    for (text, expected) in [
        ("map(v -> v * v, xs)", Value::list(&[9, 1, 4, 9])),
        ("filter(v -> v > 1, sorted(xs))", Value::list(&[2, 3, 3])),
        ("unique(reverse(xs))", Value::list(&[3, 2, 1])),
        ("fold((s, v) -> s * 10 + v, 0, xs)", Value::int(3123)),
        ("scan((s, v) -> s + v, 0, xs)", Value::list(&[3, 4, 6, 9])),
        ("zip((u, v) -> u - v, drop(xs, 1), xs)", Value::list(&[-2, 1, 1])),
        ("indexed((i, v) -> i * v, take(xs, 9))", Value::list(&[0, 1, 4, 9])),
        ("count(v -> v == maximum(xs), xs)", Value::int(2)),
        ("xs ++ single(len(xs)) ++ empty() ++ range(1, 3)", Value::list(&[3, 1, 2, 3, 4, 1, 2])),
        ("at(xs, 1) + find(xs, 2) + sum(xs) + product(xs)", Value::int(30)),
        ("first(xs) - last(xs) + find(xs, 8)", Value::int(-1)),
    ] {
        let program = program(text, Domain::Int, &[Sort::List]);
        assert_eq!(program.eval(std::slice::from_ref(&list)), Ok(expected), "{text}");
    }
}

#[test]
fn what_is_undefined_says_so() {
    assert!(matches!(ints("1 / x", &[0]), Err(EvalError::Undefined(_))));
    assert!(matches!(ints("isqrt(x)", &[-1]), Err(EvalError::Undefined(_))));
    assert!(matches!(ints("2 ** (2 ** x)", &[40]), Err(EvalError::Undefined(_))));
    assert_eq!(ints("while 1 from a = x do a give a", &[0]), Err(EvalError::Fuel));
    assert_eq!(ints("loop a = 1 times 2 ** 100 do a give a", &[]), Err(EvalError::Fuel));
}

#[test]
fn errors_name_the_column() {
    let column =
        |text: &str| Program::parse(text, Domain::Int, &[Sort::Number]).unwrap_err().column;
    assert_eq!(column("x + "), 5);
    assert_eq!(column("x + q"), 5);
    assert_eq!(column("x ? 1"), 3);
    assert_eq!(column("foo(x)"), 1);
    assert_eq!(column("len(x)"), 1);
    assert_eq!(column("(x"), 3);
    assert_eq!(column("x x"), 3);
    assert!(Program::parse(&"(".repeat(100_000), Domain::Int, &[]).is_err());
}

#[test]
fn programs_in_words_and_step_by_step() {
    let gcd = program(
        "while b != 0 from a = x, b = y do b, a % b give a",
        Domain::Int,
        &[Sort::Number, Sort::Number],
    );
    assert_eq!(
        gcd.words(),
        "start with a = x, b = y; as long as b != 0, a becomes b and b becomes a % b; the result is a"
    );
    let lines: Vec<String> = gcd
        .trace(&[Value::int(12), Value::int(8)])
        .iter()
        .map(|step| format!("{}{} = {}", " ".repeat(step.depth), step.what, step.value))
        .collect();
    assert_eq!(
        lines,
        ["x = 12", "y = 8", " a, b = 12, 8", " a, b = 8, 4", " a, b = 4, 0", "result a = 4"]
    );
    let choice = program("if x < 3 then x + 1 else x * 2", Domain::Int, &[Sort::Number]);
    assert_eq!(choice.words(), "if x < 3: x + 1; otherwise x * 2");
    assert_eq!(choice.trace(&[Value::int(5)]).last().unwrap().what, "x * 2");
}
