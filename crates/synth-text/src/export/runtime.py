# The operations of text programs. Each works on its first argument; what is undefined raises.
import sys

WS = "\t\n\x0b\x0c\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"


class Undefined(Exception):
    pass


def need(ok):
    if not ok:
        raise Undefined()


def extends(c):
    o = ord(c)
    return any(a <= o <= b for a, b in (
        (0x300, 0x36F), (0x483, 0x489), (0x591, 0x5BD), (0x610, 0x61A), (0x64B, 0x65F), (0x900, 0x903),
        (0x93A, 0x93C), (0x93E, 0x94F), (0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF), (0x200C, 0x200D), (0x20D0, 0x20FF),
        (0x302A, 0x302F), (0x3099, 0x309A), (0xFE00, 0xFE0F), (0xFE20, 0xFE2F), (0x1F3FB, 0x1F3FF), (0xE0020, 0xE007F)))


def clusters(s):
    if s.isascii() and "\r" not in s:
        return list(s)
    out, last, flags = [], "\0", 0
    for c in s:
        o = ord(c)
        regional = 0x1F1E6 <= o <= 0x1F1FF
        hangul = 0x1100 <= ord(last) <= 0x11FF or 0xAC00 <= ord(last) <= 0xD7A3
        joined = (extends(c) or last == "\u200d" or (last == "\r" and c == "\n")
                  or (regional and flags % 2 == 1) or (hangul and 0x1160 <= o <= 0x11FF))
        if out and joined:
            out[-1] += c
        else:
            out.append(c)
        flags = flags + 1 if regional else 0
        last = c
    return out


def digit(c):
    return "0" <= c <= "9"


def in_class(c, cls):
    if cls == "any":
        return True
    if cls == "digit":
        return digit(c)
    if cls == "letter":
        return c.isalpha()
    if cls == "lower":
        return c.islower()
    if cls == "upper":
        return c.isupper()
    if cls == "alnum":
        return c.isalpha() or digit(c)
    if cls == "space":
        return c in WS
    if cls == "nonspace":
        return c not in WS
    if cls == "punct":
        return not (c in WS or c.isalpha() or digit(c))
    if cls == "vowel":
        return c in "aeiouAEIOU"
    if cls == "consonant":
        return c.isascii() and c.isalpha() and c not in "aeiouAEIOU"
    return False


def tokens(s, cls):
    if cls == "number":
        return numbers(s)
    if cls == "cap":
        return caps(s)
    if cls.startswith("="):
        return literals(s, cls[1:])
    return class_runs(s, cls)


def literals(s, lit):
    out, i = [], 0
    while lit:
        i = s.find(lit, i)
        if i < 0:
            break
        out.append((i, i + len(lit)))
        i += len(lit)
    return out


def class_runs(s, cls):
    out, at = [], 0
    for g in clusters(s):
        if in_class(g[0], cls):
            if out and out[-1][1] == at:
                out[-1] = (out[-1][0], at + len(g))
            else:
                out.append((at, at + len(g)))
        at += len(g)
    return out


def caps(s):
    out, at = [], 0
    for g in clusters(s):
        if g[0].isupper():
            out.append((at, at + len(g)))
        elif g[0].islower() and out and out[-1][1] == at:
            out[-1] = (out[-1][0], at + len(g))
        at += len(g)
    return [(a, b) for a, b in out if len(clusters(s[a:b])) > 1]


def numbers(s):
    n = len(s)

    def d(i):
        return i < n and digit(s[i])

    out, i = [], 0
    while i < n:
        if not d(i):
            i += 1
            continue
        a = i
        if a > 0 and s[a - 1] == "-" and (a == 1 or s[a - 2] in " (:,=\t"):
            a -= 1
        while d(i):
            i += 1
        while i < n and s[i] == "," and d(i + 1) and d(i + 2) and d(i + 3) and not d(i + 4):
            i += 4
        if i < n and s[i] == "." and d(i + 1):
            i += 1
            while d(i):
                i += 1
        out.append((a, i))
    return out


def index(n, k):
    i = k + n if k < 0 else k
    need(0 <= i < n)
    return i


def at(s, k):
    g = clusters(s)
    return sum(map(len, g[: index(len(g) + 1, k)]))


def edge(s, cls, k, end):
    t = tokens(s, cls)
    return t[index(len(t), k)][1 if end else 0]


def cut(s, a, b):
    i, j = a(s), b(s)
    need(i <= j)
    return s[i:j]


def humps(s):
    out = []
    for i, c in enumerate(s):
        if not in_class(c, "alnum"):
            continue
        prev = s[i - 1] if i else " "
        nxt = s[i + 1] if i + 1 < len(s) else " "
        hump = c.isupper() and (not prev.isupper() or nxt.islower())
        if out and out[-1][1] == i and not hump:
            out[-1] = (out[-1][0], i + 1)
        else:
            out.append((i, i + 1))
    return out


