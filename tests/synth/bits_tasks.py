"""Functions of 64-bit words, one to ten machine operations each.

A row is (name, difficulty, arguments, reference, example count[, constants]). Arguments x, y, z are any
words, s and t amounts from 0 to 63. The reference is a Python expression over non-negative integers,
reduced modulo 2^64 at the end; the helpers below are what it may call.
"""

M = 2**64 - 1


def i(x):
    """The word as a signed integer."""
    x &= M
    return x - (x >> 63 << 64)


def clz(x):
    return 64 - (x & M).bit_length()


def ctz(x):
    x &= M
    return (x & -x).bit_length() - 1 if x else 64


def pop(x):
    return (x & M).bit_count()


def rol(x, k):
    x &= M
    return x << k % 64 | x >> -k % 64


def bswap(x):
    return int.from_bytes((x & M).to_bytes(8, "little"), "big")


def rev(x):
    return int(f"{x & M:064b}"[::-1], 2)


def bytewise(f, x):
    """f on each byte of x."""
    return int.from_bytes(bytes(f(b) & 255 for b in x.to_bytes(8, "big")), "big")


def spread(x):
    """The low 32 bits of x to the even places."""
    return sum((x >> k & 1) << 2 * k for k in range(32))


def gather(x, mask):
    """The bits of x under the mask, packed to the right."""
    places = [k for k in range(64) if mask >> k & 1]
    return sum((x >> k & 1) << n for n, k in enumerate(places))


HELPERS = {f.__name__: f for f in (i, clz, ctz, pop, rol, bswap, rev, bytewise, spread, gather)} | {"M": M}


def compile_reference(args, expression):
    """The reference as a function."""
    return eval(f"lambda {', '.join(args)}: int({expression}) & M", HELPERS)


EDGES = [0, 1, 2, 3, M, M - 1, 1 << 63, M >> 1, (1 << 63) + 1, 0xFF, 0xFFFFFFFF, 0x5555555555555555, 0xAAAAAAAAAAAAAAAA]


def run_of_ones(rng):
    return ((1 << rng.randint(1, 24)) - 1) << rng.randint(0, 40) & M


def shapes(rng):
    """A word of each shape: uniform twice, of random width, a power of two, runs of ones, low zeros."""
    return [rng.getrandbits(64), rng.getrandbits(64), rng.getrandbits(rng.randint(1, 63)), 1 << rng.randint(0, 63),
            run_of_ones(rng), (1 << rng.randint(1, 63)) - 1, rng.getrandbits(64) << rng.randint(1, 60) & M]


def row(args, rng, words):
    """One value for each argument; a second word is at times near the first, its complement or above it."""
    out = []
    for name in args:
        if name in "st":
            out.append(rng.choice([0, 1, 63, rng.randint(0, 63), rng.randint(0, 63), rng.randint(0, 63)]))
        elif out and rng.random() < 0.2:
            out.append(rng.choice([out[0], out[0] + 1 & M, ~out[0] & M, -out[0] & M, out[0] | rng.getrandbits(64)]))
        else:
            out.append(rng.choice(words()))
    return out


def example(args, rng):
    """An example's input: edge values and small numbers as well as the shapes."""
    return row(args, rng, lambda: rng.choice([EDGES, [rng.randint(0, 40)], shapes(rng), shapes(rng)]))


def unseen(args, rng):
    return row(args, rng, lambda: shapes(rng))


