"""Functions of lists of integers, some with a second list or a number.

A row is (name, difficulty, reference, argument kinds, example count, given rows…). Argument kinds, one
letter each: L any list, P a list that is not empty, N a list of small numbers with repeats, R one that is
not empty, D a list of numbers above zero, G one with a common factor, S a rising list, K a count from 0 to
6, W a window from 1 to 3, V a number that may occur in the list before it, T a threshold from 0 to 20, A a
number from -9 to 9.
"""

from itertools import accumulate, groupby, zip_longest
from math import gcd

from int_tasks import is_prime, product, sign

HIGH = {"L": 30, "P": 30, "N": 4, "R": 4, "D": 20, "S": 30, "G": 12}
LOW = {"L": -20, "P": -20, "N": 0, "R": 0, "D": 1, "S": -20, "G": 1}
NUMBER = {"K": (0, 6), "W": (1, 3), "T": (0, 20), "A": (-9, 9)}


def draw_list(kind, rng, shortest, longest, first):
    """A list of the kind; after a `first` one mostly as long as it, at times equal to it."""
    if first is not None and kind != "S":
        if rng.random() < 0.1:
            return list(first)
        if rng.random() < 0.6:
            shortest = longest = len(first)
    values = [rng.randint(LOW[kind], HIGH[kind]) for _ in range(rng.randint(shortest, longest))]
    if kind == "G":
        common = rng.randint(1, 12)
        return [common * v for v in values]
    if kind == "N" and rng.random() < 0.1:
        half = values[: longest // 2]
        return half + half[::-1]
    return sorted(values) if kind == "S" else values


def draw(args, rng, longest):
    """One input: lists of up to `longest` elements, at least one where the kind says so, three before W."""
    shortest = 3 if "W" in args else 1 if set(args) & set("PDRG") else 0
    out = []
    for kind in args:
        if kind in HIGH:
            out.append(draw_list(kind, rng, shortest, longest, out[0] if out else None))
        elif kind == "V":
            out.append(rng.choice(out[0] + [7]))
        else:
            out.append(rng.randint(*NUMBER[kind]))
    return out


def windows(xs, k):
    return [xs[n : n + k] for n in range(len(xs) - k + 1)]


def unique(xs):
    return list(dict.fromkeys(xs))


def runs(xs):
    return [list(g) for _, g in groupby(xs)]


def longest_rise(xs):
    """The length of the longest strictly rising stretch."""
    best = now = 0
    for n, x in enumerate(xs):
        now = now + 1 if n and x > xs[n - 1] else 1
        best = max(best, now)
    return best


TASKS = [
    # Map
    ("double_each", 1, lambda xs: [2 * x for x in xs], "L", 4, [[1, 2, 3]], [[]]),
    ("square_each", 1, lambda xs: [x * x for x in xs], "L", 4, [[1, 2, 3]], [[]]),
    ("negate_each", 1, lambda xs: [-x for x in xs], "L", 4, [[1, -2, 3]]),
    ("absolute_each", 1, lambda xs: [abs(x) for x in xs], "L", 4, [[1, -2, 0]]),
    ("three_x_plus_one_each", 1, lambda xs: [3 * x + 1 for x in xs], "L", 4, [[0, 1, 2]]),
    ("parity_of_each", 1, lambda xs: [x % 2 for x in xs], "D", 5, [[1, 2, 3, 4]]),
    ("sign_of_each", 1, lambda xs: [sign(x) for x in xs], "L", 5, [[5, -3, 0]]),
    ("clamp_each_to_ten", 2, lambda xs: [max(0, min(x, 10)) for x in xs], "L", 6, [[5, -3, 12, 10, 0]]),
    ("halve_each", 2, lambda xs: [x // 2 for x in xs], "D", 5, [[1, 2, 3, 4]]),
    ("negative_to_zero", 1, lambda xs: [max(x, 0) for x in xs], "L", 5, [[5, -3, 0]]),
    ("add_index_to_each", 2, lambda xs: [x + n for n, x in enumerate(xs)], "L", 4, [[5, 5, 5]]),
    ("multiply_by_index", 2, lambda xs: [x * n for n, x in enumerate(xs)], "L", 4, [[1, 2, 3]]),
    ("halve_even_else_triple_plus_one", 3, lambda xs: [x // 2 if x % 2 == 0 else 3 * x + 1 for x in xs], "D", 6, [[1, 2, 3, 4]]),
    ("alternate_signs", 2, lambda xs: [-x if n % 2 else x for n, x in enumerate(xs)], "L", 5, [[1, 2, 3, 4]]),
    # Filter
    ("keep_even", 1, lambda xs: [x for x in xs if x % 2 == 0], "L", 5, [[1, 2, 3, 4]], [[]]),
    ("keep_positive", 1, lambda xs: [x for x in xs if x > 0], "L", 5, [[3, -1, 0, 4]]),
    ("drop_zeros", 1, lambda xs: [x for x in xs if x], "N", 5, [[0, 1, 0, 2]]),
    ("keep_multiples_of_three", 2, lambda xs: [x for x in xs if x % 3 == 0], "L", 6, [[1, 3, 5, 6, 9]]),
    ("keep_primes", 3, lambda xs: [x for x in xs if is_prime(x)], "D", 8, [[1, 2, 3, 4, 5]], [[6, 7, 8, 9, 11]], [[13, 14, 15, 17]]),
    ("keep_above_average", 3, lambda xs: [x for x in xs if x * len(xs) > sum(xs)], "L", 7, [[1, 2, 3]], [[5, 5]]),
    ("keep_every_second", 2, lambda xs: xs[::2], "L", 5, [[1, 2, 3, 4, 5]]),
    ("keep_odd_positions", 2, lambda xs: xs[1::2], "L", 5, [[1, 2, 3, 4, 5]]),
    ("square_of_evens", 2, lambda xs: [x * x for x in xs if x % 2 == 0], "L", 5, [[1, 2, 3, 4]]),
    ("drop_first_minimum", 3, lambda xs: [x for n, x in enumerate(xs) if n != xs.index(min(xs))], "P", 6, [[3, 1, 2, 1]]),
    ("local_maxima", 3, lambda xs: [b for a, b, c in windows(xs, 3) if a < b > c], "L", 8, [[1, 3, 2]], [[1, 2, 3]], [[1, 5, 2, 7, 3]]),
    ("larger_than_predecessor", 3, lambda xs: [b for a, b in zip(xs, xs[1:]) if b > a], "L", 7, [[1, 3, 2, 4]]),
    # Fold
    ("sum_of_list", 1, sum, "L", 4, [[1, 2, 3]], [[]]),
    ("product_of_list", 1, product, "D", 5, [[1, 2, 3]], [[]], [[4, 2, 3]]),
    ("length_of_list", 1, len, "L", 4, [[7, 7, 9]], [[]]),
    ("largest_element", 1, max, "P", 4, [[1, 5, 3]], [[-4, -2]]),
    ("smallest_element", 1, min, "P", 4, [[4, 1, 3]], [[-4, -2]]),
    ("range_of_list", 2, lambda xs: max(xs) - min(xs), "P", 5, [[4, 1, 3]]),
    ("sum_of_squares_of_list", 1, lambda xs: sum(x * x for x in xs), "L", 4, [[1, 2, 3]]),
    ("sum_of_positive_elements", 2, lambda xs: sum(x for x in xs if x > 0), "L", 5, [[1, -2, 3]]),
    ("number_of_odd_elements", 1, lambda xs: sum(x % 2 for x in xs), "L", 5, [[1, 2, 3]]),
    ("count_of_maximum", 2, lambda xs: xs.count(max(xs)), "R", 7, [[1, 3, 3]], [[2, 2, 2]], [[5, 1]]),
    ("alternating_sum", 2, lambda xs: sum(x * (-1) ** n for n, x in enumerate(xs)), "L", 5, [[1, 2, 3]], [[]]),
    ("average_floor", 2, lambda xs: sum(xs) // len(xs), "D", 5, [[1, 2, 4]]),
    ("gcd_of_list", 2, lambda xs: gcd(*xs), "G", 6, [[12, 18]], [[6, 10, 15]], [[20, 8, 12]]),
    ("number_of_distinct", 2, lambda xs: len(set(xs)), "N", 5, [[1, 2, 1]], [[]]),
    ("polynomial_at_ten", 2, lambda xs: sum(x * 10 ** (len(xs) - 1 - n) for n, x in enumerate(xs)), "N", 5, [[1, 2, 3]], [[]]),
    ("median_lower", 2, lambda xs: sorted(xs)[(len(xs) - 1) // 2], "P", 6, [[3, 1, 2]], [[4, 1, 3, 2]]),
    ("sum_of_first_and_last", 1, lambda xs: xs[0] + xs[-1], "P", 5, [[1, 2, 3]], [[4]]),
    ("maximum_prefix_sum", 3, lambda xs: max(accumulate(xs, initial=0)), "L", 7, [[1, -2, 4]], [[-1, -2]], [[3, -5]]),
    ("maximum_subarray_sum", 3, lambda xs: max(accumulate(xs, lambda a, x: max(a + x, x))), "P", 8, [[1, -2, 4, 3, -1]], [[-3, -1]]),
    ("longest_rising_stretch", 3, longest_rise, "L", 8, [[1, 2, 3]], [[3, 2, 1]], [[1, 5, 2, 3, 4]]),
    ("is_sorted", 2, lambda xs: int(xs == sorted(xs)), "L", 8, [[1, 2, 3]], [[2, 1]], [[1, 1, 2]], [[]], [[1, 3, 2, 4]]),
    ("is_palindrome_list", 2, lambda xs: int(xs == xs[::-1]), "N", 8, [[1, 2, 1]], [[1, 2]], [[]], [[3, 3]], [[1, 2, 2, 1]], [[1, 2, 3, 1]]),
    # Scan and neighbours
    ("prefix_sums", 1, lambda xs: list(accumulate(xs)), "L", 4, [[1, 2, 3]]),
    ("prefix_products", 2, lambda xs: list(accumulate(xs, int.__mul__)), "D", 5, [[1, 2, 3]]),
    ("running_maximum", 2, lambda xs: list(accumulate(xs, max)), "L", 5, [[1, 3, 2]]),
    ("suffix_sums", 2, lambda xs: list(accumulate(xs[::-1]))[::-1], "L", 5, [[1, 2, 3]]),
    ("differences", 1, lambda xs: [b - a for a, b in zip(xs, xs[1:])], "L", 5, [[1, 4, 9]], [[5]]),
    ("sums_of_neighbours", 2, lambda xs: [a + b for a, b in zip(xs, xs[1:])], "L", 5, [[1, 2, 3]]),
    ("second_differences", 3, lambda xs: [a - 2 * b + c for a, b, c in windows(xs, 3)], "L", 6, [[1, 4, 9, 16]]),
    ("maximum_of_windows", 3, lambda xs, k: [max(w) for w in windows(xs, k)], "LW", 6, [[1, 3, 2, 5], 2], [[4, 1, 1, 0, 2], 3]),
    ("sums_of_windows", 3, lambda xs, k: [sum(w) for w in windows(xs, k)], "LW", 6, [[1, 3, 2, 5], 2]),
    # Order and shape
    ("reverse", 1, lambda xs: xs[::-1], "L", 4, [[1, 2, 3]]),
    ("sort_rising", 1, sorted, "L", 4, [[3, 1, 2]]),
    ("sort_falling", 1, lambda xs: sorted(xs, reverse=True), "L", 4, [[1, 3, 2]]),
    ("sort_by_absolute_value", 2, lambda xs: sorted(xs, key=abs), "L", 6, [[3, -1, 2]], [[-2, 2, 1]]),
    ("remove_duplicates_keep_first", 2, unique, "N", 5, [[1, 2, 1, 3]], [[3, 1, 3]]),
    ("sorted_distinct", 2, lambda xs: sorted(set(xs)), "N", 5, [[3, 1, 3, 2]]),
    ("all_but_first", 1, lambda xs: xs[1:], "P", 5, [[1, 2, 3]]),
    ("all_but_last", 1, lambda xs: xs[:-1], "P", 5, [[1, 2, 3]]),
    ("rotate_left_by_one", 2, lambda xs: xs[1:] + xs[:1], "L", 5, [[1, 2, 3]], [[]]),
    ("list_followed_by_its_reverse", 2, lambda xs: xs + xs[::-1], "L", 5, [[1, 2, 3]]),
    ("each_element_twice", 2, lambda xs: [x for x in xs for _ in range(2)], "L", 5, [[1, 2, 3]]),
    ("run_lengths", 3, lambda xs: [len(r) for r in runs(xs)], "N", 6, [[1, 1, 2]], [[3, 3, 3, 1, 1, 3]]),
    ("collapse_runs", 2, lambda xs: [r[0] for r in runs(xs)], "N", 6, [[1, 1, 2]], [[3, 3, 3, 1, 1, 3]]),
    ("swap_neighbouring_pairs", 3, lambda xs: [y for n in range(0, len(xs), 2) for y in xs[n : n + 2][::-1]], "L", 6, [[1, 2, 3, 4]], [[1, 2, 3]]),
    ("ranks_of_elements", 3, lambda xs: [sum(y < x for y in xs) for x in xs], "L", 6, [[30, 10, 20]], [[5, 5, 1]]),
    ("largest_first_then_rest_sorted", 3, lambda xs: [max(xs)] + sorted(xs)[:-1], "P", 6, [[2, 3, 1]]),
    # Positions
    ("first_element", 1, lambda xs: xs[0], "P", 4, [[4, 2, 3]]),
    ("last_element", 1, lambda xs: xs[-1], "P", 4, [[4, 2, 3]]),
    ("index_of_maximum", 2, lambda xs: xs.index(max(xs)), "P", 6, [[1, 5, 3]], [[4, 4, 2]]),
    ("positions_of_even_elements", 3, lambda xs: [n for n, x in enumerate(xs) if x % 2 == 0], "L", 6, [[1, 2, 4, 3]]),
    ("numbers_from_zero_to_length", 2, lambda xs: list(range(len(xs))), "L", 4, [[5, 6, 7]]),
    # List and number
    ("take_first_k", 1, lambda xs, k: xs[:k], "LK", 5, [[1, 2, 3, 4], 2], [[1, 2], 5]),
    ("drop_first_k", 1, lambda xs, k: xs[k:], "LK", 5, [[1, 2, 3, 4], 2], [[1, 2], 5]),
    ("take_last_k", 2, lambda xs, k: xs[max(0, len(xs) - k) :], "LK", 6, [[1, 2, 3, 4], 2], [[1, 2], 5]),
    ("add_k_to_each", 1, lambda xs, k: [x + k for x in xs], "LA", 4, [[1, 2, 3], 5]),
    ("multiply_each_by_k", 1, lambda xs, k: [x * k for x in xs], "LA", 4, [[1, 2, 3], 5]),
    ("append_number", 1, lambda xs, k: xs + [k], "LA", 4, [[1, 2], 3]),
    ("prepend_number", 1, lambda xs, k: [k] + xs, "LA", 4, [[1, 2], 3]),
    ("keep_greater_than_k", 1, lambda xs, k: [x for x in xs if x > k], "LT", 5, [[1, 5, 3, 9], 3]),
    ("remove_all_of_value", 2, lambda xs, v: [x for x in xs if x != v], "NV", 5, [[1, 2, 1, 3], 1]),
    ("count_of_value", 1, lambda xs, v: xs.count(v), "NV", 6, [[1, 2, 1, 3], 1], [[1, 2], 3]),
    ("contains_value", 1, lambda xs, v: int(v in xs), "NV", 7, [[1, 2, 3], 2], [[1, 2, 3], 4], [[], 1]),
    ("first_position_of_value_or_minus_one", 3, lambda xs, v: xs.index(v) if v in xs else -1, "NV", 7, [[1, 2, 3], 2], [[1, 2, 3], 4], [[], 1], [[4, 4, 1], 4]),
    ("number_below_threshold", 2, lambda xs, k: sum(x < k for x in xs), "LT", 5, [[1, 5, 3, 9], 4]),
    ("cap_each_at_k", 2, lambda xs, k: [min(x, k) for x in xs], "LT", 5, [[1, 5, 3, 9], 4]),
    ("number_of_pairs_with_sum", 3, lambda xs, k: sum(a + b == k for n, a in enumerate(xs) for b in xs[n + 1 :]), "NT", 8, [[1, 2, 3], 4], [[2, 2, 2], 4], [[1, 3, 1], 4]),
    ("rotate_left_by_k", 3, lambda xs, k: xs[k % len(xs) :] + xs[: k % len(xs)], "PK", 6, [[1, 2, 3, 4], 1], [[1, 2, 3], 5]),
    ("insert_into_sorted", 2, lambda xs, k: sorted(xs + [k]), "SA", 5, [[1, 3, 5], 4]),
    # Two lists
    ("elementwise_sum", 1, lambda a, b: [x + y for x, y in zip(a, b)], "LL", 5, [[1, 2, 3], [10, 20, 30]], [[1, 2], [5]]),
    ("elementwise_product", 1, lambda a, b: [x * y for x, y in zip(a, b)], "LL", 5, [[1, 2, 3], [4, 5, 6]]),
    ("elementwise_maximum", 2, lambda a, b: [max(x, y) for x, y in zip(a, b)], "LL", 5, [[1, 5, 3], [4, 2, 6]]),
    ("dot_product", 2, lambda a, b: sum(x * y for x, y in zip(a, b)), "LL", 5, [[1, 2, 3], [4, 5, 6]]),
    ("concatenate", 1, lambda a, b: a + b, "LL", 4, [[1, 2], [3]]),
    ("merge_sorted", 2, lambda a, b: sorted(a + b), "SS", 5, [[1, 4, 6], [2, 3]]),
    ("common_elements_in_order", 3, lambda a, b: [x for x in a if x in b], "NN", 6, [[1, 2, 3, 2], [2, 3]]),
    ("elements_not_in_second", 3, lambda a, b: [x for x in a if x not in b], "NN", 6, [[1, 2, 3, 2], [2, 0]]),
    ("interleave_lists", 3, lambda a, b: [x for p in zip_longest(a, b) for x in p if x is not None], "LL", 6, [[1, 2, 3], [4, 5, 6]], [[1, 2], [7]]),
    ("number_of_matching_positions", 2, lambda a, b: sum(x == y for x, y in zip(a, b)), "NN", 6, [[1, 2, 3], [1, 0, 3]]),
    ("lists_are_equal", 2, lambda a, b: int(a == b), "NN", 6, [[1, 2], [1, 2]], [[], []], [[1], [2]], [[1, 2], [1]]),
    ("absolute_difference_sum", 2, lambda a, b: sum(abs(x - y) for x, y in zip(a, b)), "LL", 5, [[1, 5, 3], [4, 2, 3]]),
]