def parts(s, sep):
    if sep == "\\s":
        return class_runs(s, "nonspace")
    if sep == "\\c":
        return humps(s)
    out, a = [], 0
    if sep == "":
        for g in clusters(s):
            out.append((a, a + len(g)))
            a += len(g)
        return out
    for i, j in literals(s, sep):
        out.append((a, i))
        a = j
    return out + [(a, len(s))]


def fields(s, sep, i, j):
    p = parts(s, sep)
    i, j = index(len(p), i), index(len(p), j)
    need(i <= j)
    return s[p[i][0]:p[j][1]]


def token(s, cls, k):
    t = tokens(s, cls)
    a, b = t[index(len(t), k)]
    return s[a:b]


def between(s, l, r, k):
    t = literals(s, l)
    rest = s[t[index(len(t), k)][1]:]
    i = rest.find(r)
    need(i >= 0)
    return rest[:i]


def all_(s, cls, sep):
    return sep.join(s[a:b] for a, b in tokens(s, cls))


def upper(s):
    return s.upper()


def lower(s):
    return s.lower()


def capfirst(s):
    return s[:1].upper() + s[1:]


def cap(s):
    return capfirst(s.lower())


def title(s):
    out, inside = [], False
    for c in s:
        out.append(c.upper() if c.isalpha() and not inside else c.lower())
        inside = in_class(c, "alnum") or extends(c) or (inside and c in "'’")
    return "".join(out)


def swapcase(s):
    return "".join(c.lower() if c.isupper() else c.upper() for c in s)


def altcase(s, first, skip):
    out, up = [], first != 0
    for c in s:
        out.append(c.upper() if up else c.lower())
        if skip == 0 or c.isalpha():
            up = not up
    return "".join(out)


def trim(s):
    return s.strip(WS)


def words(s):
    return [s[a:b] for a, b in class_runs(s, "nonspace")]


def squeeze(s):
    return " ".join(words(s))


def strip(s, chars, side):
    if side <= 0:
        s = s.lstrip(chars)
    return s.rstrip(chars) if side >= 0 else s


def padl(s, n, fill):
    return fill * max(0, min(max(n, 0), 1000) - len(clusters(s))) + s


def padr(s, n, fill):
    return s + fill * max(0, min(max(n, 0), 1000) - len(clusters(s)))


def replace(s, a, b):
    need(a)
    return s.replace(a, b)


def subst(s, cls, by):
    return "".join(by if in_class(g[0], cls) else g for g in clusters(s))


def substruns(s, cls, by):
    out, at_ = [], 0
    for a, b in tokens(s, cls):
        out += [s[at_:a], by]
        at_ = b
    return "".join(out) + s[at_:]


def reverse(s):
    return "".join(reversed(clusters(s)))


def stretch(s, cls, n):
    n = max(0, min(n, 64))
    return "".join(g * n if in_class(g[0], cls) else g for g in clusters(s))


def repeat(s, n, sep):
    return sep.join([s] * max(0, min(n, 64)))


def chunks(s, n, sep):
    g, size = clusters(s), abs(n)
    need(size)
    lead = len(g) % size if n < 0 else 0
    out = ["".join(g[:lead])] if lead else []
    out += ["".join(g[i:i + size]) for i in range(lead, len(g), size)]
    return sep.join(out)


def count(s, cls):
    return str(len(tokens(s, cls)))


def len_(s, cls):
    return str(sum(in_class(g[0], cls) for g in clusters(s)))


def rows(table):
    return [tuple(r.split("\x1f", 1)) for r in table.split("\x1e") if "\x1f" in r]


def lookup(s, table):
    for k, v in rows(table):
        if k == s:
            return v
    raise Undefined()


PLAIN = "ÀAÁAÂAÃAÄAÅAÇCÈEÉEÊEËEÌIÍIÎIÏIÑNÒOÓOÔOÕOÖOØOÙUÚUÛUÜUÝYàaáaâaãaäaåaçcèeéeêeëeìiíiîiïiñnòoóoôoõoöoøoùuúuûuüuýyÿyĀAāaĂAăaĄAąaĆCćcČCčcĎDďdĐDđdĒEēeĘEęeĚEěeĞGğgĪIīiİIıiŁLłlŃNńnŇNňnŌOōoŐOőoŘRřrŚSśsŞSşsŠSšsŤTťtŪUūuŮUůuŰUűuŹZźzŻZżzŽZžz"


def deaccent(s):
    table = dict(zip(PLAIN[::2], PLAIN[1::2]))
    return "".join(table.get(c, c) for c in s if not 0x300 <= ord(c) <= 0x36F)


def style(s, how):
    w = [s[a:b].lower() for a, b in humps(s)]
    c = [capfirst(x) for x in w]
    if how == "camel":
        return "".join(w[:1] + c[1:])
    if how == "pascal":
        return "".join(c)
    if how == "title":
        return " ".join(c)
    if how == "sentence":
        return capfirst(" ".join(w))
    if how == "upper":
        return "_".join(w).upper()
    return how.join(w)