TASKS = [
    # Around the lowest and highest set bit
    ("clear_lowest_set_bit", 1, "x", "x & x - 1", 12),
    ("isolate_lowest_set_bit", 1, "x", "x & -x", 12),
    ("set_lowest_clear_bit", 1, "x", "x | x + 1", 12),
    ("isolate_lowest_clear_bit", 1, "x", "~x & x + 1", 12),
    ("mask_of_trailing_zeros", 1, "x", "~x & x - 1", 12),
    ("mask_of_trailing_ones", 1, "x", "x & ~(x + 1)", 12),
    ("mask_through_lowest_set_bit", 1, "x", "x ^ x - 1", 12),
    ("propagate_lowest_set_bit_right", 1, "x", "x | x - 1", 12),
    ("propagate_lowest_set_bit_left", 1, "x", "x | -x", 12),
    ("clear_trailing_ones", 1, "x", "x & x + 1", 12),
    ("mask_above_lowest_set_bit", 1, "x", "x ^ -x", 12),
    ("clear_lowest_run_of_ones", 2, "x", "((x | x - 1) + 1) & x", 15),
    ("isolate_lowest_run_of_ones", 2, "x", "x & ~((x & -x) + x)", 15),
    ("clear_two_lowest_set_bits", 2, "x", "(x & x - 1) & ((x & x - 1) - 1)", 15),
    ("isolate_second_lowest_set_bit", 2, "x", "(x & x - 1) & -(x & x - 1)", 15),
    ("isolate_highest_set_bit", 2, "x", "1 << 63 - clz(x) if x else 0", 20),
    ("propagate_highest_set_bit_right", 2, "x", "M >> clz(x)", 20),
    ("clear_highest_set_bit", 2, "x", "x ^ 1 << 63 - clz(x) if x else 0", 20),
    ("next_number_with_same_popcount", 3, "x", "x + (x & -x) & M | (x ^ x + (x & -x) & M) >> ctz(x) + 2", 25),
    ("count_leading_zeros", 1, "x", "clz(x)", 15),
    ("count_trailing_zeros", 2, "x", "ctz(x)", 15),
    ("count_leading_ones", 2, "x", "clz(~x)", 15),
    ("count_trailing_ones", 2, "x", "ctz(~x)", 15),
    ("floor_log2_word", 1, "x", "63 - clz(x)", 15),
    ("bit_length_word", 1, "x", "64 - clz(x)", 15),
    ("same_leading_zero_count", 2, "xy", "clz(x) == clz(y)", 30),
    ("more_leading_zeros_than", 2, "xy", "clz(x) > clz(y)", 30),
    ("highest_differing_bit", 2, "xy", "0 if x == y else 1 << 63 - clz(x ^ y)", 25),
    # Counting and testing
    ("population_count", 2, "x", "pop(x)", 20),
    ("parity", 2, "x", "pop(x) & 1", 30),
    ("hamming_distance", 2, "xy", "pop(x ^ y)", 20),
    ("common_bits_count", 2, "xy", "pop(x & y)", 20),
    ("is_power_of_two_or_zero", 2, "x", "x & x - 1 == 0", 25),
    ("is_power_of_two_word", 2, "x", "pop(x) == 1", 25),
    ("is_mask_of_low_ones", 2, "x", "x & x + 1 == 0", 25),
    ("is_zero", 1, "x", "x == 0", 12),
    ("is_nonzero", 1, "x", "x != 0", 12),
    ("are_equal", 1, "xy", "x == y", 20),
    ("all_ones_if_equal", 2, "xy", "-(x == y)", 20),
    ("has_zero_byte_mask", 3, "x", "x - 0x0101010101010101 & ~x & 0x8080808080808080", 30, ["0x0101010101010101", "0x8080808080808080"]),
    ("unsigned_less_than", 1, "xy", "x < y", 25),
    ("signed_less_than", 1, "xy", "i(x) < i(y)", 25),
    ("signed_less_mask", 2, "xy", "-(i(x) < i(y))", 25),
    ("opposite_signs", 2, "xy", "(x ^ y) >> 63", 20),
    # Signed values
    ("sign_bit", 1, "x", "x >> 63", 12),
    ("sign_mask", 1, "x", "i(x) >> 63", 12),
    ("sign_of_word", 2, "x", "(i(x) > 0) - (i(x) < 0)", 20),
    ("absolute_value_word", 2, "x", "abs(i(x))", 15),
    ("negative_absolute_value", 2, "x", "-abs(i(x))", 15),
    ("signed_maximum", 2, "xy", "max(i(x), i(y))", 20),
    ("signed_minimum", 2, "xy", "min(i(x), i(y))", 20),
    ("unsigned_maximum", 2, "xy", "max(x, y)", 20),
    ("unsigned_minimum", 2, "xy", "min(x, y)", 20),
    ("difference_or_zero", 2, "xy", "max(x - y, 0)", 20),
    ("signed_positive_part", 2, "x", "max(i(x), 0)", 15),
    ("unsigned_absolute_difference", 3, "xy", "abs(x - y)", 25),
    ("copy_sign_bit", 2, "xy", "x & M >> 1 | y & 1 << 63", 20),
    ("negate_if_mask", 2, "xy", "-x if y >> 63 else x", 20),
    ("sign_extend_low_byte", 2, "x", "(x & 0xff ^ 0x80) - 0x80", 15),
    ("sign_extend_low_half", 2, "x", "(x & 0xffffffff ^ 0x80000000) - 0x80000000", 15),
    ("sign_extend_twelve_bits", 2, "x", "(x & 0xfff ^ 0x800) - 0x800", 15),
    ("shift_right_rounding_to_zero_by_three", 3, "x", "i(x) + ((i(x) >> 63) & 7) >> 3", 25),
    # Arithmetic without overflow
    ("average_rounded_down", 2, "xy", "x + y >> 1", 20),
    ("average_rounded_up", 2, "xy", "x + y + 1 >> 1", 20),
    ("signed_average_rounded_down", 2, "xy", "i(x) + i(y) >> 1", 20),
    ("saturating_add", 2, "xy", "min(x + y, M)", 25),
    ("saturating_increment", 2, "x", "min(x + 1, M)", 15),
    ("add_carry_out", 2, "xy", "x + y >> 64", 25),
    ("subtract_borrow_out", 2, "xy", "x < y", 25),
    ("signed_add_overflow", 3, "xy", "not -2**63 <= i(x) + i(y) < 2**63", 30),
    ("signed_subtract_overflow", 3, "xy", "not -2**63 <= i(x) - i(y) < 2**63", 30),
    ("high_half_of_product", 3, "xy", "x * y >> 64", 20),
    ("signed_high_half_of_product", 3, "xy", "i(x) * i(y) >> 64", 20),
    ("product_of_low_halves", 2, "xy", "(x & 0xffffffff) * (y & 0xffffffff)", 15),
    ("sum_minus_xor", 2, "xy", "(x + y) - (x ^ y)", 15),
    ("times_nine", 1, "x", "9 * x", 10),
    ("times_minus_seven", 1, "x", "-7 * x", 10),
    ("multiply_and_add", 1, "xyz", "x * y + z", 12),
    ("round_up_to_multiple_of_8", 1, "x", "x + 7 & -8", 15),
    ("round_down_to_multiple_of_16", 1, "x", "x & -16", 15),
    ("round_up_to_multiple_of_16", 1, "x", "x + 15 & -16", 15),
    ("round_up_to_power_of_two_multiple", 2, "xs", "x + (1 << s) - 1 >> s << s", 20),
    ("round_up_to_page", 2, "x", "x + 4095 & -4096", 15),
    ("next_power_of_two_word", 3, "x", "1 << (x - 1).bit_length() if x else 0", 25),
    ("previous_multiple_distance_16", 1, "x", "-x & 15", 15),
    ("unsigned_divide_by_ten", 2, "x", "x // 10", 15),
    ("unsigned_remainder_by_seven", 2, "x", "x % 7", 20),
    # Fields, masks and shifts
    ("low_byte", 1, "x", "x & 0xff", 10),
    ("high_half", 1, "x", "x >> 32", 10),
    ("second_byte", 1, "x", "x >> 8 & 0xff", 12),
    ("bits_12_to_19", 2, "x", "x >> 12 & 0xff", 15),
    ("top_nibble_to_bottom", 1, "x", "x >> 60", 10),
    ("clear_low_five_bits", 1, "x", "x & ~31", 12),
    ("set_bit_s", 1, "xs", "x | 1 << s", 15),
    ("clear_bit_s", 2, "xs", "x & ~(1 << s)", 15),
    ("toggle_bit_s", 1, "xs", "x ^ 1 << s", 15),
    ("test_bit_s", 1, "xs", "x >> s & 1", 20),
    ("low_s_bits", 2, "xs", "x & (1 << s) - 1", 20),
    ("mask_of_s_ones", 1, "s", "(1 << s) - 1", 10),
    ("field_at_s_of_eight_bits", 2, "xs", "x >> s & 0xff", 20),
    ("field_of_width_t_at_s", 3, "xst", "x >> s & (1 << t) - 1", 25),
    ("insert_low_byte", 2, "xy", "x & ~0xff | y & 0xff", 15),
    ("insert_byte_at_16", 3, "xy", "x & ~0xff0000 | (y & 0xff) << 16", 20),
    ("join_low_halves", 2, "xy", "(x & 0xffffffff) << 32 | y & 0xffffffff", 15),
    ("select_by_mask", 2, "xyz", "x & z | y & ~z", 15),
    ("majority_of_three", 2, "xyz", "x & y | y & z | z & x", 15),
    ("choose_by_zero", 2, "xyz", "y if x == 0 else z", 25),
    ("xor_of_three", 1, "xyz", "x ^ y ^ z", 12),
    ("bits_only_in_first", 1, "xy", "x & ~y", 12),
    ("equivalence_of_bits", 1, "xy", "~(x ^ y)", 12),
    ("is_subset_of_mask", 2, "xy", "x & ~y == 0", 30),
    ("even_bits_only", 1, "x", "x & 0x5555555555555555", 12),
    ("rotate_left_by_13", 1, "x", "rol(x, 13)", 10),
    ("rotate_right_by_one", 1, "x", "rol(x, -1)", 10),
    ("rotate_left_by_s", 2, "xs", "rol(x, s)", 20),
    ("rotate_left_by_seven_and_xor", 2, "xy", "rol(x, 7) ^ y", 12),
    # Permutations and linear maps
    ("byte_swap", 1, "x", "bswap(x)", 12),
    ("reverse_all_bits", 1, "x", "rev(x)", 12),
    ("reverse_bits_of_each_byte", 2, "x", "bswap(rev(x))", 15),
    ("swap_halves", 1, "x", "rol(x, 32)", 10),
    ("swap_nibbles_of_each_byte", 2, "x", "(x & 0x0f0f0f0f0f0f0f0f) << 4 | x >> 4 & 0x0f0f0f0f0f0f0f0f", 15),
    ("swap_adjacent_bits", 2, "x", "(x & 0x5555555555555555) << 1 | x >> 1 & 0x5555555555555555", 15),
    ("swap_bytes_of_each_16", 2, "x", "(x & 0x00ff00ff00ff00ff) << 8 | x >> 8 & 0x00ff00ff00ff00ff", 15),
    ("swap_low_two_bytes", 3, "x", "x & ~0xffff | (x & 0xff) << 8 | x >> 8 & 0xff", 20),
    ("merge_by_constant_mask", 3, "xy", "(x ^ y) & 0x00ff00ff00ff00ff ^ y", 15, ["0x00ff00ff00ff00ff"]),
    ("gray_encode", 1, "x", "x ^ x >> 1", 12),
    ("gray_decode", 3, "x", "sum((pop(x >> k) & 1) << k for k in range(64))", 25),
    ("xorshift_right_seven", 1, "x", "x ^ x >> 7", 12),
    ("xorshift_left_then_right", 2, "x", "(x ^ x << 13 & M) ^ (x ^ x << 13 & M) >> 7", 15),
    ("interleave_low_halves", 3, "xy", "spread(x) | spread(y) << 1", 30),
    ("spread_low_half_to_even_places", 3, "x", "spread(x)", 30),
    ("gather_even_bits", 3, "x", "gather(x, 0x5555555555555555)", 30),
    ("gather_low_bits_of_bytes", 3, "x", "gather(x, 0x0101010101010101)", 30),
    ("sheep_and_goats_nibbles", 3, "x", "gather(x, 0x0f0f0f0f0f0f0f0f) | gather(x, 0xf0f0f0f0f0f0f0f0) << 32", 30),
    ("replicate_low_byte", 2, "x", "(x & 0xff) * 0x0101010101010101", 15),
    ("replicate_bit_zero", 1, "x", "-(x & 1)", 12),
    ("prefix_xor_of_bytes", 3, "x", "x ^ x << 8 ^ x << 16 ^ x << 24 ^ x << 32 ^ x << 40 ^ x << 48 ^ x << 56", 25),
    ("starts_of_runs_of_ones", 2, "x", "x & ~(x << 1)", 12),
    ("pairs_of_adjacent_ones", 1, "x", "x & x >> 1", 12),
    # Bytes in parallel, and mixes
    ("add_bytes_in_parallel", 3, "xy", "((x & 0x7f7f7f7f7f7f7f7f) + (y & 0x7f7f7f7f7f7f7f7f)) ^ (x ^ y) & 0x8080808080808080", 25, ["0x7f7f7f7f7f7f7f7f", "0x8080808080808080"]),
    ("average_bytes_in_parallel", 3, "xy", "(x & y) + (((x ^ y) & 0xfefefefefefefefe) >> 1)", 20, ["0xfefefefefefefefe"]),
    ("halve_each_byte", 2, "x", "bytewise(lambda b: b >> 1, x)", 15),
    ("sum_of_halves", 2, "x", "(x >> 32) + (x & 0xffffffff)", 15),
    ("count_ones_in_each_pair", 2, "x", "x - (x >> 1 & 0x5555555555555555)", 15),
    ("fibonacci_hash_top_16", 2, "x", "(x * 0x9e3779b97f4a7c15 & M) >> 48", 12, ["0x9e3779b97f4a7c15"]),
    ("multiply_then_fold", 2, "x", "(x * 0xff51afd7ed558ccd & M) ^ (x * 0xff51afd7ed558ccd & M) >> 33", 12, ["0xff51afd7ed558ccd"]),
    ("fold_then_multiply", 2, "x", "(x ^ x >> 33) * 0xff51afd7ed558ccd", 12, ["0xff51afd7ed558ccd"]),
    ("knuth_linear_congruence", 1, "x", "x * 6364136223846793005 + 1442695040888963407", 10, ["0x5851f42d4c957f2d", "0x14057b7ef767814f"]),
    ("fnv_step", 2, "xy", "(x ^ y & 0xff) * 0x100000001b3", 15, ["0x00000100000001b3"]),
    ("combine_hashes", 3, "xy", "x ^ (y + 0x9e3779b97f4a7c15 + (x << 6) + (x >> 2))", 15, ["0x9e3779b97f4a7c15"]),
    ("times_31_plus", 1, "xy", "31 * x + y", 12),
]
