"""Classical ciphers and encodings: reference functions and the table of tasks that `make_text.py` reads."""

import base64
import binascii
import codecs
import html
import string
from itertools import cycle, groupby
from urllib.parse import quote, unquote

LOWER = string.ascii_lowercase
MORSE = dict(zip(LOWER + string.digits, (
    ".- -... -.-. -.. . ..-. --. .... .. .--- -.- .-.. -- -. --- .--. --.- .-. ... - ..- ...- .-- -..- -.-- --.. "
    "----- .---- ..--- ...-- ....- ..... -.... --... ---.. ----."
).split()))
NATO = dict(zip(LOWER, (
    "Alfa Bravo Charlie Delta Echo Foxtrot Golf Hotel India Juliett Kilo Lima Mike November Oscar Papa Quebec "
    "Romeo Sierra Tango Uniform Victor Whiskey X-ray Yankee Zulu"
).split()))


def letters(text, step):
    """Every letter x, counted from 0, becomes step(x, i) for the i-th letter; case and the rest are kept."""
    out, i = [], 0
    for c in text:
        if c.isascii() and c.isalpha():
            base = 65 if c.isupper() else 97
            out.append(chr(base + step(ord(c) - base, i) % 26))
            i += 1
        else:
            out.append(c)
    return "".join(out)


def caesar(shift):
    return lambda s: letters(s, lambda x, i: x + shift)


def affine(a, b):
    return lambda s: letters(s, lambda x, i: a * x + b)


def vigenere(key, sign=1):
    return lambda s: letters(s, lambda x, i: x + sign * LOWER.index(key[i % len(key)]))


def beaufort(key):
    return lambda s: letters(s, lambda x, i: LOWER.index(key[i % len(key)]) - x)


def autokey(key):
    """The key, then the plain text itself."""
    def run(s):
        stream = [LOWER.index(c) for c in key] + [ord(c) - 97 for c in s.lower() if "a" <= c <= "z"]
        return letters(s, lambda x, i: x + stream[i])
    return run


def substitute(source, target):
    table = str.maketrans(source + source.upper(), target + target.upper())
    return lambda s: s.translate(table)


def keyed(word):
    """The alphabet that opens with the keyword's letters."""
    return substitute(LOWER, "".join(dict.fromkeys(word + LOWER)))


def mapped(source, target):
    return lambda s: s.translate(str.maketrans(source, target))


def by_word(edit):
    return lambda s: " ".join(edit(w) for w in s.split(" "))


def rails(count, s):
    """The text's indices in the order in which a rail fence reads them."""
    zigzag = cycle([*range(count), *range(count - 2, 0, -1)])
    return [i for _, i in sorted(zip(zigzag, range(len(s))))]


def rail_fence(count):
    return lambda s: "".join(s[i] for i in rails(count, s))


def rail_fence_back(count):
    def run(s):
        out = [""] * len(s)
        for c, i in zip(s, rails(count, s)):
            out[i] = c
        return "".join(out)
    return run


def columns(order):
    """Written in rows as wide as the order is long, read by columns in that order."""
    return lambda s: "".join(s[c::len(order)] for c in order)


def pig_latin(word):
    start = next(i for i, c in enumerate(word) if c in "aeiou")
    return word[start:] + word[:start] + "ay" if start else word + "way"


def codes(function, between=" "):
    return lambda s: between.join(function(c) for c in s)


def morse(s):
    return " / ".join(" ".join(MORSE[c] for c in w) for w in s.lower().split(" "))


def morse_back(s):
    back = {code: c for c, code in MORSE.items()}
    return " ".join("".join(back[c] for c in w.split(" ")) for w in s.split(" / "))


def square(c):
    """Row and column, from 1, in the 5 by 5 square that puts J with I."""
    at = "abcdefghiklmnopqrstuvwxyz".index("i" if c == "j" else c)
    return at // 5 + 1, at % 5 + 1


def polybius(c):
    return "%d%d" % square(c)