def order(items, how):
    if how == "reverse":
        return items[::-1]
    if how == "sort":
        return sorted(items)
    if how == "desc":
        return sorted(items)[::-1]
    if how == "number":
        return sorted(items, key=key)
    if how == "numdesc":
        return sorted(items, key=key)[::-1]
    if how == "nocase":
        return sorted(items, key=str.lower)
    if how == "length":
        return sorted(items, key=lambda s: len(clusters(s)))
    if how == "unique":
        return list(dict.fromkeys(items))
    if how == "filled":
        return [s for s in items if trim(s)]
    return items


def map_(s, sep, how, body, join):
    return join.join(body([x]) for x in order([s[a:b] for a, b in parts(s, sep)], how))


def test(s, how, what):
    if how == "contains":
        return what in s
    if how == "starts":
        return s.startswith(what)
    if how == "ends":
        return s.endswith(what)
    if how == "equals":
        return s == what
    if how == "has":
        return bool(tokens(s, what))
    if how == "only":
        return s != "" and all(in_class(c, what) for c in s)
    if how == "starts-class":
        return s != "" and in_class(s[0], what)
    if how == "last-in":
        return s != "" and s[-1] in what
    if how == "ends-class":
        return s != "" and in_class(s[-1], what)
    return False


# Numbers: (m, scale) stands for m / 10^scale.

LIMIT = 2 ** 127


def checked(m):
    need(-LIMIT <= m < LIMIT)
    return m


def dec(s):
    neg = s.startswith("-")
    whole, _, frac = s[neg:].partition(".")
    need(whole and all(map(digit, whole + frac)) and len(frac) <= 18 and len(whole) + len(frac) <= 30)
    m = int(whole + frac)
    return (-m if neg else m, len(frac))


def show(d):
    m, scale = d
    t = str(abs(m)).rjust(scale + 1, "0")
    sign = "-" if m < 0 else ""
    return sign + (t[:len(t) - scale] + "." + t[len(t) - scale:] if scale else t)


def norm(d):
    m, s = d
    while s > 0 and m % 10 == 0:
        m, s = m // 10, s - 1
    return (m, s)


def grouped(body, sep):
    g = body.split(sep)
    return 1 <= len(g[0]) <= 3 and all(len(x) == 3 for x in g[1:])


def num(s):
    where = [i for i, c in enumerate(s) if digit(c)]
    need(where)
    a, b = where[0], where[-1] + 1
    head = s[:a]
    dot = head.endswith(".") and not head.endswith("..") and not (len(head) > 1 and head[-2].isalpha())
    neg = "-" in head or "−" in head or ("(" in head and ")" in s[b:])
    body = "".join(c for c in s[a:b] if c not in " '_\xa0\u202f")
    need(all(digit(c) or c in ".," for c in body))
    d, c = body.count("."), body.count(",")
    if c == 0 and d <= 1:
        plain = body
    elif c == 0:
        need(grouped(body, "."))
        plain = body.replace(".", "")
    elif d == 0 and grouped(body, ","):
        plain = body.replace(",", "")
    elif d == 0 and c == 1:
        plain = body.replace(",", ".")
    elif d == 1 and body.rfind(".") > body.rfind(","):
        plain = body.replace(",", "")
    else:
        need(c == 1)
        plain = body.replace(".", "").replace(",", ".")
    m, scale = dec("0." + plain if dot else plain)
    return show((-m if neg else m, scale))


def key(s):
    try:
        m, scale = dec(num(s))
    except Undefined:
        return LIMIT - 1
    return max(-LIMIT, min(LIMIT - 1, m * 10 ** (18 - min(scale, 18))))


def align(a, b):
    s = max(a[1], b[1])
    return checked(a[0] * 10 ** (s - a[1])), checked(b[0] * 10 ** (s - b[1])), s


