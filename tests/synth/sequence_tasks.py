"""Integer sequences, as people try them from the classics.

A row is (name, difficulty, terms, first index, shown terms, unseen terms); `terms` maps a length to that
many terms.
"""

from itertools import count, islice
from math import comb, factorial, gcd, isqrt

from int_tasks import digits, divisors, from_digits, is_prime, prime_factors, product


def at(f, first=0):
    """Terms by a closed form of the index."""
    return lambda k: [f(n) for n in range(first, first + k)]


def rec(start, step):
    """Terms by a recurrence: `step` sees the list of all terms so far."""

    def terms(k):
        a = list(start)
        while len(a) < k:
            a.append(step(a))
        return a[:k]

    return terms


def those(keep, first=0):
    """The numbers, rising from `first`, that satisfy `keep`."""
    return lambda k: list(islice((n for n in count(first) if keep(n)), k))


def partial_sums(terms):
    return lambda k: [sum(terms(k)[: i + 1]) for i in range(k)]


def catalan(n):
    return comb(2 * n, n) // (n + 1)


def partitions(n):
    ways = [1] + [0] * n
    for part in range(1, n + 1):
        for total in range(part, n + 1):
            ways[total] += ways[total - part]
    return ways[n]


def bell(n):
    row = [1]
    for _ in range(n):
        nxt = [row[-1]]
        for v in row:
            nxt.append(nxt[-1] + v)
        row = nxt
    return row[0]


def binary(n):
    return int(f"{n:b}")


def self_describing_counts(k):
    """Golomb's sequence: n occurs a(n) times."""
    a = [1, 2, 2]
    while len(a) < k:
        a += [a[-1] + 1] * a[a[-1]]
    return a[:k]


FIB = rec([0, 1], lambda a: a[-1] + a[-2])
PRIMES = those(is_prime)

