"""Integer functions of one to four arguments.

A row is (name, difficulty, reference, shown, unseen). `shown` lists the example inputs as a person would
give them, arguments joined by commas; `; N of RANGES` fills up to N from the ranges. `unseen` names test
inputs that random draws would miss, then `; RANGES` for the rest. Division is only used where the
dividend is not negative, so that floor and truncation agree, unless the name says otherwise.
"""

from math import comb, factorial, gcd, isqrt, lcm


def digits(n, base=10):
    """The digits of n, lowest first; 0 has one digit."""
    out = [n % base]
    while n >= base:
        n //= base
        out.append(n % base)
    return out


def from_digits(ds, base=10):
    """The number whose digits, highest first, are ds."""
    n = 0
    for d in ds:
        n = n * base + d
    return n


def product(xs):
    n = 1
    for x in xs:
        n *= x
    return n


def divisors(n):
    return [d for d in range(1, n + 1) if n % d == 0]


def is_prime(n):
    return n > 1 and all(n % d for d in range(2, isqrt(n) + 1))


def prime_factors(n):
    """The prime factors of n with multiplicity, rising."""
    out, d = [], 2
    while n > 1:
        while n % d == 0:
            out.append(d)
            n //= d
        d += 1
    return out


def collatz_steps(n):
    steps = 0
    while n != 1:
        n = 3 * n + 1 if n % 2 else n // 2
        steps += 1
    return steps


def fib(n):
    a, b = 0, 1
    for _ in range(n):
        a, b = b, a + b
    return a


def sign(x):
    return (x > 0) - (x < 0)


def leap(y):
    return y % 4 == 0 and (y % 100 != 0 or y % 400 == 0)


def tax(n):
    """No tax up to 1000, 10 % to 5000, 20 % beyond, on the part in each bracket."""
    return (max(0, min(n, 5000) - 1000)) // 10 + max(0, n - 5000) // 5


def steps(n, *rules):
    """The value of the first (bound, value) whose bound is above n, else the last rule's value."""
    return next((v for bound, v in rules[:-1] if n < bound), rules[-1])


def days_before(month):
    return sum([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][: month - 1])


def isqrt_up(n):
    return isqrt(n - 1) + 1 if n else 0


def icbrt(n):
    return next(r for r in range(n + 1) if (r + 1) ** 3 > n)


PAIRS = "3,5 5,3 4,4 0,7 -2,6 -3,-8"
BIG_PAIRS = "-1000..1000,-1000..1000"
ONE = "0 1 2 3 5 10 -4"
WIDE = "-1000..1000"
COUNT = "0 1 2 3 4 5 6 10"
LARGE = "11..1000"