def round_(s, step, mode):
    st = dec(step)
    x, m, scale = align(dec(num(s)), st)
    need(m > 0)
    q, r = divmod(x, m)
    over = m - r
    up = {"near": r > over or (r == over and x >= 0), "even": r > over or (r == over and q % 2 != 0),
          "ceil": r > 0, "trunc": r > 0 and x < 0}.get(mode, False)
    v = checked((q + up) * m)
    p = 10 ** (scale - st[1])
    return show((-(-v // p) if v < 0 else v // p, st[1]))


def linear(s, mul, add):
    x, m = dec(num(s)), dec(mul)
    a, b, scale = align((checked(x[0] * m[0]), x[1] + m[1]), dec(add))
    return show(norm((checked(a + b), scale)))


def fixed(s, digits, group, point):
    text = num(s)
    if 0 <= digits <= 18:
        text = round_(text, show((1, digits)), "near")
    sign = "-" if text.startswith("-") else ""
    whole, _, frac = text[len(sign):].partition(".")
    whole = chunks(whole, -3, group)
    return sign + whole + (point + frac if frac else "")


def ordinal(s):
    m, scale = dec(s)
    need(scale == 0 and m >= 0)
    if 11 <= m % 100 <= 13:
        return f"{m}th"
    return f"{m}" + {1: "st", 2: "nd", 3: "rd"}.get(m % 10, "th")


ROMAN = ((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"),
         (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))


def roman(s):
    m, scale = dec(s)
    need(scale == 0 and 1 <= m <= 3999)
    out = ""
    for v, t in ROMAN:
        while m >= v:
            out += t
            m -= v
    return out


def unroman(s):
    up = s.upper()
    rest, m = up, 0
    for v, t in ROMAN:
        while rest.startswith(t):
            rest = rest[len(t):]
            m += v
    need(not rest and roman(str(m)) == up)
    return str(m)


DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def base(s, frm, to, width):
    need(2 <= frm <= 36 and 2 <= to <= 36 and s and len(s.encode()) <= 30)
    v = 0
    for c in s:
        d = DIGITS.find(c.lower()) if c.isascii() else -1
        need(0 <= d < frm)
        v = v * frm + d
        need(v < 2 ** 128)
    out = ""
    while v or not out:
        out = DIGITS[v % to] + out
        v //= to
    return padl(out, width, "0")


def quotient(a, b):
    x, y, _ = align(a, b)
    need(y)
    n = checked(x * 10 ** 10)
    need(n % y == 0)
    return norm((n // y, 10))


def agg(s, how):
    v = [dec(num(s[a:b])) for a, b in tokens(s, "number")]
    need(v)
    acc = v[0]
    for x in v[1:]:
        a, b, scale = align(acc, x)
        if how in ("sum", "mean"):
            acc = (checked(a + b), scale)
        elif how == "diff":
            acc = (checked(a - b), scale)
        elif how == "max":
            acc = (max(a, b), scale)
        elif how == "min":
            acc = (min(a, b), scale)
        elif how == "product":
            acc = (checked(acc[0] * x[0]), acc[1] + x[1])
        elif how == "ratio":
            acc = quotient(acc, x)
        else:
            raise Undefined()
    if how == "mean":
        acc = quotient(acc, (len(v), 0))
    return show(norm(acc))


def below(s, bound):
    a, b, _ = align(dec(num(s)), dec(bound))
    return a < b


SMALL = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()


def spell(s):
    m, scale = dec(s)
    need(scale == 0 and 0 <= m < 1000000)

    def go(n):
        if n < 20:
            return SMALL[n]
        if n < 100:
            return TENS[n // 10 - 2] + ("-" + go(n % 10) if n % 10 else "")
        if n < 1000:
            return SMALL[n // 100] + " hundred" + (" " + go(n % 100) if n % 100 else "")
        return go(n // 1000) + " thousand" + (" " + go(n % 1000) if n % 1000 else "")

    return go(m)


def unspell(s):
    total = part = 0
    low = s.lower().replace("-", " ")
    for w in words(low):
        if w == "and":
            continue
        if w in SMALL:
            part += SMALL.index(w)
        elif w in TENS:
            part += 20 + 10 * TENS.index(w)
        elif w == "hundred":
            part *= 100
        elif w == "thousand":
            total, part = total + part * 1000, 0
        else:
            raise Undefined()
    need(trim(low))
    return str(total + part)


# Dates: a moment is [year, month, day, hour, minute, second, milliseconds, seen, pm].

MONTHS = "January February March April May June July August September October November December".split()
DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()


def days(y, m, d):
    y -= m <= 2
    era, yoe = divmod(y, 400)
    doy = (153 * ((m + 9) % 12) + 2) // 5 + d - 1
    return era * 146097 + yoe * 365 + yoe // 4 - yoe // 100 + doy - 719468


def civil(z):
    era, doe = divmod(z + 719468, 146097)
    yoe = (doe - doe // 1460 + doe // 36524 - doe // 146096) // 365
    doy = doe - (365 * yoe + yoe // 4 - yoe // 100)
    mp = (5 * doy + 2) // 153
    m = mp + 3 if mp < 10 else mp - 9
    return yoe + era * 400 + (m <= 2), m, doy - (153 * mp + 2) // 5 + 1


def month_days(y, m):
    if m == 2:
        return 29 if y % 4 == 0 and (y % 100 != 0 or y % 400 == 0) else 28
    return 30 if m in (4, 6, 9, 11) else 31


def from_seconds(v):
    z, r = divmod(v, 86400)
    y, m, d = civil(z)
    return [y, m, d, r // 3600, r // 60 % 60, r % 60, 0, 31, -1]


def parse(s, fmt):
    t = [2000, 1, 1, 0, 0, 0, 0, 0, -1]
    i = 0

    def take(low, high):
        nonlocal i
        n = 0
        while n < high and i + n < len(s) and digit(s[i + n]):
            n += 1
        need(n >= low)
        i += n
        return int(s[i - n:i])

    def name(names, short):
        nonlocal i
        for k, w in enumerate(names):
            w = w[:3] if short else w
            h = s[i:i + len(w)]
            if h.isascii() and h.lower() == w.lower():
                i += len(w)
                return k
        raise Undefined()

    j = 0
    while j < len(fmt):
        c = fmt[j]
        j += 1
        if c != "%":
            need(s.startswith(c, i))
            i += 1
            continue
        c = fmt[j]
        j += 1
        if c in "Y":
            t[0], bit = take(4, 4), 1
        elif c == "y":
            v = take(2, 2)
            t[0], bit = (2000 + v if v < 70 else 1900 + v), 1
        elif c in "mn":
            t[1], bit = take(2 if c == "m" else 1, 2), 2
        elif c in "bB":
            t[1], bit = name(MONTHS, c == "b") + 1, 2
        elif c in "dj":
            t[2], bit = take(2 if c == "d" else 1, 2), 4
        elif c == "o":
            t[2], bit = take(1, 2), 4
            need(s[i:i + 2] in ("st", "nd", "rd", "th"))
            i += 2
        elif c in "aA":
            name(DAYS, c == "a")
            bit = 0
        elif c in "HIkl":
            t[3], bit = take(2 if c in "HI" else 1, 2), 8
        elif c == "M":
            t[4], bit = take(2, 2), 16
        elif c == "S":
            t[5], bit = take(2, 2), 0
        elif c == "f":
            t[6], bit = take(3, 3), 0
        elif c in "pP":
            t[8], bit = name(["AM", "PM"], False), 0
        elif c == "s":
            t, bit = from_seconds(take(9, 11)), 0
        elif c == "N":
            v = take(1, 5)
            t[3], t[4], bit = v // 60, v % 60, 24
        elif c == "%":
            need(s.startswith("%", i))
            i, bit = i + 1, 0
        else:
            raise Undefined()
        t[7] |= bit
    need(i == len(s))
    if t[8] >= 0:
        need(1 <= t[3] <= 12)
        t[3] = t[3] % 12 + 12 * t[8]
    need(1 <= t[1] <= 12 and 1 <= t[2] <= month_days(t[0], t[1]) and t[3] < 24 and t[4] < 60 and t[5] < 60)
    return t


def seconds(t):
    return days(t[0], t[1], t[2]) * 86400 + t[3] * 3600 + t[4] * 60 + t[5]


def shift(t, n, unit):
    bits = {"d": 7, "m": 7, "E": 7, "F": 7, "y": 1, "h": 8, "M": 24}.get(unit, 0)
    need(t[7] & bits == bits and abs(n) <= 10000000)
    r = list(t)
    if unit in ("m", "y"):
        whole = t[0] * 12 + t[1] - 1 + (12 * n if unit == "y" else n)
        r[0], r[1] = whole // 12, whole % 12 + 1
        r[2] = min(t[2], month_days(r[0], r[1]))
    elif unit == "E":
        r[2] = month_days(t[0], t[1])
    elif unit == "F":
        r[2] = 1
    else:
        r = from_seconds(seconds(t) + n * {"d": 86400, "h": 3600, "M": 60}.get(unit, 0))
        r[6], r[7] = t[6], t[7]
        if unit in ("h", "M") and t[7] & 7 == 0:
            r[:3] = t[:3]
    return r


def write(t, fmt):
    y, m, d, h, mi, s, ms, seen, _ = t
    weekday = (days(y, m, d) + 3) % 7
    twelve = (h + 11) % 12 + 1
    z = days(y, m, d)
    thursday = z + 3 - (z + 3) % 7
    week = (thursday - days(civil(thursday)[0], 1, 1)) // 7 + 1
    table = {
        "Y": (1, f"{y:04}"), "y": (1, f"{y % 100:02}"), "i": (1, f"{y // 10}0s"), "m": (2, f"{m:02}"), "n": (2, str(m)),
        "b": (2, MONTHS[m - 1][:3]), "B": (2, MONTHS[m - 1]), "q": (2, str((m + 2) // 3)), "d": (4, f"{d:02}"),
        "j": (4, str(d)), "o": (4, ordinal(str(d))), "a": (7, DAYS[weekday][:3]), "A": (7, DAYS[weekday]),
        "u": (7, str(weekday + 1)), "D": (7, str(z - days(y, 1, 1) + 1)), "V": (7, str(week)), "H": (8, f"{h:02}"),
        "k": (8, str(h)), "I": (8, f"{twelve:02}"), "l": (8, str(twelve)), "p": (8, "AM" if h < 12 else "PM"),
        "P": (8, "am" if h < 12 else "pm"), "M": (16, f"{mi:02}"), "S": (0, f"{s:02}"), "f": (0, f"{ms:03}"),
        "s": (7, str(seconds(t))), "N": (24, str(h * 60 + mi)), "e": (8, str(h)), "%": (0, "%")}
    out, j = "", 0
    while j < len(fmt):
        c = fmt[j]
        j += 1
        if c == "%":
            need(j < len(fmt) and fmt[j] in table)
            bits, c = table[fmt[j]]
            need(seen & bits == bits)
            j += 1
        out += c
    return out


def date(s, frm, to, n, unit):
    return write(shift(parse(s, frm), n, unit), to)


def trunc(a, b):
    return abs(a) // b * (1 if a >= 0 else -1)


def span(s, fmt, unit):
    need("\x1f" in s)
    a, b = (parse(x, fmt) for x in s.split("\x1f", 1))
    gap = seconds(b) - seconds(a)
    months = (b[0] * 12 + b[1]) - (a[0] * 12 + a[1]) - (b[2] < a[2])
    if unit in ("m", "y", "Y"):
        return str({"m": months, "y": months // 12, "Y": b[0] - a[0]}[unit])
    return str(trunc(gap, {"d": 86400, "w": 604800, "h": 3600, "M": 60, "S": 1}[unit]))


def clock(s, how):
    t = s[1:] if s[:1] in ("+", "-") else s
    need(t and all(map(digit, t)))
    n = int(s)
    need(0 <= n < 1000000000)
    h, m, x, q = n // 3600, n // 60 % 60, n % 60, n // 60
    return {"h:mm:ss": f"{h}:{m:02}:{x:02}", "hh:mm:ss": f"{h:02}:{m:02}:{x:02}", "m:ss": f"{q}:{x:02}",
            "mm:ss": f"{q:02}:{x:02}", "h:mm": f"{q}:{x:02}", "hh:mm": f"{q:02}:{x:02}", "hm": f"{q}h {x}m",
            "h m": f"{q}h {x:02}m", "hm tight": f"{q}h{x}m", "ms": f"{q}m {x}s", "hms": f"{h}h {m}m {x}s"}[how]


UNITS = {}
for names, size in (("h hr hrs hour hours", 3600), ("m min mins minute minutes", 60), ("s sec secs second seconds", 1),
                    ("d day days", 86400)):
    for unit_name in names.split():
        UNITS[unit_name] = size


def unclock(s, unit):
    total = 0
    if ":" in s:
        for p in trim(s).split(":"):
            need(0 < len(p) <= 6 and all(map(digit, p)))
            total = total * 60 + int(p)
        return str(total)
    seen, n, word = False, "", ""
    for c in s + " 0":
        if digit(c):
            if word:
                need(n and int(n) < 1000000000 and word.lower() in UNITS)
                total += int(n) * UNITS[word.lower()]
                seen, n, word = True, "", ""
            n += c
        elif c.isalpha():
            word += c
    need(seen and not (unit == "m" and total % 60))
    return str(total // 60 if unit == "m" else total)


# Ciphers and codes.


def tr(s, frm, to):
    table = {}
    for f, t in zip(frm, to):
        table.setdefault(f, t)
    return "".join(table.get(c, c) for c in s)


def letter(c):
    if not (c.isascii() and c.isalpha()):
        return None
    b = 65 if c.isupper() else 97
    return ord(c) - b, b


def vig(s, key_, how, skip):
    keys = [letter(c)[0] for c in key_ if letter(c)]
    need(keys)
    period, running, i, out = len(keys), "auto" in how, 0, ""
    for c in s:
        lt = letter(c)
        if not lt:
            out += c
            i += skip == 0
            if running and skip == 0:
                keys.append(0)
            continue
        v, b = lt
        if running:
            need(i < len(keys))
        k = keys[i] if running else keys[i % period]
        if how in ("add", "auto", "cauto"):
            r = v + k
        elif how in ("sub", "unauto", "uncauto"):
            r = v - k
        elif how == "beaufort":
            r = k - v
        elif how == "porta":
            r = 13 + (v + k // 2) % 13 if v < 13 else (v - 13 - k // 2) % 13
        else:
            raise Undefined()
        if running:
            keys.append(v if how in ("auto", "uncauto") else r % 26)
        out += chr(b + r % 26)
        i += 1
    return out


def prog(s, start, step, skip):
    k, out = start, ""
    for c in s:
        lt = letter(c)
        if lt:
            out += chr(lt[1] + (lt[0] + k) % 26)
            k += step
        else:
            out += c
            k += step if skip == 0 else 0
            k = start if skip == 2 else k
    return out


def code(s, table, sep, word):
    t = {}
    for k, v in rows(table):
        t.setdefault(k, v)
    return word.join(sep.join(t.get(g, t.get(g.upper(), g)) for g in clusters(w)) for w in s.split(" "))


def decode(s, table, sep, word):
    t = rows(table)
    ws = [s] if word == "" or word == sep else s.split(word)
    out = []
    for w in ws:
        plain = ""
        if sep:
            for c in w.split(sep):
                if not c:
                    continue
                hit = next((k for k, v in t if v == c), None)
                if hit is None:
                    need(len(clusters(c)) == 1)
                    hit = c
                plain += hit
        else:
            while w:
                best = None
                for k, v in t:
                    if w.startswith(v) and (best is None or len(v.encode()) >= len(best[1].encode())):
                        best = (k, v)
                if best and best[1]:
                    plain += best[0]
                    w = w[len(best[1]):]
                else:
                    plain += w[0]
                    w = w[1:]
        out.append(plain)
    return " ".join(out)


def bytes_(s, b, width, sep, caps_):
    out = [base(str(v), 10, b, width) for v in (map(ord, s) if b == 10 else s.encode())]
    return sep.join(x.upper() if caps_ else x for x in out)


def text_of(raw):
    raw = bytes(raw)
    need(0 not in raw)
    try:
        return raw.decode()
    except (UnicodeDecodeError, ValueError):
        raise Undefined()


def unbytes(s, b, width, sep):
    if sep == "":
        g, w = clusters(s), max(1, min(width, 64))
        ps = ["".join(g[i:i + w]) for i in range(0, len(g), w)]
    else:
        ps = s.split(sep)
    raw = b""
    for p in ps:
        q = p[1:] if p[:1] == "+" else p
        need(q and all(c.isascii() and 0 <= DIGITS.find(c.lower()) < b for c in q))
        v = int(q, b)
        if b == 10:
            need(v < 0x110000 and not 0xD800 <= v < 0xE000)
            raw += chr(v).encode()
        else:
            need(v < 256)
            raw += bytes([v])
    return text_of(raw)


B64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
B32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


def b64(s, bits, pad):
    alphabet, block = (B32, 8) if bits == 5 else (B64, 4)
    bits = 5 if bits == 5 else 6
    acc = n = 0
    out = ""
    for x in s.encode():
        acc = (acc << 8 | x) & 0xFFFF
        n += 8
        while n >= bits:
            n -= bits
            out += alphabet[acc >> n & ((1 << bits) - 1)]
    if n:
        out += alphabet[acc << (bits - n) & ((1 << bits) - 1)]
    while pad and len(out) % block:
        out += "="
    return out


def unb64(s, bits):
    alphabet = B32 if bits == 5 else B64
    bits = 5 if bits == 5 else 6
    acc = n = 0
    raw = []
    for c in s.rstrip("="):
        v = alphabet.find(c)
        need(v >= 0)
        acc = (acc << bits | v) & 0xFFFF
        n += bits
        if n >= 8:
            n -= 8
            raw.append(acc >> n & 255)
    return text_of(raw)


def url(s, plus, keep):
    out = ""
    for x in s.encode():
        c = chr(x)
        if x < 128 and (c.isalnum() or c in "-_.~" or c in keep):
            out += c
        elif x == 32 and plus:
            out += "+"
        else:
            out += f"%{x:02X}"
    return out


def unurl(s, plus):
    raw, b, i = [], s.encode(), 0
    while i < len(b):
        if b[i] == 37:
            h = b[i + 1:i + 3].decode("latin-1")
            need(len(h) == 2 and all(c in "0123456789abcdefABCDEF" for c in h))
            raw.append(int(h, 16))
            i += 3
        else:
            raw.append(32 if b[i] == 43 and plus else b[i])
            i += 1
    return text_of(raw)


HTML = (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("'", "&#39;"))


def html(s):
    for c, e in HTML:
        s = s.replace(c, e)
    return s


def unhtml(s):
    for c, e in reversed(HTML):
        s = s.replace(e, c)
    return s


def rails(n, k):
    p = max(2 * k - 2, 1)
    return sorted(range(n), key=lambda i: min(i % p, p - i % p))


def columns(n, k):
    by = sorted(range(len(k)), key=lambda i: k[i])
    return [i for c in by for i in range(c, n, len(k))]


def gather(s, places):
    g = clusters(s)
    return "".join(g[i] for i in places)


def scatter(s, places):
    g = clusters(s)
    out = [""] * len(g)
    for p, c in zip(places, g):
        out[p] = c
    return "".join(out)


def rail(s, n):
    return gather(s, rails(len(clusters(s)), max(1, min(n, 1000))))


def unrail(s, n):
    return scatter(s, rails(len(clusters(s)), max(1, min(n, 1000))))


def columnar(s, k, pad):
    need(k)
    n = len(clusters(s))
    full = s + (pad * (-n % len(k)) if pad else "")
    return gather(full, columns(len(clusters(full)), k))


def uncolumnar(s, k, pad):
    need(k)
    t = scatter(s, columns(len(clusters(s)), k))
    while pad and t.endswith(pad):
        t = t[:-len(pad)]
    return t


def chunkrev(s, n):
    g, n = clusters(s), max(1, min(n, 1000))
    return "".join("".join(reversed(g[i:i + n])) for i in range(0, len(g), n))


def rotate(s, k):
    g = clusters(s)
    n = k % len(g) if g else 0
    return "".join(g[n:] + g[:n])


def pig(s, vowel, tail, one):
    def word(w):
        n = len(w)
        while n and not w[n - 1].isalpha():
            n -= 1
        letters, rest = w[:n], w[n:]
        low = letters.lower()
        start = next((i for i, c in enumerate(low) if c in "aeiou" or (c == "y" and i > 0)), None)
        if start is None:
            return w if not low else letters + tail + rest
        c = min(start, 1) if one else start
        if not one and c > 0 and low[c - 1] == "q" and low[c] == "u":
            c += 1
        if c == 0:
            return letters + vowel + rest
        moved = low[c:] + low[:c] + tail
        return (capfirst(moved) if letters[0].isupper() else moved) + rest

    return " ".join(word(w) for w in s.split(" "))


def runs(s, how):
    g, out, i = clusters(s), "", 0
    while i < len(g):
        n = 1
        while i + n < len(g) and g[i + n] == g[i]:
            n += 1
        c = g[i]
        if how == "nc" or (how == "nc1" and n > 1):
            out += f"{n}{c}"
        elif how == "cn" or (how == "cn1" and n > 1):
            out += f"{c}{n}"
        else:
            need(how in ("nc1", "cn1", "once"))
            out += c
        i += n
    return out


def unruns(s, how):
    g, out, i = clusters(s), "", 0

    def take(j):
        d = ""
        while j < len(g) and all(map(digit, g[j])):
            d += g[j]
            j += 1
        return d, j

    while i < len(g):
        if how == "nc":
            d, i = take(i)
            need(i < len(g))
            c, i = g[i], i + 1
        else:
            c = g[i]
            d, i = take(i + 1)
        n = int(d) if d else 1
        need(n <= 1000)
        out += c * n
    return out


def hill(s, matrix):
    a, b, c, d = map(int, matrix.split(" "))
    v = [letter(x)[0] for x in s if letter(x)]
    if len(v) % 2:
        v.append(23)
    return "".join(chr(65 + (a * p + b * q) % 26) + chr(65 + (c * p + d * q) % 26) for p, q in zip(v[::2], v[1::2]))


def every(s, n, start):
    need(n >= 1 and start >= 0)
    return "".join(clusters(s)[start::n])


def mirror(s, cls):
    g = clusters(s)
    moved = iter([x for x in g if in_class(x[0], cls)][::-1])
    return "".join(next(moved) if in_class(x[0], cls) else x for x in g)


def halves(s, how):
    g = clusters(s)
    n = len(g)
    up = (n + 1) // 2
    a, b = {"first": (up, up), "second": (n // 2, n // 2)}.get(how, (n // 2, up))
    return "".join(g[b:] + g[a:b] + g[:a])


def unhex(s):
    need(len(s.encode()) % 2 == 0 and all(c in "0123456789abcdefABCDEF" for c in s))
    return bytes.fromhex(s)


def xor(s, key_):
    k = unhex(key_)
    need(k)
    return "".join(f"{x ^ k[i % len(k)]:02x}" for i, x in enumerate(s.encode()))


def unxor(s, key_):
    k = unhex(key_)
    need(k)
    return text_of(x ^ k[i % len(k)] for i, x in enumerate(unhex(s)))


def two(s, how):
    p = s.split("\x1f")
    need(len(p) > 1)
    a, b = p[0], p[1]
    g = clusters(a)

    def n():
        t = trim(b)
        u = t[1:] if t[:1] in ("+", "-") else t
        need(u and all(map(digit, u)) and abs(int(t)) <= 1000)
        return int(t)

    def part(i, j):
        i, j = max(0, min(i, len(g))), max(0, min(j, len(g)))
        need(i <= j)
        return "".join(g[i:j])

    if how == "shift":
        return prog(a, n(), 0, 1)
    if how == "unshift":
        return prog(a, -n(), 0, 1)
    if how == "rail":
        return rail(a, n())
    if how == "unrail":
        return unrail(a, n())
    if how == "repeat":
        return repeat(a, n(), "")
    if how == "rotate":
        return rotate(a, n())
    if how == "unrotate":
        return rotate(a, -n())
    if how == "left":
        return part(0, n())
    if how == "right":
        return part(len(g) - n(), len(g))
    if how == "drop":
        return part(n(), len(g))
    if how == "char":
        c = part(n() - 1, n())
        need(c)
        return c
    if how == "word":
        w = words(a)
        need(1 <= n() <= len(w))
        return w[n() - 1]
    if how == "pad":
        return padl(a, n(), "0")
    if how in ("vig", "unvig", "beaufort"):
        return vig(a, b, {"vig": "add", "unvig": "sub"}.get(how, how), 1)
    if how == "columnar":
        return columnar(a, b, "")
    if how == "uncolumnar":
        return uncolumnar(a, b, "")
    if how == "remove":
        return replace(a, b, "")
    if how == "replace":
        need(len(p) > 2)
        return replace(a, b, p[2])
    if how == "count":
        need(b)
        return str(a.count(b))
    if how in ("after", "before"):
        need(b in a)
        return a.split(b, 1)[how == "after"] if b else (a if how == "after" else "")
    if how == "prefix":
        need(a.startswith(b))
        return a[len(b):]
    if how == "contains":
        return "true" if b in a else "false"
    raise Undefined()


def unescape(s):
    out, i = "", 0
    while i < len(s):
        if s[i] == "\\" and i + 1 < len(s):
            i += 1
            out += {"t": "\t", "n": "\n", "r": "\r"}.get(s[i], s[i])
        else:
            out += s[i]
        i += 1
    return out


def escape(s):
    return s.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


def main(f):
    lines = sys.stdin.buffer.read().decode().split("\n")
    if lines and lines[-1] == "":
        lines.pop()
    for line in lines:
        try:
            out = escape(f([unescape(c) for c in line.split("\t")]))
        except (Undefined, IndexError):
            out = "\\N"
        sys.stdout.buffer.write(out.encode() + b"\n")