TASKS = [
    # Polynomials
    ("even_numbers", 1, at(lambda n: 2 * n), 0, 8, 6),
    ("odd_numbers", 1, at(lambda n: 2 * n + 1), 0, 8, 6),
    ("squares", 1, at(lambda n: n * n, 1), 1, 8, 6),
    ("cubes", 1, at(lambda n: n ** 3), 0, 8, 6),
    ("triangular_numbers", 1, at(lambda n: n * (n + 1) // 2, 1), 1, 8, 6),
    ("pronic_numbers", 1, at(lambda n: n * (n + 1)), 0, 8, 6),
    ("pentagonal_numbers", 1, at(lambda n: n * (3 * n - 1) // 2, 1), 1, 8, 6),
    ("hexagonal_numbers", 1, at(lambda n: n * (2 * n - 1)), 0, 8, 6),
    ("tetrahedral_numbers", 1, at(lambda n: n * (n + 1) * (n + 2) // 6, 1), 1, 9, 6),
    ("square_pyramidal_numbers", 1, at(lambda n: n * (n + 1) * (2 * n + 1) // 6), 0, 9, 6),
    ("centred_hexagonal_numbers", 1, at(lambda n: 3 * n * (n - 1) + 1, 1), 1, 8, 6),
    ("lazy_caterer", 1, at(lambda n: n * (n + 1) // 2 + 1), 0, 8, 6),
    ("cake_numbers", 2, at(lambda n: (n ** 3 + 5 * n + 6) // 6), 0, 9, 6),
    ("circle_regions", 2, at(lambda n: 1 + comb(n, 2) + comb(n, 4), 1), 1, 10, 6),
    ("fourth_powers", 1, at(lambda n: n ** 4, 1), 1, 8, 6),
    ("sums_of_fourth_powers", 2, at(lambda n: sum(i ** 4 for i in range(n + 1))), 0, 10, 6),
    ("countdown_by_seven", 1, at(lambda n: 100 - 7 * n), 0, 8, 6),
    # Exponential, and linear recurrences
    ("powers_of_two", 1, at(lambda n: 2 ** n), 0, 8, 8),
    ("powers_of_three_plus_one", 1, at(lambda n: 3 ** n + 1), 0, 8, 6),
    ("mersenne_numbers", 1, at(lambda n: 2 ** n - 1, 1), 1, 8, 8),
    ("n_times_power_of_two", 1, at(lambda n: n * 2 ** n), 0, 9, 6),
    ("power_of_two_minus_n", 2, at(lambda n: 2 ** n - n), 0, 9, 6),
    ("alternating_powers_of_minus_two", 1, at(lambda n: (-2) ** n), 0, 8, 6),
    ("fibonacci", 1, FIB, 0, 9, 8),
    ("lucas_numbers", 1, rec([2, 1], lambda a: a[-1] + a[-2]), 0, 9, 8),
    ("pell_numbers", 1, rec([0, 1], lambda a: 2 * a[-1] + a[-2]), 0, 9, 6),
    ("jacobsthal_numbers", 1, rec([0, 1], lambda a: a[-1] + 2 * a[-2]), 0, 9, 6),
    ("tribonacci", 1, rec([0, 0, 1], lambda a: sum(a[-3:])), 0, 11, 6),
    ("padovan", 2, rec([1, 1, 1], lambda a: a[-2] + a[-3]), 0, 12, 6),
    ("narayana_cows", 2, rec([1, 1, 1], lambda a: a[-1] + a[-3]), 0, 12, 6),
    ("perrin", 2, rec([3, 0, 2], lambda a: a[-2] + a[-3]), 0, 12, 6),
    ("fibonacci_squared", 2, lambda k: [f * f for f in FIB(k)], 0, 10, 6),
    ("fibonacci_even_indexed", 2, lambda k: FIB(2 * k)[::2], 0, 9, 6),
    ("partial_sums_of_fibonacci", 2, partial_sums(FIB), 0, 10, 6),
    ("double_plus_three", 1, rec([1], lambda a: 2 * a[-1] + 3), 0, 8, 6),
    ("tower_of_hanoi_four_bodies", 2, rec([0, 1], lambda a: 4 * a[-1] - a[-2]), 0, 9, 6),
    ("repunits", 1, at(lambda n: (10 ** n - 1) // 9, 1), 1, 8, 6),
    ("loan_balance", 1, rec([1000], lambda a: 2 * a[-1] - 300), 1, 8, 6),
    # Recurrences that use the index, or are not linear
    ("factorials", 1, at(factorial), 0, 9, 7),
    ("double_factorials", 2, rec([1, 1], lambda a: len(a) * a[-2]), 0, 11, 6),
    ("odd_double_factorials", 2, at(lambda n: product(range(1, 2 * n, 2))), 0, 9, 5),
    ("derangements", 2, rec([1, 0], lambda a: (len(a) - 1) * (a[-1] + a[-2])), 0, 10, 6),
    ("catalan_numbers", 2, at(catalan), 0, 10, 6),
    ("central_binomials", 2, at(lambda n: comb(2 * n, n)), 0, 9, 6),
    ("motzkin_numbers", 3, at(lambda n: sum(comb(n, 2 * i) * catalan(i) for i in range(n // 2 + 1))), 0, 11, 6),
    ("bell_numbers", 3, at(bell), 0, 11, 5),
    ("partition_numbers", 3, at(partitions), 0, 12, 6),
    ("involutions", 2, rec([1, 1], lambda a: a[-1] + (len(a) - 1) * a[-2]), 0, 11, 6),
    ("sum_of_factorials", 2, partial_sums(at(factorial)), 0, 10, 5),
    ("arrangements", 2, rec([1], lambda a: len(a) * a[-1] + 1), 0, 9, 6),
    ("hofstadter_q", 3, rec([1, 1], lambda a: a[-a[-1]] + a[-a[-2]]), 1, 12, 8),
    ("hofstadter_g", 3, rec([0], lambda a: len(a) - a[a[-1]]), 0, 12, 8),
    ("golomb", 3, self_describing_counts, 1, 12, 8),
    ("add_digit_sum_to_itself", 2, rec([1], lambda a: a[-1] + sum(digits(a[-1]))), 1, 10, 6),
    ("collatz_orbit_of_27", 2, rec([27], lambda a: 3 * a[-1] + 1 if a[-1] % 2 else a[-1] // 2), 0, 12, 8),
    ("add_last_two_mod_ten", 1, rec([0, 1], lambda a: (a[-1] + a[-2]) % 10), 0, 12, 8),
    ("linear_congruential_mod_101", 2, rec([1], lambda a: (5 * a[-1] + 3) % 101), 0, 10, 8),
    ("plus_integer_square_root", 3, rec([1], lambda a: a[-1] + isqrt(a[-1])), 1, 12, 6),
    # Periodic, interleaved, floors
    ("cycle_1_2_3", 1, at(lambda n: n % 3 + 1), 0, 10, 8),
    ("cycle_3_1_4_1_5", 1, at(lambda n: [3, 1, 4, 1, 5][n % 5]), 0, 12, 8),
    ("alternating_signs_of_n", 1, at(lambda n: (-1) ** n * n), 0, 8, 6),
    ("integers_by_alternating_sign", 2, at(lambda n: (n + 1) // 2 * (-1) ** (n + 1)), 0, 10, 6),
    ("each_number_twice", 1, at(lambda n: n // 2), 0, 10, 6),
    ("natural_numbers_and_squares_interleaved", 2, at(lambda n: (n // 2) ** 2 if n % 2 else n // 2), 0, 12, 8),
    ("powers_of_two_and_three_interleaved", 2, at(lambda n: (3 if n % 2 else 2) ** (n // 2)), 0, 12, 6),
    ("quarter_squares", 2, at(lambda n: n * n // 4), 0, 10, 6),
    ("n_repeated_n_times", 2, at(lambda n: (isqrt(8 * n - 7) + 1) // 2, 1), 1, 12, 8),
    ("floor_square_root", 2, at(isqrt), 0, 12, 8),
    ("lower_wythoff", 3, at(lambda n: (n + isqrt(5 * n * n)) // 2, 1), 1, 12, 8),
    ("upper_wythoff", 3, at(lambda n: (3 * n + isqrt(5 * n * n)) // 2, 1), 1, 12, 8),
    ("beatty_of_square_root_of_two", 3, at(lambda n: isqrt(2 * n * n), 1), 1, 12, 8),
    ("not_squares", 3, those(lambda n: isqrt(n) ** 2 != n), 1, 12, 8),
    ("not_multiples_of_three", 1, those(lambda n: n % 3), 1, 10, 8),
    ("sum_of_n_over_3_and_n_over_2", 2, at(lambda n: n // 2 + n // 3), 0, 12, 6),
    # Digits and bits
    ("binary_written_in_decimal", 2, at(binary), 0, 10, 8),
    ("ones_in_binary", 2, at(int.bit_count), 0, 12, 8),
    ("thue_morse", 2, at(lambda n: n.bit_count() % 2), 0, 12, 8),
    ("ruler_function", 2, at(lambda n: (n & -n).bit_length() - 1, 1), 1, 12, 8),
    ("largest_power_of_two_dividing", 1, at(lambda n: n & -n, 1), 1, 12, 8),
    ("gray_code", 2, at(lambda n: n ^ n >> 1), 0, 12, 8),
    ("squares_in_binary", 3, at(lambda n: binary(n * n)), 0, 10, 5),
    ("moser_de_bruijn", 3, at(lambda n: from_digits(digits(n, 2)[::-1], 4)), 0, 12, 8),
    ("cantor_numbers", 3, at(lambda n: 2 * from_digits(digits(n, 2)[::-1], 3)), 0, 12, 8),
    ("bit_reversed_numbers", 3, at(lambda n: from_digits(digits(n, 2), 2)), 0, 12, 8),
    ("josephus_survivors", 2, at(lambda n: 2 * (n - (1 << n.bit_length() - 1)) + 1, 1), 1, 12, 8),
    ("stern_diatomic", 3, rec([0, 1], lambda a: a[len(a) // 2] + (a[len(a) // 2 + 1] if len(a) % 2 else 0)), 0, 12, 8),
    ("evil_numbers", 3, those(lambda n: n.bit_count() % 2 == 0), 1, 12, 8),
    ("binary_length", 2, at(lambda n: n.bit_length()), 0, 12, 8),
    ("base_three_read_as_decimal", 2, at(lambda n: from_digits(digits(n, 3)[::-1])), 0, 12, 8),
    ("digit_sums_of_squares", 2, at(lambda n: sum(digits(n * n))), 0, 12, 8),
    ("last_digit_of_squares", 1, at(lambda n: n * n % 10), 0, 12, 8),
    ("concatenated_one_to_n", 3, at(lambda n: int("".join(map(str, range(1, n + 1)))), 1), 1, 8, 5),
    ("nine_tens_nines", 2, at(lambda n: 10 ** n - 2, 1), 1, 8, 6),
    # Number theory
    ("primes", 2, PRIMES, 1, 12, 8),
    ("primes_squared", 3, lambda k: [p * p for p in PRIMES(k)], 1, 10, 6),
    ("prime_gaps", 3, lambda k: [q - p for p, q in zip(PRIMES(k), PRIMES(k + 1)[1:])], 1, 12, 8),
    ("composites", 3, those(lambda n: n > 3 and not is_prime(n)), 1, 12, 8),
    ("primorials", 3, lambda k: [product(PRIMES(n)) for n in range(k)], 0, 8, 5),
    ("sums_of_first_primes", 3, partial_sums(PRIMES), 1, 10, 6),
    ("semiprimes", 3, those(lambda n: n > 1 and len(prime_factors(n)) == 2, 1), 1, 12, 6),
    ("number_of_divisors_sequence", 2, at(lambda n: len(divisors(n)), 1), 1, 12, 8),
    ("sum_of_divisors_sequence", 2, at(lambda n: sum(divisors(n)), 1), 1, 12, 8),
    ("totients", 2, at(lambda n: sum(gcd(n, k) == 1 for k in range(1, n + 1)), 1), 1, 12, 8),
    ("primes_up_to_n", 3, at(lambda n: sum(map(is_prime, range(n + 1)))), 0, 12, 8),
    ("smallest_prime_factors", 3, at(lambda n: prime_factors(n)[0], 2), 2, 12, 8),
    ("gcd_with_twelve", 2, at(lambda n: gcd(n, 12), 1), 1, 12, 8),
]