TASKS = [
    # Polynomials and arithmetic
    ("double_plus_one", 1, lambda x: 2 * x + 1, "0 1 2 5 -3", WIDE),
    ("square", 1, lambda x: x * x, ONE, WIDE),
    ("cube_minus_x", 1, lambda x: x ** 3 - x, ONE, "-300..300"),
    ("quadratic_3_5_7", 1, lambda x: 3 * x * x - 5 * x + 7, ONE, WIDE),
    ("quartic_plus_quadratic", 2, lambda x: x ** 4 + 2 * x * x - 3, "0 1 2 3 4 -1 -2", "-100..100"),
    ("triangular_number", 1, lambda n: n * (n + 1) // 2, "0 1 2 3 4 10", LARGE),
    ("sum_of_squares_to_n", 2, lambda n: n * (n + 1) * (2 * n + 1) // 6, "0 1 2 3 4 5 10", LARGE),
    ("sum_of_cubes_to_n", 2, lambda n: (n * (n + 1) // 2) ** 2, "0 1 2 3 4 5 6", LARGE),
    ("celsius_to_fahrenheit_tens", 1, lambda c: c * 9 // 5 + 32, "0 5 10 20 100 35", "1000 500 250 145 75; 15..900"),
    ("sum_of_two", 1, lambda a, b: a + b, "3,5 0,4 10,-2 7,7", BIG_PAIRS),
    ("weighted_sum", 1, lambda a, b: 2 * a + 3 * b, "1,0 0,1 2,5 -3,4 7,7", BIG_PAIRS),
    ("product_plus_sum", 1, lambda a, b: a * b + a + b, "1,1 2,3 0,5 4,-2 7,6", BIG_PAIRS),
    ("difference_of_squares", 1, lambda a, b: a * a - b * b, "3,2 5,5 2,4 0,3 -6,1 10,0", BIG_PAIRS),
    ("square_of_sum", 1, lambda a, b: (a + b) ** 2, "1,2 3,3 0,4 -5,2 10,1", BIG_PAIRS),
    ("squared_distance_from_origin", 1, lambda a, b: a * a + b * b, "3,4 0,2 1,1 -2,5 6,0", BIG_PAIRS),
    ("linear_a_x_plus_b", 1, lambda a, x, b: a * x + b, "2,3,1 0,5,4 1,1,1 -3,2,10 5,0,7", "-99..99,-99..99,-99..99"),
    ("discriminant", 2, lambda a, b, c: b * b - 4 * a * c, "1,2,1 1,5,6 2,3,-1 0,4,9 3,0,2 -1,1,1", "-99..99,-99..99,-99..99"),
    ("sum_of_pair_products", 2, lambda a, b, c: a * b + b * c + c * a, "1,2,3 0,4,5 2,2,2 -1,3,7 10,1,0 4,0,6", "-99..99,-99..99,-99..99"),
    ("determinant_2x2", 2, lambda a, b, c, d: a * d - b * c, "1,0,0,1 1,2,3,4 2,5,1,3 0,7,2,9 -3,4,6,1 5,5,5,5", "-99..99,-99..99,-99..99,-99..99"),
    ("dot_product_2d", 2, lambda a, b, c, d: a * c + b * d, "1,2,3,4 0,5,6,1 2,0,7,3 -1,4,2,2 5,1,-3,6", "-99..99,-99..99,-99..99,-99..99"),
    # Choice by comparison
    ("maximum_of_two", 1, max, PAIRS, BIG_PAIRS),
    ("minimum_of_two", 1, min, PAIRS, BIG_PAIRS),
    ("absolute_value", 1, abs, "0 5 -5 1 -1 12 -30", WIDE),
    ("absolute_difference", 1, lambda a, b: abs(a - b), PAIRS, BIG_PAIRS),
    ("sign", 1, sign, "0 1 -1 7 -12 100", "-500..500"),
    ("compare_three_way", 1, lambda a, b: sign(a - b), "3,5 5,3 4,4 0,0 -2,1 9,-9", "77,77 -31,-31 500,500; " + BIG_PAIRS),
    ("maximum_of_three", 1, max, "1,2,3 3,2,1 2,3,1 5,5,2 -1,-4,-2 0,0,9", "-999..999,-999..999,-999..999"),
    ("median_of_three", 2, lambda a, b, c: sorted((a, b, c))[1], "1,2,3 3,2,1 2,3,1 1,3,2 5,5,2 -1,-4,-2 0,9,4", "-999..999,-999..999,-999..999"),
    ("range_of_three", 2, lambda a, b, c: max(a, b, c) - min(a, b, c), "1,2,3 9,2,5 2,8,1 4,4,4 -1,-4,-2 0,0,9", "-999..999,-999..999,-999..999"),
    ("clamp_between", 2, lambda x, lo, hi: max(lo, min(x, hi)), "5,0,10 -3,0,10 15,0,10 10,0,10 7,8,20 30,4,12 6,2,9", "-99..199,0..40,60..120"),
    ("clamp_to_percent", 1, lambda x: max(0, min(x, 100)), "0 50 100 101 -1 99 250 -40", "-200..300"),
    ("clamp_to_byte", 1, lambda x: max(0, min(x, 255)), "0 17 255 256 -1 300 -90 128", "-500..800"),
    ("positive_part", 1, lambda x: max(x, 0), "0 3 -3 10 -10 1", WIDE),
    ("positive_difference", 1, lambda a, b: max(a - b, 0), "5,3 3,5 4,4 10,0 0,10 2,-3", BIG_PAIRS),
    ("maximum_plus_twice_minimum", 2, lambda a, b: max(a, b) + 2 * min(a, b), "3,5 5,3 4,4 0,7 -2,6 10,1", BIG_PAIRS),
    ("maximum_of_four", 2, max, "1,2,3,4 4,3,2,1 2,9,1,5 1,2,8,3 7,7,7,7 -1,-2,-3,-4", "-999..999,-999..999,-999..999,-999..999"),
    ("second_largest_of_four", 3, lambda *v: sorted(v)[2], "1,2,3,4 4,3,2,1 2,9,1,5 1,2,8,3 7,7,7,7 -1,-2,-3,-4 5,5,1,2 0,6,6,9", "-999..999,-999..999,-999..999,-999..999"),
    ("all_three_equal", 2, lambda a, b, c: int(a == b == c), "1,1,1 1,1,2 1,2,1 2,1,1 0,0,0 3,4,5 7,7,7", "99,99,99 -8,-8,-8 42,42,42 42,42,41 42,41,42 41,42,42; 0..50,0..50,0..50"),
    ("number_of_equal_among_three", 3, lambda a, b, c: {1: 3, 2: 2, 3: 0}[len({a, b, c})], "1,1,1 1,1,2 1,2,1 2,1,1 0,0,0 3,4,5 7,7,9 9,3,3", "99,99,99 -8,-8,-8 42,42,41 42,41,42 41,42,42 5,5,6; 0..50,0..50,0..50"),
    ("is_between_inclusive", 1, lambda x, lo, hi: int(lo <= x <= hi), "5,1,10 1,1,10 10,1,10 0,1,10 11,1,10 4,6,8 7,6,8", "20,20,60 60,3,60 61,3,60; 0..120,0..40,60..90"),
    ("absolute_nearest_to_zero", 2, lambda a, b: min(abs(a), abs(b)), "3,5 -2,6 -7,-4 0,9 8,-8 10,1", BIG_PAIRS),
    ("ordered_pair_code", 2, lambda a, b: 10 * max(a, b) + min(a, b), "3,5 5,3 4,4 0,7 9,1 2,0", "0..9,0..9"),
    # Division, rounding, divisibility
    ("quotient", 1, lambda a, b: a // b, "7,2 10,5 3,4 0,3 20,6 100,9", "0..5000,1..60"),
    ("remainder", 1, lambda a, b: a % b, "7,2 10,5 3,4 0,3 20,6 100,9", "0..5000,1..60"),
    ("ceiling_division", 2, lambda a, b: -(-a // b), "7,2 10,5 3,4 0,3 20,6 12,6 1,9", "0..5000,1..60"),
    ("last_digit", 1, lambda n: n % 10, "0 7 10 123 89 4005", "0..99999"),
    ("tens_digit", 1, lambda n: n // 10 % 10, "0 7 10 123 89 4005 670", "0..99999"),
    ("round_down_to_ten", 1, lambda n: n // 10 * 10, "0 7 10 19 123 89", "0..99999"),
    ("round_to_nearest_ten", 2, lambda n: (n + 5) // 10 * 10, "0 4 5 14 15 26 100 99", "0..99999"),
    ("round_up_to_multiple_of_five", 2, lambda n: -(-n // 5) * 5, "0 1 5 6 9 10 11 24", "0..99999"),
    ("round_up_to_multiple", 2, lambda n, m: -(-n // m) * m, "7,5 10,5 1,8 0,3 16,8 17,8 20,6", "0..5000,1..60"),
    ("half_rounded_up", 1, lambda n: (n + 1) // 2, "0 1 2 3 4 7 10", "0..5000"),
    ("average_of_two_floor", 1, lambda a, b: (a + b) // 2, "2,4 3,4 0,1 10,0 7,7 5,8", "0..5000,0..5000"),
    ("is_even", 1, lambda n: int(n % 2 == 0), "0 1 2 3 10 17", "0..9999"),
    ("is_divisible", 1, lambda a, b: int(a % b == 0), "6,3 7,3 10,5 10,4 0,9 15,15 8,16", "144,12 1000,8 990,11 75,25 91,7; 1..999,2..9"),
    ("divisible_by_three_or_five", 2, lambda n: int(n % 3 == 0 or n % 5 == 0), "1 2 3 4 5 6 9 10 15 7 20 22", "30..2000"),
    ("fizzbuzz_code", 2, lambda n: (n % 3 == 0) + 2 * (n % 5 == 0), "1 2 3 4 5 6 7 9 10 12 15 30", "45 60 75 90; 16..999"),
    ("fizzbuzz_keep_number", 3, lambda n: -3 if n % 15 == 0 else -1 if n % 3 == 0 else -2 if n % 5 == 0 else n, "1 2 3 4 5 6 7 9 10 12 15 30", "45 60 75 90; 16..999"),
    ("leap_year", 2, lambda y: int(leap(y)), "2000 1900 2004 2001 2100 2024 2023 1600 1996 1700", "2400 2200 1200 1804 1992 2016; 1500..2800"),
    ("days_in_year", 3, lambda y: 366 if leap(y) else 365, "2000 1900 2004 2001 2100 2024 2023 1600 1996 1800 2010", "2400 2200 1200 1804 1992 2016; 1500..2800"),
    ("floor_div_negative_by_three", 2, lambda n: n // 3, "-7 -6 -1 0 1 5 6 -3", "-500..500"),
    ("mathematical_mod_seven", 2, lambda n: n % 7, "-8 -7 -1 0 1 6 7 20 -15", "-500..500"),
    # Parity and piecewise rules
    ("half_if_even_else_triple_plus_one", 2, lambda n: 3 * n + 1 if n % 2 else n // 2, "1 2 3 4 5 6 7 10", "11..5000"),
    ("double_if_odd_else_same", 1, lambda n: 2 * n if n % 2 else n, "0 1 2 3 4 5 9 10", "11..5000"),
    ("square_if_positive_else_negate", 2, lambda x: x * x if x > 0 else -x, "0 1 2 3 -1 -2 -5 6", "-200..200"),
    ("add_if_same_parity_else_subtract", 2, lambda a, b: a + b if (a - b) % 2 == 0 else a - b, "2,4 3,5 2,3 5,2 0,0 7,1 8,5 1,6", "0..999,0..999"),
    ("grade_by_score", 3, lambda n: steps(n, (60, 0), (70, 1), (80, 2), (90, 3), 4), "0 59 60 69 70 79 80 89 90 100", "1..99"),
    ("shipping_cost_by_weight", 3, lambda w: steps(w, (2, 5), (6, 8), (11, 12), 12 + 2 * (w - 10)), "0 1 2 5 6 10 11 12 15 20 30", "3 4 7 8 9; 13..200"),
    ("free_shipping_over_fifty", 2, lambda n: n if n >= 50 else n + 5, "0 10 49 50 51 100 30", "1..200"),
    ("tax_brackets", 3, tax, "0 500 1000 1100 1500 2000 3000 5000 5100 6000 8000 10000", "200 1990 2750 4990; 5001..50000"),
    ("ticket_price_by_age", 2, lambda a: steps(a, (6, 0), (18, 5), (65, 10), 7), "0 3 5 6 12 17 18 40 64 65 80", "1..99"),
    ("bulk_discount", 2, lambda q: 10 * q if q < 10 else 8 * q, "0 1 5 9 10 11 20 50", "2..500"),
    ("overtime_pay", 2, lambda h, r: h * r + max(0, h - 40) * r // 2, "40,10 41,10 0,10 20,12 50,20 45,8 60,10 39,14", "0..90,10..60"),
    ("speeding_fine", 2, lambda v: 0 if v <= 50 else 20 * (v - 50), "0 30 50 51 52 60 80 45", "1..160"),
    ("mobile_plan_cost", 2, lambda m: 20 + max(0, m - 100) * 2, "0 50 99 100 101 102 110 150", "1..900"),
    ("taxi_fare", 2, lambda km: 4 if km <= 2 else 4 + 3 * (km - 2), "0 1 2 3 4 5 10 20", "6..300"),
    ("quadrant", 3, lambda x, y: 0 if x * y == 0 else (1 if y > 0 else 4) if x > 0 else (2 if y > 0 else 3), "1,1 -1,1 -1,-1 1,-1 0,5 5,0 0,0 3,7 -4,2 -6,-9 8,-3", "0,99 -50,0 0,-12; -99..99,-99..99"),
    ("triangle_kind_by_sides", 3, lambda a, b, c: len({a, b, c}), "3,3,3 3,3,4 3,4,3 4,3,3 3,4,5 7,7,7 6,8,10 5,9,9", "20,20,20 31,31,31 20,20,9 20,9,20 9,20,20; 50..99,50..99,50..99"),
    # Digits
    ("digit_sum", 2, lambda n: sum(digits(n)), "0 7 10 99 123 405 1000", "100..999999"),
    ("digit_count", 2, lambda n: len(digits(n)), "0 7 10 99 100 123 4050", "8 55 20000 640; 1000..9999999"),
    ("digit_product", 2, lambda n: product(digits(n)), "0 7 10 99 123 45 236", "111..99999"),
    ("digit_square_sum", 2, lambda n: sum(d * d for d in digits(n)), "0 3 10 12 99 123 405", "100..99999"),
    ("reverse_digits", 2, lambda n: from_digits(digits(n)), "0 7 12 123 90 1200 4056", "100..999999"),
    ("is_palindrome", 3, lambda n: int(digits(n) == digits(n)[::-1]), "0 7 10 11 12 121 123 1221 1231 100", "98789 5445 313 70007; 100..9999"),
    ("digital_root", 2, lambda n: n and 1 + (n - 1) % 9, "0 5 9 10 18 38 99 123", "100..999999"),
    ("largest_digit", 2, lambda n: max(digits(n)), "0 7 10 99 123 405 8213", "100..999999"),
    ("first_digit", 2, lambda n: digits(n)[-1], "0 7 10 99 123 405 8213", "100..999999"),
    ("count_even_digits", 3, lambda n: sum(d % 2 == 0 for d in digits(n)), "1 7 10 22 123 248 3579 4006", "100..999999"),
    ("alternating_digit_sum", 3, lambda n: sum(d * (-1) ** i for i, d in enumerate(digits(n))), "0 7 10 11 121 90 918 4005 12345", "100..999999"),
    ("number_written_in_binary", 2, lambda n: from_digits(digits(n, 2)[::-1]), "0 1 2 3 4 5 8 10", "11..2000"),
    ("base_three_digit_sum", 2, lambda n: sum(digits(n, 3)), "0 1 2 3 4 5 8 9 26 27", "28..5000"),
    ("octal_digits_as_decimal", 2, lambda n: from_digits(digits(n, 8)[::-1]), "0 7 8 9 15 16 63 64 100", "65..5000"),
    ("decimal_digits_read_as_binary", 3, lambda n: from_digits(digits(n)[::-1], 2), "0 1 10 11 100 101 110 1111", "10101 111000 1000001 110011 1011101 11111111 1000000 100101 1110 11011"),
    ("concatenate_numbers", 3, lambda a, b: int(f"{a}{b}"), "1,2 12,3 3,45 10,20 7,100 99,9", "10..999,10..999"),
    ("number_plus_its_reverse", 3, lambda n: n + from_digits(digits(n)), "0 7 12 123 90 56 105", "100..99999"),
    ("swap_two_digits", 2, lambda n: n % 10 * 10 + n // 10, "10 12 21 35 90 47", "11..99"),
    # Number theory
    ("greatest_common_divisor", 2, gcd, "12,18 7,5 10,5 8,8 0,6 21,14 100,75", "360,84 1001,77 256,96 270,192; 10..999,10..999"),
    ("least_common_multiple", 2, lcm, "4,6 7,5 10,5 8,8 1,9 21,14 12,18", "36,84 100,75 64,96; 10..300,10..300"),
    ("coprime", 2, lambda a, b: int(gcd(a, b) == 1), "4,6 7,5 10,5 8,9 1,9 21,14 12,35 6,6", "10..99,10..99"),
    ("number_of_divisors", 2, lambda n: len(divisors(n)), "1 2 3 4 6 10 12 16", "13..400"),
    ("sum_of_divisors", 2, lambda n: sum(divisors(n)), "1 2 3 4 6 10 12 16", "13..400"),
    ("sum_of_proper_divisors", 3, lambda n: sum(divisors(n)) - n, "1 2 3 4 6 10 12 28", "13..400"),
    ("is_prime", 2, lambda n: int(is_prime(n)), "0 1 2 3 4 5 9 11 15 17 25 29", "97 101 211 307 221 289; 30..500"),
    ("smallest_prime_factor", 2, lambda n: prime_factors(n)[0], "2 3 4 9 10 15 35 49 13", "77 143 91 221 121; 50..400"),
    ("largest_prime_factor", 3, lambda n: prime_factors(n)[-1], "2 3 4 9 10 15 35 49 12 28", "50..400"),
    ("number_of_prime_factors", 3, lambda n: len(prime_factors(n)), "1 2 4 6 8 12 13 30 36", "96 128 64; 50..400"),
    ("euler_totient", 3, lambda n: sum(gcd(n, k) == 1 for k in range(1, n + 1)), "1 2 3 4 5 6 9 10 12", "13..300"),
    ("is_perfect_square", 2, lambda n: int(isqrt(n) ** 2 == n), "0 1 2 3 4 8 9 15 16 24", "25 144 400 961 10000; 26..999"),
    ("integer_square_root", 2, isqrt, "0 1 2 3 4 8 9 15 16 24", "25..99999"),
    ("integer_square_root_rounded_up", 3, isqrt_up, "0 1 2 3 4 5 8 9 10 16 17", "25..9999"),
    ("integer_cube_root", 3, icbrt, "0 1 7 8 9 26 27 28 64 100", "125..9999"),
    ("collatz_steps", 2, collatz_steps, "1 2 3 4 5 6 7 8 10", "9..200"),
    ("floor_log2", 2, lambda n: n.bit_length() - 1, "1 2 3 4 7 8 9 16 31", "32..999999"),
    ("ceiling_log2", 2, lambda n: (n - 1).bit_length(), "1 2 3 4 5 7 8 9 16 17", "32 64 1024; 33..999999"),
    ("count_of_one_bits", 2, lambda n: n.bit_count(), "0 1 2 3 4 7 8 10 15", "16..99999"),
    ("is_power_of_two", 2, lambda n: int(n.bit_count() == 1), "0 1 2 3 4 5 6 8 12 16", "64 1024 4096 65536; 17..9999"),
    ("next_power_of_two", 3, lambda n: 1 << (n - 1).bit_length(), "1 2 3 4 5 7 8 9 16 17", "32 64 1024; 33..99999"),
    ("trailing_zero_count", 2, lambda n: (n & -n).bit_length() - 1, "1 2 3 4 6 8 12 16 7", "96 1024 640; 17..9999"),
    ("factorial", 1, factorial, "0 1 2 3 4 5", "6 7 8 9 10 11 12 13 15 18"),
    ("fibonacci_of_n", 1, fib, "0 1 2 3 4 5 6 7", "8 9 10 12 15 20 25 30 40 50"),
    ("power", 1, lambda a, n: a ** n, "2,3 3,2 5,0 0,4 1,9 10,3 7,1", "2..12,2..9"),
    ("power_of_two", 1, lambda n: 2 ** n, "0 1 2 3 4 5", "6..60"),
    ("sum_of_powers_of_two", 1, lambda a, b: 2 ** a + 2 ** b, "0,0 1,2 3,0 4,4 5,1 2,6", "0..30,0..30"),
    ("modular_power", 3, pow, "2,3,5 3,2,7 5,0,3 2,10,1000 7,4,10 4,1,9 10,5,13", "2..50,5..40,11..999"),
    ("modular_product", 2, lambda a, b, m: a * b % m, "2,3,5 3,4,7 5,0,3 20,10,1000 7,4,10 9,9,9", "2..999,2..999,11..99"),
    ("binomial", 2, comb, "4,2 5,1 5,2 6,3 3,0 4,4 2,3 7,2", "8,3 9,4 10,5 12,6 15,4 20,10 11,0 13,12 25,3 5,9"),
    ("permutations_of_k", 2, lambda n, k: factorial(n) // factorial(n - k), "4,2 5,1 5,2 6,3 3,0 4,4 7,2", "8,3 9,4 10,5 12,6 15,4 9,9 11,0 13,2 18,3 8,7"),
    ("central_binomial_even", 2, lambda n: comb(2 * n, n), "0 1 2 3 4 5", "6 7 8 9 10 11 12 13 14 15"),
    ("harmonic_floor_sum", 3, lambda n: sum(n // k for k in range(1, n + 1)), "1 2 3 4 5 6 7 8", "9..200"),
    ("sum_of_multiples_of_three_or_five_below", 3, lambda n: sum(k for k in range(n) if k % 3 == 0 or k % 5 == 0), "1 3 4 5 6 7 10 11 16", "17..400"),
    ("sum_from_a_to_b", 2, lambda a, b: (a + b) * (b - a + 1) // 2, "1,3 2,2 0,4 5,8 1,10 7,9", "0..99,100..400"),
    # Geometry, time, money, grids
    ("rectangle_perimeter", 1, lambda a, b: 2 * (a + b), "1,1 3,4 0,5 10,2 7,7", "0..999,0..999"),
    ("box_surface", 2, lambda a, b, c: 2 * (a * b + b * c + c * a), "1,1,1 1,2,3 2,2,5 0,4,6 10,1,3", "1..99,1..99,1..99"),
    ("box_volume", 1, lambda a, b, c: a * b * c, "1,1,1 1,2,3 2,2,5 0,4,6 10,1,3", "1..99,1..99,1..99"),
    ("triangle_area_doubled", 2, lambda a, b, c, d: abs(a * d - b * c), "1,0,0,1 1,2,3,4 2,5,1,3 0,7,2,9 3,4,6,1 5,5,5,5", "-99..99,-99..99,-99..99,-99..99"),
    ("manhattan_distance", 2, lambda a, b, c, d: abs(a - c) + abs(b - d), "0,0,3,4 3,4,0,0 1,1,1,1 5,2,1,8 -2,3,4,-1 6,0,0,6", "-99..99,-99..99,-99..99,-99..99"),
    ("chebyshev_distance", 2, lambda a, b, c, d: max(abs(a - c), abs(b - d)), "0,0,3,4 3,4,0,0 1,1,1,1 5,2,1,8 -2,3,4,-1 6,0,0,6 9,1,2,3", "-99..99,-99..99,-99..99,-99..99"),
    ("squared_distance", 2, lambda a, b, c, d: (a - c) ** 2 + (b - d) ** 2, "0,0,3,4 3,4,0,0 1,1,1,1 5,2,1,8 -2,3,4,-1 6,0,0,6", "-99..99,-99..99,-99..99,-99..99"),
    ("is_right_triangle_hypotenuse_last", 2, lambda a, b, c: int(a * a + b * b == c * c), "3,4,5 5,12,13 3,4,6 8,6,10 1,1,1 2,3,4 7,24,25 5,5,7", "9,40,41 20,21,29 12,35,37 9,40,42 20,22,29 12,16,20; 1..40,1..40,1..60"),
    ("is_valid_triangle", 3, lambda a, b, c: int(a + b > c and b + c > a and a + c > b), "3,4,5 1,1,1 1,2,3 1,1,5 5,1,1 1,5,1 7,3,4 3,7,5 2,6,4 10,10,1", "1..40,1..40,1..40"),
    ("hours_from_minutes", 1, lambda m: m // 60, "0 59 60 61 120 150 200", "0..5000"),
    ("minutes_as_clock_number", 2, lambda m: m // 60 * 100 + m % 60, "0 5 59 60 61 90 120 150 600", "0..1439"),
    ("seconds_since_midnight", 2, lambda h, m, s: h * 3600 + m * 60 + s, "0,0,0 0,0,1 0,1,0 1,0,0 12,30,15 23,59,59", "0..23,0..59,0..59"),
    ("clock_hand_hour_twelve", 2, lambda h: (h + 11) % 12 + 1, "0 1 11 12 13 18 23", "2 3 5 8 10 14 15 17 20 22"),
    ("hours_later_on_clock", 2, lambda h, d: (h + d) % 24, "0,1 23,1 22,5 10,14 12,24 5,30", "0..23,10..200"),
    ("minutes_between_times", 3, lambda a, b, c, d: (c * 60 + d) - (a * 60 + b), "0,0,1,0 1,30,2,0 9,15,17,45 12,0,12,1 8,50,9,10 0,0,23,59", "0..11,0..59,12..23,0..59"),
    ("day_of_year_common", 3, lambda m, d: days_before(m) + d, "1,1 1,31 2,1 3,1 4,1 5,1 6,1 7,1 8,1 9,1 10,1 12,1", "1..12,2..28"),
    ("weekday_after_days", 1, lambda w, d: (w + d) % 7, "0,1 6,1 3,4 5,10 2,7 1,100", "0..6,10..999"),
    ("century_of_year", 2, lambda y: (y + 99) // 100, "1 99 100 101 1900 1901 2000 2001 1705", "102..2999"),
    ("discounted_price", 1, lambda p, d: p * (100 - d) // 100, "100,10 200,25 50,0 80,50 10,100 300,5", "1000,35 200,17 900,1; 100..999,1..99"),
    ("change_coin_count_25_10_5_1", 3, lambda n: n // 25 + n % 25 // 10 + n % 25 % 10 // 5 + n % 5, "0 1 4 5 9 10 14 24 25 30 41 99", "100..900"),
    ("simple_interest", 2, lambda p, r, t: p * r * t // 100, "100,5,1 200,10,2 1000,3,5 50,0,4 100,7,10", "100..9999,1..15,1..30"),
    ("cell_index_in_grid", 1, lambda r, c, w: r * w + c, "0,0,5 0,3,5 1,0,5 2,4,5 3,1,10 7,7,8", "0..99,0..9,10..99"),
    ("chessboard_colour", 2, lambda r, c: (r + c) % 2, "1,1 1,2 2,1 2,2 8,8 3,6 7,4", "1..99,1..99"),
    ("king_moves_apart", 2, lambda a, b, c: max(abs(a - b), c), "1,5,2 5,1,2 3,3,0 3,3,4 8,1,9 2,6,4", "-99..99,-99..99,0..150"),
    ("pages_needed", 2, lambda n, k: (n + k - 1) // k, "0,10 1,10 10,10 11,10 25,5 26,5 7,3 99,100", "1..9999,2..99"),
    ("handshakes", 1, lambda n: n * (n - 1) // 2, "1 2 3 4 5 10", "11..2000"),
    ("polygon_interior_angle_sum", 1, lambda n: 180 * (n - 2), "3 4 5 6 8", "7 9; 10..999"),
    ("xor_of_two", 1, lambda a, b: a ^ b, "0,0 1,0 1,1 5,3 7,2 12,10", "0..9999,0..9999"),
    ("bitwise_and_of_two", 1, lambda a, b: a & b, "0,7 1,3 6,3 12,10 15,9 8,7", "0..9999,0..9999"),
]