def tap(c):
    """Tap code leaves out K, which is sent as C."""
    at = "abcdefghijlmnopqrstuvwxyz".index("c" if c == "k" else c)
    return "." * (at // 5 + 1) + " " + "." * (at % 5 + 1)


def bacon(c):
    return format(LOWER.index(c), "05b").translate(str.maketrans("01", "AB"))


def run_lengths(s, first=True):
    runs = [(c, str(len(list(run)))) for c, run in groupby(s)]
    return "".join(n + c if first else c + n for c, n in runs)


def short_runs(s):
    runs = [(c, len(list(run))) for c, run in groupby(s)]
    return "".join(c + (str(n) if n > 1 else "") for c, n in runs)


def unrun(s):
    return "".join(int(n) * c for n, c in zip(s[0::2], s[1::2]))


def interleave(s):
    half = (len(s) + 1) // 2
    out = [""] * len(s)
    out[0::2], out[1::2] = s[:half], s[half:]
    return "".join(out)


def swap_pairs(s):
    return "".join(s[i:i + 2][::-1] for i in range(0, len(s), 2))


def reverse_letters(s):
    """Letters in reverse order, all else where it was."""
    back = [c for c in s if c.isalpha()]
    return "".join(back.pop() if c.isalpha() else c for c in s)


def hexed(s):
    return s.encode().hex()


def rot47(s):
    return "".join(chr(33 + (ord(c) - 33 + 47) % 94) if "!" <= c <= "~" else c for c in s)


def keyboard(step):
    """The neighbour in the same row of a QWERTY keyboard, around the end."""
    table = ["qwertyuiop", "asdfghjkl", "zxcvbnm"]
    return substitute("".join(table), "".join(r[step:] + r[:step] for r in table))


WORDS = ("cipher garden winter rocket market planet orange bottle silver jungle window purple castle "
         "kitchen mystery oxygen quartz village breeze falcon").split()
LONGER = ("transposition watermelon lighthouse earthquake blackbird mathematics hippopotamus strawberry "
          "thunderstorm adventure revolution playground").split()
LINES = [
    "The treasure is under the old oak tree.", "Do not trust Victor; he knows everything!", "Zero hour: we begin.",
    "Send more money, please.", "Quick Foxes Jump", "Nobody expects the quiet zebra.", "Leave by the back door, Max.",
    "Is the harbour still watched?", "Bring maps, rope and (some) lamps.", "Even kings wax lyrical about jazz.",
]
PHRASES = ["send the boat", "wait for me", "the queen sleeps", "bring five gold coins", "burn this letter",
     "never again",
           "meet by the river", "all is lost", "cross the bridge", "open the window"]
MIXED = ["Room 42, Floor 7", "PIN 9081", "Call 555-0139 now", "Gate 3 at 16:45", "Agent 007", "2 + 2 = 5?",
         "Year 1984!", "Bus 60 or 81"]
PANGRAM = "The quick brown fox jumps over the lazy dog"
JARS = "Pack my box with five dozen liquor jugs"
RUNS = ["aaabccdddd", "zzzzyx", "mississippi", "wwwwwwwwwb", "hellooo", "aabbccdd", "noon", "xyyyyyyz", "bookkeeper",
     "qqqrrs",
        "abbbbbbba"]
HALVES = ["network", "keyboard", "mountain", "harmony", "zigzag", "triangle", "penguin", "dolphin", "lemonade"]


TABLE = [
    *((f"caesar-shift-{k}", 1, caesar(k), 1, [f"{text}", *LINES]) for k, text in (
        (1, "Hello, World!"), (3, "Attack at dawn"), (5, "Zebra crossing"), (7, "meet me at noon"), (11, "Crazy Owls"),
        (17, "Very well, Watson"), (19, "secret"), (23, "Alpha and Omega"), (25, "Help me, Zoe!"))),
    ("caesar-back-3", 1, caesar(-3), 2, ["dwwdfn", "Phhw ph", *(caesar(3)(s) for s in LINES)]),
    ("rot13", 1, caesar(13), 1, ["Why did the chicken cross?", *LINES]),
    ("rot47", 2, rot47, 2, ["Hello, World!", "Room 101 (left)", *LINES, *MIXED]),
    ("rot5-digits", 1, mapped("0123456789", "5678901234"), 2, ["Flight 370", "Call 2468-159", *MIXED]),
    ("rot18-letters-and-digits", 2, lambda s: mapped("0123456789", "5678901234")(caesar(13)(s)), 2,
     ["Flight 370", "Exit 2468, Lane 159", *MIXED]),
    ("atbash", 1, lambda s: letters(s, lambda x, i: 25 - x), 1, ["Wizard of Oz", *LINES]),
    ("atbash-upper-case", 2, lambda s: letters(s, lambda x, i: 25 - x).upper(), 2, ["wizard", "black magic", *PHRASES]),
    ("affine-5-8", 2, affine(5, 8), 2, ["affine cipher", "Bravo", *LINES]),
    ("affine-3-1", 2, affine(3, 1), 1, ["Hello World", *LINES]),
    ("affine-7-0-multiplicative", 2, affine(7, 0), 2, ["Decimation", "black", *LINES]),
    ("affine-17-20", 2, affine(17, 20), 2, ["the cat", "gold rush", *LINES]),
    ("vigenere-key-key", 2, vigenere("key"), 1, ["defend the east wall of the castle", *LINES]),
    ("vigenere-lemon", 2, vigenere("lemon"), 2, ["attackatdawn", "retreat to the hills", *LINES]),
    ("vigenere-ab", 2, vigenere("ab"), 2, ["Hello there", "a bad day", *LINES]),
    ("vigenere-secret-back", 3, vigenere("secret", -1), 1,
     [vigenere("secret")(s) for s in ["We shall meet again before the winter", *LINES]]),
    ("beaufort-king", 3, beaufort("king"), 2, ["Defend the east wall", "bring the ships about", *LINES]),
    ("gronsfeld-314", 2, vigenere("dbe"), 2, ["Numbers as a key", "hidden away", *LINES]),
    ("autokey-one-letter", 3, autokey("q"), 2, ["attack at dawn", "Hold the line", *LINES]),
    ("autokey-queenly", 3, autokey("queenly"), 2, ["attack at dawn tonight", "Hold the line until morning", *LINES]),
    ("progressive-shift-from-0", 2, lambda s: letters(s, lambda x, i: x + i), 2, ["aaaa bbbb", "Hello World", *LINES]),
    ("progressive-shift-from-1", 2, lambda s: letters(s, lambda x, i: x + i + 1), 1, ["Attack at dawn", *LINES]),
    ("progressive-shift-down", 2, lambda s: letters(s, lambda x, i: x - i), 2, ["zebra", "good night", *LINES]),
    ("alternate-shift-up-down", 2, lambda s: letters(s, lambda x, i: x + (-2 if i % 2 else 2)), 2,
     ["secret", "lonely mountain", *LINES]),
    ("shift-by-word-length", 3, by_word(lambda w: caesar(len(w))(w)), 2, ["a big house", "we sail tomorrow", *PHRASES]),
    ("keyed-substitution-zebra", 2, keyed("zebra"), 1, [PANGRAM, *LINES]),
    ("keyed-substitution-monarchy", 2, keyed("monarchy"), 1, [JARS, *LINES]),
    ("random-substitution", 2, substitute(LOWER, "qazwsxedcrfvtgbyhnujmikolp"), 2, [PANGRAM, JARS, *LINES]),
    ("substitution-back", 2, substitute("qazwsxedcrfvtgbyhnujmikolp", LOWER), 1,
     [substitute(LOWER, "qazwsxedcrfvtgbyhnujmikolp")(s) for s in [PANGRAM, *LINES]]),
    ("keyboard-shift-right", 2, keyboard(1), 1, [PANGRAM, *LINES]),
    ("keyboard-shift-left", 2, keyboard(-1), 1, [JARS, *LINES]),
    ("leet-digits", 1, mapped("aeiost", "431057"), 2, ["leetspeak is cool", "attention", *PHRASES]),
    ("leet-back", 1, mapped("431057", "aeiost"), 2,
     [mapped("aeiost", "431057")(s) for s in ["elite hackers too", "imitation", *PHRASES]]),
    ("vowel-rotation", 1, mapped("aeiou", "eioua"), 1, ["education", *WORDS]),
    ("vowel-reverse-map", 2, mapped("aeiou", "uoiea"), 2, ["sequoia trees", "menu", *PHRASES]),
    ("vowels-to-digits", 1, mapped("aeiou", "12345"), 1, ["a quiet ocean", *PHRASES]),
    ("vowels-to-star", 1, mapped("aeiou", "*****"), 2, ["education", "banana split", *PHRASES]),
    ("reverse-text", 1, lambda s: s[::-1], 1, ["Hello, World!", *LINES]),
    ("reverse-each-word", 1, by_word(lambda w: w[::-1]), 1, ["hello brave world", *PHRASES]),
    ("reverse-word-order", 1, lambda s: " ".join(s.split(" ")[::-1]), 1, ["hello brave world", *PHRASES]),
    ("reverse-letters-keep-punctuation", 3, reverse_letters, 2, ["a-bc, def!", "Hello, World!", *LINES]),
    ("reverse-then-caesar-3", 3, lambda s: caesar(3)(s)[::-1], 2, ["attack now", "hold fire", *PHRASES]),
    ("atbash-then-reverse", 3, lambda s: letters(s, lambda x, i: 25 - x)[::-1], 2, ["black magic", "hold fire",
     *PHRASES]),
    ("rail-fence-2", 2, rail_fence(2), 2, ["wearediscovered", "abcdefgh", *WORDS, *LONGER]),
    ("rail-fence-3", 2, rail_fence(3), 2, ["wearediscovered", "fleeatonce", *WORDS, *LONGER]),
    ("rail-fence-4", 3, rail_fence(4), 2, ["wearediscoveredrun", "abcdefghijkl", *LONGER]),
    ("rail-fence-3-with-spaces", 3, rail_fence(3), 2, ["we are discovered", "flee at once", *PHRASES]),
    ("rail-fence-3-back", 3, rail_fence_back(3), 2,
     [rail_fence(3)(s) for s in ["wearediscovered", "fleeatonce", *LONGER]]),
    ("columns-3", 2, columns((0, 1, 2)), 2, ["wearediscovered", "fleeatonce", *LONGER]),
    ("columns-4", 2, columns((0, 1, 2, 3)), 2, ["wearediscovered", "abcdefghijkl", *LONGER]),
    ("columns-keyed-2-0-1", 3, columns((2, 0, 1)), 2, ["wearediscovered", "fleeatonce", *LONGER]),
    ("columns-keyed-1-3-0-2", 3, columns((1, 3, 0, 2)), 2, ["wearediscovered", "fleeatonce", *LONGER]),
    ("swap-pairs", 2, swap_pairs, 2, ["abcdef", "magnets", *WORDS]),
    ("swap-first-and-last", 2, lambda s: s[-1] + s[1:-1] + s[0], 2, ["hello", "teams", *WORDS]),
    ("swap-halves", 2, lambda s: s[len(s) // 2:] + s[:len(s) // 2], 2, ["abcdef", "moonbeam",
     *(w for w in WORDS + LONGER if len(w) % 2 == 0)]),
    ("interleave-halves", 2, interleave, 2, ["abcdefghij", "shuffle", *HALVES]),
    ("even-letters-then-odd", 2, lambda s: s[1::2] + s[::2], 2, ["abcdefg", "shuffled", *HALVES]),
    ("every-second-letter", 1, lambda s: s[::2], 2, ["abcdefg", "shuffled", *WORDS]),
    ("every-third-letter", 2, lambda s: s[::3], 2, ["abcdefghijk", "discovered", *LONGER]),
    ("rotate-left-2", 1, lambda s: s[2:] + s[:2], 1, ["abcdefg", *WORDS]),
    ("rotate-right-3", 2, lambda s: s[-3:] + s[:-3], 2, ["abcdefg", "saturn", *WORDS]),
    ("first-letter-to-end-by-word", 2, by_word(lambda w: w[1:] + w[0]), 1, ["hello brave world", *PHRASES]),
    ("pig-latin", 2, by_word(pig_latin), 2, ["black apple", "three red eggs",
     *(s for s in PHRASES if "qu" not in s and "by" not in s)]),
    ("pig-latin-consonant-only", 2, by_word(lambda w: w[1:] + w[0] + "ay"), 1, ["hello pig", "big dog", "red house",
     "warm milk",
      "new car", "pale moon", "dark night", "long way", "cold tea", "tall tower"]),
    ("double-every-letter", 1, codes(lambda c: c * 2, ""), 1, ["hello", *WORDS]),
    ("double-vowels", 2, codes(lambda c: c * 2 if c in "aeiou" else c, ""), 2, ["education", "quiet music", *PHRASES]),
    ("undouble", 2, lambda s: s[::2], 1, [codes(lambda c: c * 2, "")(s) for s in ["hello", *WORDS]]),
    ("vowels-p-language", 3, codes(lambda c: c + "p" + c if c in "aeiou" else c, ""), 2,
     ["education", "more bugs", *PHRASES]),
    ("case-swap", 1, str.swapcase, 1, ["Hello World", *LINES]),
    ("alternate-case", 2, lambda s: "".join(c.upper() if i % 2 == 0 else c for i, c in enumerate(s)), 2, ["hello",
     "windows", *WORDS]),
    ("insert-x-between", 1, "x".join, 1, ["hello", *(w for w in WORDS if "x" not in w)]),
    ("spaced-letters-upper", 1, lambda s: " ".join(s.upper()), 1, ["hello", *WORDS]),
    ("remove-vowels", 1, codes(lambda c: "" if c in "aeiou" else c, ""), 2, ["education", "quiet rooms", *PHRASES]),
    ("morse", 2, morse, 1, ["sos now", *PHRASES]),
    ("morse-back", 2, morse_back, 1, [morse(s) for s in ["call home", *PHRASES]]),
    ("a1z26-dashes", 1, codes(lambda c: str(ord(c) - 96), "-"), 1, ["hello", *WORDS]),
    ("a1z26-spaces-back", 2, lambda s: "".join(LOWER[int(n) - 1] for n in s.split(" ")), 2,
     [codes(lambda c: str(ord(c) - 96))(s) for s in ["hello", "puzzle", *WORDS]]),
    ("a0z25-two-digits", 2, codes(lambda c: f"{ord(c) - 97:02}", ""), 2, ["zebra", "hello", *WORDS]),
    ("ascii-decimal", 2, codes(lambda c: str(ord(c))), 1, ["Hello", *LINES[4:6], *MIXED]),
    ("ascii-binary", 2, codes(lambda c: format(ord(c), "08b")), 1, ["Hi!", *MIXED]),
    ("ascii-octal", 2, codes(lambda c: format(ord(c), "03o")), 1, ["Hi Bob", *MIXED]),
    ("ascii-hex", 1, hexed, 1, ["Hello", *LINES]),
    ("ascii-hex-spaced-upper", 2, codes(lambda c: format(ord(c), "02X")), 1, ["Jolly", *MIXED]),
    ("hex-back", 2, lambda s: binascii.unhexlify(s).decode(), 1, [hexed(s) for s in ["Hello", *LINES]]),
    ("binary-back", 2, lambda s: "".join(chr(int(b, 2)) for b in s.split(" ")), 1,
     [codes(lambda c: format(ord(c), "08b"))(s) for s in ["Hello", *MIXED]]),
    ("base64", 2, lambda s: base64.b64encode(s.encode()).decode(), 1, ["Hello, World!", *LINES]),
    ("base64-back", 2, lambda s: base64.b64decode(s).decode(), 1,
     [base64.b64encode(s.encode()).decode() for s in ["Hello, World!", *LINES]]),
    ("base32", 3, lambda s: base64.b32encode(s.encode()).decode(), 1, ["Hello, World!", *LINES]),
    ("url-encode", 2, lambda s: quote(s, safe=""), 2, ["a b&c=d/e?", "50% off: now!", *LINES, *MIXED]),
    ("url-decode", 2, unquote, 2, [quote(s, safe="") for s in ["a b&c=d/e?", "50% off: now!", *LINES]]),
    ("html-escape", 2, lambda s: html.escape(s, quote=False), 2, ["a < b & b > c", "<p>Q&A</p>", "x && y", "1 < 2",
     "<b>bold</b>",
      "if (a>b) {}", "R&D <dept>", "Tom & Jerry", "<br>", "i<n>k"]),
    ("html-unescape", 2, html.unescape, 2, ["a &lt; b &amp; b &gt; c", "&lt;p&gt;Q&amp;A&lt;/p&gt;", "x &amp;&amp; y",
     "1 &lt; 2",
      "&lt;b&gt;bold&lt;/b&gt;", "R&amp;D &lt;dept&gt;", "Tom &amp; Jerry", "i&lt;n&gt;k"]),
    ("nato-alphabet", 2, codes(lambda c: NATO[c]), 1, ["fox", *WORDS]),
    ("nato-back", 2, lambda s: "".join(w[0] for w in s.split(" ")), 1, [" ".join(NATO[c] for c in w) for w in ["fox",
     *WORDS]]),
    ("run-length-count-first", 2, run_lengths, 1, ["aaabbc", *RUNS]),
    ("run-length-count-after", 2, lambda s: run_lengths(s, False), 1, ["aaabbc", *RUNS]),
    ("run-length-omit-one", 3, short_runs, 2, ["aaabbc", "xyzz", *RUNS]),
    ("run-length-back", 3, unrun, 2, [run_lengths(s) for s in ["aaabbc", "yyyyyx", *RUNS]]),
    ("squeeze-runs", 2, lambda s: "".join(c for c, _ in groupby(s)), 2, ["aaabbc", "balloon", *RUNS]),
    ("polybius-square", 2, lambda s: " ".join(polybius(c) for c in s), 2, ["hello", "juniper", *WORDS]),
    ("polybius-phrase", 3, by_word(lambda w: "".join(polybius(c) for c in w)), 2, ["hide maps", "zulu twins",
     *PHRASES]),
    ("tap-code", 3, codes(tap, "  "), 2, ["water", "keys", *WORDS[:9]]),
    ("baconian-26", 3, codes(bacon), 2, ["hide", "juvy", *WORDS]),
    ("rot13-of-reverse-words", 3, by_word(lambda w: codecs.encode(w[::-1], "rot13")), 2, ["hello world", "stop here",
     *PHRASES]),
    ("digit-shift-3", 1, mapped("0123456789", "3456789012"), 2, ["PIN 2580", "code 13-4679", *MIXED]),
    ("digit-nines-complement", 2, mapped("0123456789", "9876543210"), 2, ["PIN 2580", "code 13-4679", *MIXED]),
    ("phone-keypad", 2, mapped(LOWER, "22233344455566677778889999"), 2, ["the quick brown fox jumps", "over lazy dogs",
     *PHRASES]),
    ("mirror-word", 1, lambda s: s + s[::-1], 1, ["abc", *WORDS]),
    ("caesar-vowels-kept", 3, lambda s: mapped("bcdfghjklmnpqrstvwxyz", "cdfghjklmnpqrstvwxyzb")(s), 2,
     ["the quick brown fox jumps", "over lazy dogs", *PHRASES]),
]
