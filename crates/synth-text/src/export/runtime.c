/* The operations of text programs. Texts are UTF-8 in an arena that is cleared after each row;
   NULL is undefined, and every operation of NULL is NULL. */
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef const char *S;
typedef long long I;
typedef S (*Body)(const S *in, int n);
#define UNUSED __attribute__((unused)) static

static struct Block { struct Block *next; } *arena;

static void *get(size_t n) {
    struct Block *b = malloc(sizeof *b + n + 1);
    if (!b) exit(3);
    b->next = arena;
    arena = b;
    memset(b + 1, 0, n + 1);
    return b + 1;
}

static void clear(void) {
    while (arena) {
        struct Block *b = arena;
        arena = b->next;
        free(b);
    }
}

/* A growing text. */
typedef struct { char *p; size_t n, cap; } Buf;

static void put(Buf *b, S s, size_t n) {
    if (b->n + n + 1 > b->cap) {
        size_t cap = 2 * (b->n + n) + 32;
        char *p = get(cap);
        if (b->n) memcpy(p, b->p, b->n);
        b->p = p;
        b->cap = cap;
    }
    memcpy(b->p + b->n, s, n);
    b->n += n;
    b->p[b->n] = 0;
}

static void puts_(Buf *b, S s) { put(b, s, strlen(s)); }
static void putb(Buf *b, int c) { char k = (char)c; put(b, &k, 1); }
static S text(Buf *b) { return b->p ? b->p : ""; }
static S slice(S s, size_t a, size_t b) { Buf o = {0}; put(&o, s + a, b - a); return text(&o); }

static uint32_t read_at(S s, int *len) {
    unsigned char c = (unsigned char)*s;
    if (c < 0x80) { *len = 1; return c; }
    if (c < 0xe0) { *len = 2; return (c & 31u) << 6 | (s[1] & 63u); }
    if (c < 0xf0) { *len = 3; return (c & 15u) << 12 | (s[1] & 63u) << 6 | (s[2] & 63u); }
    *len = 4;
    return (c & 7u) << 18 | (s[1] & 63u) << 12 | (s[2] & 63u) << 6 | (s[3] & 63u);
}

static uint32_t first(S s) { int n; return read_at(s, &n); }

static void putc_(Buf *b, uint32_t c) {
    if (c < 0x80) { putb(b, (int)c); return; }
    if (c < 0x800) { putb(b, (int)(0xc0 | c >> 6)); }
    else if (c < 0x10000) { putb(b, (int)(0xe0 | c >> 12)); putb(b, (int)(0x80 | (c >> 6 & 63))); }
    else { putb(b, (int)(0xf0 | c >> 18)); putb(b, (int)(0x80 | (c >> 12 & 63))); putb(b, (int)(0x80 | (c >> 6 & 63))); }
    putb(b, (int)(0x80 | (c & 63)));
}

/* Ranges of bytes. */
typedef struct { size_t a, b; } R;
typedef struct { R *r; int n; } Rs;

static void add(Rs *l, size_t a, size_t b) {
    if ((l->n & (l->n - 1)) == 0) {
        R *r = get(sizeof(R) * (size_t)(l->n ? 2 * l->n : 1));
        if (l->n) memcpy(r, l->r, sizeof(R) * (size_t)l->n);
        l->r = r;
    }
    l->r[l->n++] = (R){a, b};
}

static int extends(uint32_t c) {
    static const uint32_t t[][2] = {{0x300, 0x36f}, {0x483, 0x489}, {0x591, 0x5bd}, {0x610, 0x61a}, {0x64b, 0x65f}, {0x900, 0x903},
        {0x93a, 0x93c}, {0x93e, 0x94f}, {0x1ab0, 0x1aff}, {0x1dc0, 0x1dff}, {0x200c, 0x200d}, {0x20d0, 0x20ff}, {0x302a, 0x302f},
        {0x3099, 0x309a}, {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f}, {0x1f3fb, 0x1f3ff}, {0xe0020, 0xe007f}};
    for (size_t i = 0; i < sizeof t / sizeof *t; i++)
        if (c >= t[i][0] && c <= t[i][1]) return 1;
    return 0;
}

static Rs clusters(S s) {
    Rs out = {0};
    uint32_t last = 0;
    int flags = 0, len;
    for (size_t i = 0; s[i]; i += (size_t)len) {
        uint32_t c = read_at(s + i, &len);
        int regional = c >= 0x1f1e6 && c <= 0x1f1ff;
        int hangul = (last >= 0x1100 && last <= 0x11ff) || (last >= 0xac00 && last <= 0xd7a3);
        int joined = extends(c) || last == 0x200d || (last == '\r' && c == '\n') || (regional && flags % 2) ||
                     (hangul && c >= 0x1160 && c <= 0x11ff);
        if (out.n && joined) out.r[out.n - 1].b = i + (size_t)len;
        else add(&out, i, i + (size_t)len);
        flags = regional ? flags + 1 : 0;
        last = c;
    }
    return out;
}

/* Case of ASCII, Latin, Greek, Cyrillic, Armenian. */
static uint32_t low(uint32_t c) {
    if (c < 0x80) return c >= 'A' && c <= 'Z' ? c + 32 : c;
    if (c >= 0xc0 && c <= 0xde && c != 0xd7) return c + 32;
    if ((c >= 0x100 && c <= 0x12e) || (c >= 0x132 && c <= 0x136) || (c >= 0x14a && c <= 0x176)) return c | 1;
    if ((c >= 0x139 && c <= 0x147) || (c >= 0x179 && c <= 0x17d)) return c % 2 ? c + 1 : c;
    if (c == 0x178) return 0xff;
    if (c >= 0x391 && c <= 0x3ab && c != 0x3a2) return c + 32;
    if (c == 0x386) return 0x3ac;
    if (c >= 0x388 && c <= 0x38a) return c + 37;
    if (c == 0x38c) return 0x3cc;
    if (c == 0x38e || c == 0x38f) return c + 63;
    if (c >= 0x410 && c <= 0x42f) return c + 32;
    if (c >= 0x400 && c <= 0x40f) return c + 80;
    if ((c >= 0x460 && c <= 0x480) || (c >= 0x48a && c <= 0x4be) || (c >= 0x4d0 && c <= 0x52e) || (c >= 0x1e00 && c <= 0x1e94) || (c >= 0x1ea0 && c <= 0x1efe)) return c | 1;
    if (c >= 0x531 && c <= 0x556) return c + 48;
    if (c >= 0x1f08 && c <= 0x1f6f && c & 8) return c - 8;
    return c;
}

static uint32_t high(uint32_t c) {
    if (c < 0x80) return c >= 'a' && c <= 'z' ? c - 32 : c;
    if (c == 0xb5) return 0x39c;
    if (c == 0xff) return 0x178;
    if (c == 0x131) return 'I';
    if (c == 0x3c2) return 0x3a3;
    if (c >= 0x1f00 && c <= 0x1f67 && !(c & 8)) return c + 8;
    static const int gaps[] = {1, 32, 37, 38, 48, 63, 64, 80};
    for (size_t i = 0; i < sizeof gaps / sizeof *gaps; i++)
        if (c > (uint32_t)gaps[i] && low(c - (uint32_t)gaps[i]) == c && c - (uint32_t)gaps[i] != c) return c - (uint32_t)gaps[i];
    return c;
}

static int digit(uint32_t c) { return c >= '0' && c <= '9'; }
static int is_upper(uint32_t c) { return low(c) != c; }
static int is_lower(uint32_t c) { return high(c) != c || c == 0xdf || c == 0xaa || c == 0xba || c == 0x138 || c == 0x149; }

static int is_space(uint32_t c) {
    return (c >= 9 && c <= 13) || c == 32 || c == 0x85 || c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) ||
           c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x3000;
}

static int is_letter(uint32_t c) {
    if (c < 0x80) return (c | 32) >= 'a' && (c | 32) <= 'z';
    if (c < 0xc0) return c == 0xaa || c == 0xb5 || c == 0xba;
    if (c == 0xd7 || c == 0xf7) return 0;
    if ((c >= 0x2c2 && c <= 0x36f && c != 0x345) || c == 0x37e || c == 0x387 || (c >= 0x483 && c <= 0x489)) return 0;
    if ((c >= 0x2000 && c <= 0x2070) || (c >= 0x2072 && c <= 0x207e) || (c >= 0x2080 && c <= 0x208f)) return 0;
    if (c >= 0x20a0 && c <= 0x2bff) return c == 0x2126 || c == 0x212a || c == 0x212b || (c >= 0x2160 && c <= 0x2188) || (c >= 0x24b6 && c <= 0x24e9);
    if ((c >= 0x3000 && c <= 0x3004) || (c >= 0x3008 && c <= 0x3020) || c == 0x3030 || (c >= 0x3099 && c <= 0x309c) || c == 0x30fb) return 0;
    if ((c >= 0xfe00 && c <= 0xfe6f) || (c >= 0xff00 && c <= 0xff20) || (c >= 0xff3b && c <= 0xff40) || (c >= 0xff5b && c <= 0xff65)) return 0;
    if (c >= 0xe000 && c <= 0xf8ff) return 0;
    return c < 0x1f000 || (c >= 0x20000 && c < 0x32000);
}

static int vowel(uint32_t c) { return c && c < 128 && strchr("aeiouAEIOU", (int)c); }

static int in_class(uint32_t c, S k) {
    if (!strcmp(k, "any")) return 1;
    if (!strcmp(k, "digit")) return digit(c);
    if (!strcmp(k, "letter")) return is_letter(c);
    if (!strcmp(k, "lower")) return is_lower(c);
    if (!strcmp(k, "upper")) return is_upper(c);
    if (!strcmp(k, "alnum")) return is_letter(c) || digit(c);
    if (!strcmp(k, "space")) return is_space(c);
    if (!strcmp(k, "nonspace")) return !is_space(c);
    if (!strcmp(k, "punct")) return !is_space(c) && !is_letter(c) && !digit(c);
    if (!strcmp(k, "vowel")) return vowel(c);
    if (!strcmp(k, "consonant")) return c < 128 && is_letter(c) && !vowel(c);
    return 0;
}

static Rs literals(S s, S lit) {
    Rs out = {0};
    size_t n = strlen(lit);
    for (S p = s; n && (p = strstr(p, lit)); p += n) add(&out, (size_t)(p - s), (size_t)(p - s) + n);
    return out;
}

static Rs class_runs(S s, S k) {
    Rs out = {0}, g = clusters(s);
    for (int i = 0; i < g.n; i++) {
        if (!in_class(first(s + g.r[i].a), k)) continue;
        if (out.n && out.r[out.n - 1].b == g.r[i].a) out.r[out.n - 1].b = g.r[i].b;
        else add(&out, g.r[i].a, g.r[i].b);
    }
    return out;
}

static Rs caps(S s) {
    Rs all = {0}, out = {0}, g = clusters(s);
    for (int i = 0; i < g.n; i++) {
        uint32_t c = first(s + g.r[i].a);
        if (is_upper(c)) add(&all, g.r[i].a, g.r[i].b);
        else if (is_lower(c) && all.n && all.r[all.n - 1].b == g.r[i].a) all.r[all.n - 1].b = g.r[i].b;
    }
    for (int i = 0; i < all.n; i++)
        if (clusters(slice(s, all.r[i].a, all.r[i].b)).n > 1) add(&out, all.r[i].a, all.r[i].b);
    return out;
}

static Rs numbers(S s) {
    Rs out = {0};
    size_t n = strlen(s);
#define D(i) ((i) < n && digit((unsigned char)s[i]))
    for (size_t i = 0; i < n;) {
        if (!D(i)) { i++; continue; }
        size_t a = i;
        if (a > 0 && s[a - 1] == '-' && (a == 1 || (s[a - 2] && strchr(" (:,=\t", s[a - 2])))) a--;
        while (D(i)) i++;
        while (i < n && s[i] == ',' && D(i + 1) && D(i + 2) && D(i + 3) && !D(i + 4)) i += 4;
        if (i < n && s[i] == '.' && D(i + 1)) { i++; while (D(i)) i++; }
        add(&out, a, i);
    }
    return out;
}

static Rs tokens(S s, S k) {
    if (!strcmp(k, "number")) return numbers(s);
    if (!strcmp(k, "cap")) return caps(s);
    if (*k == '=') return literals(s, k + 1);
    return class_runs(s, k);
}

static int idx(int n, I k) {
    I i = k < 0 ? k + n : k;
    return i >= 0 && i < n ? (int)i : -1;
}

/* A place: before character k where class is NULL, else at token k of the class. -1: none. */
static I place(S s, S k, I n, int end) {
    if (k) {
        Rs t = tokens(s, k);
        int i = idx(t.n, n);
        return i < 0 ? -1 : (I)(end ? t.r[i].b : t.r[i].a);
    }
    Rs g = clusters(s);
    int i = idx(g.n + 1, n);
    return i < 0 ? -1 : i == g.n ? (I)strlen(s) : (I)g.r[i].a;
}

UNUSED S cut(S s, S k1, I n1, int e1, S k2, I n2, int e2) {
    if (!s) return NULL;
    I a = place(s, k1, n1, e1), b = place(s, k2, n2, e2);
    return a < 0 || b < 0 || a > b ? NULL : slice(s, (size_t)a, (size_t)b);
}

static Rs humps(S s) {
    Rs out = {0};
    uint32_t prev = ' ';
    int len, l2;
    for (size_t i = 0; s[i]; i += (size_t)len) {
        uint32_t c = read_at(s + i, &len), next = s[i + (size_t)len] ? read_at(s + i + len, &l2) : ' ';
        if (in_class(c, "alnum")) {
            int hump = is_upper(c) && (!is_upper(prev) || is_lower(next));
            if (out.n && out.r[out.n - 1].b == i && !hump) out.r[out.n - 1].b = i + (size_t)len;
            else add(&out, i, i + (size_t)len);
        }
        prev = c;
    }
    return out;
}

static Rs parts(S s, S sep) {
    if (!strcmp(sep, "\\s")) return class_runs(s, "nonspace");
    if (!strcmp(sep, "\\c")) return humps(s);
    if (!*sep) return clusters(s);
    Rs out = {0}, l = literals(s, sep);
    size_t a = 0;
    for (int i = 0; i < l.n; i++) { add(&out, a, l.r[i].a); a = l.r[i].b; }
    add(&out, a, strlen(s));
    return out;
}

UNUSED S fields(S s, S sep, I i, I j) {
    if (!s) return NULL;
    Rs p = parts(s, sep);
    int a = idx(p.n, i), b = idx(p.n, j);
    return a < 0 || b < 0 || a > b ? NULL : slice(s, p.r[a].a, p.r[b].b);
}

UNUSED S token(S s, S k, I n) {
    if (!s) return NULL;
    Rs t = tokens(s, k);
    int i = idx(t.n, n);
    return i < 0 ? NULL : slice(s, t.r[i].a, t.r[i].b);
}

UNUSED S between(S s, S l, S r, I k) {
    if (!s) return NULL;
    Rs t = literals(s, l);
    int i = idx(t.n, k);
    if (i < 0) return NULL;
    S rest = s + t.r[i].b, e = strstr(rest, r);
    return e ? slice(rest, 0, (size_t)(e - rest)) : NULL;
}

UNUSED S all(S s, S k, S sep) {
    if (!s) return NULL;
    Rs t = tokens(s, k);
    Buf o = {0};
    for (int i = 0; i < t.n; i++) { if (i) puts_(&o, sep); put(&o, s + t.r[i].a, t.r[i].b - t.r[i].a); }
    return text(&o);
}

static void put_up(Buf *o, uint32_t c) { if (c == 0xdf) puts_(o, "SS"); else putc_(o, high(c)); }
static void put_low(Buf *o, uint32_t c) { if (c == 0x130) puts_(o, "i\xcc\x87"); else putc_(o, low(c)); }

/* Applies a case to each character; what is 'u', 'l' or 'x' (exchange). */
static S recase(S s, int what) {
    Buf o = {0};
    int len;
    if (!s) return NULL;
    for (; *s; s += len) {
        uint32_t c = read_at(s, &len);
        int up = what == 'u' || (what == 'x' && !is_upper(c));
        if (up) put_up(&o, c); else put_low(&o, c);
    }
    return text(&o);
}

UNUSED S upper(S s) { return recase(s, 'u'); }
UNUSED S lower(S s) { return recase(s, 'l'); }
UNUSED S swapcase(S s) { return recase(s, 'x'); }

UNUSED S capfirst(S s) {
    if (!s || !*s) return s;
    Buf o = {0};
    int len;
    put_up(&o, read_at(s, &len));
    puts_(&o, s + len);
    return text(&o);
}

UNUSED S cap(S s) { return capfirst(lower(s)); }

UNUSED S title(S s) {
    Buf o = {0};
    int inside = 0, len;
    if (!s) return NULL;
    for (; *s; s += len) {
        uint32_t c = read_at(s, &len);
        if (is_letter(c) && !inside) put_up(&o, c); else put_low(&o, c);
        inside = in_class(c, "alnum") || extends(c) || (inside && (c == '\'' || c == 0x2019));
    }
    return text(&o);
}

UNUSED S altcase(S s, I up, I skip) {
    Buf o = {0};
    int len;
    if (!s) return NULL;
    for (; *s; s += len) {
        uint32_t c = read_at(s, &len);
        if (up) put_up(&o, c); else put_low(&o, c);
        if (!skip || is_letter(c)) up = !up;
    }
    return text(&o);
}

static int among(uint32_t c, S set) {
    int len;
    for (; *set; set += len) if (read_at(set, &len) == c) return 1;
    return 0;
}

/* Without characters of a set (white space where NULL) at the ends. */
static S strip_ends(S s, S set, int left, int right) {
    int len;
    size_t a = 0, b = strlen(s);
    for (; left && s[a]; a += (size_t)len) {
        uint32_t c = read_at(s + a, &len);
        if (!(set ? among(c, set) : is_space(c))) break;
    }
    while (right && b > a) {
        size_t p = b - 1;
        while (p > a && (s[p] & 0xc0) == 0x80) p--;
        uint32_t c = read_at(s + p, &len);
        if (!(set ? among(c, set) : is_space(c))) break;
        b = p;
    }
    return slice(s, a, b);
}

UNUSED S trim(S s) { return s ? strip_ends(s, NULL, 1, 1) : NULL; }
UNUSED S strip(S s, S set, I side) { return s ? strip_ends(s, set, side <= 0, side >= 0) : NULL; }
UNUSED S squeeze(S s) { return all(s, "nonspace", " "); }

static I bounded(I n, I lo, I hi) { return n < lo ? lo : n > hi ? hi : n; }

static S fill_to(S s, I n, S fill, int left) {
    if (!s) return NULL;
    I miss = bounded(n, 0, 1000) - clusters(s).n;
    Buf o = {0};
    if (!left) puts_(&o, s);
    while (miss-- > 0) puts_(&o, fill);
    if (left) puts_(&o, s);
    return text(&o);
}

UNUSED S padl(S s, I n, S fill) { return fill_to(s, n, fill, 1); }
UNUSED S padr(S s, I n, S fill) { return fill_to(s, n, fill, 0); }

static S swap_ranges(S s, Rs t, S by) {
    Buf o = {0};
    size_t a = 0;
    for (int i = 0; i < t.n; i++) { put(&o, s + a, t.r[i].a - a); puts_(&o, by); a = t.r[i].b; }
    puts_(&o, s + a);
    return text(&o);
}

UNUSED S replace(S s, S a, S b) { return s && a && b && *a ? swap_ranges(s, literals(s, a), b) : NULL; }
UNUSED S substruns(S s, S k, S by) { return s ? swap_ranges(s, tokens(s, k), by) : NULL; }

/* Each character, those of a class repeated n times or replaced. */
static S each(S s, S k, S by, I n) {
    if (!s) return NULL;
    Rs g = clusters(s);
    Buf o = {0};
    for (int i = 0; i < g.n; i++) {
        int in = in_class(first(s + g.r[i].a), k);
        if (in && by) { puts_(&o, by); continue; }
        for (I j = 0; j < (in ? n : 1); j++) put(&o, s + g.r[i].a, g.r[i].b - g.r[i].a);
    }
    return text(&o);
}

UNUSED S subst(S s, S k, S by) { return each(s, k, by, 1); }
UNUSED S stretch(S s, S k, I n) { return each(s, k, NULL, bounded(n, 0, 64)); }

UNUSED S reverse(S s) {
    if (!s) return NULL;
    Rs g = clusters(s);
    Buf o = {0};
    for (int i = g.n; i-- > 0;) put(&o, s + g.r[i].a, g.r[i].b - g.r[i].a);
    return text(&o);
}

UNUSED S repeat(S s, I n, S sep) {
    if (!s) return NULL;
    Buf o = {0};
    n = bounded(n, 0, 64);
    for (I i = 0; i < n; i++) { if (i) puts_(&o, sep); puts_(&o, s); }
    return text(&o);
}

UNUSED S chunks(S s, I n, S sep) {
    if (!s || !n) return NULL;
    Rs g = clusters(s);
    I size = n < 0 ? -n : n, lead = n < 0 ? g.n % size : 0;
    Buf o = {0};
    for (int i = 0; i < g.n; i++) {
        if (i && (i - lead) % size == 0) puts_(&o, sep);
        put(&o, s + g.r[i].a, g.r[i].b - g.r[i].a);
    }
    return text(&o);
}

static S dec_text(I n) {
    char b[32];
    snprintf(b, sizeof b, "%lld", n);
    return slice(b, 0, strlen(b));
}

UNUSED S count(S s, S k) { return s ? dec_text(tokens(s, k).n) : NULL; }

UNUSED S len(S s, S k) {
    if (!s) return NULL;
    Rs g = clusters(s);
    int n = 0;
    for (int i = 0; i < g.n; i++) n += in_class(first(s + g.r[i].a), k);
    return dec_text(n);
}

/* The rows of a table: keys and values by turns. */
typedef struct { S *k, *v; int n; } Table;

static Table rows(S t) {
    Table out = {get(sizeof(S) * (strlen(t) + 1)), get(sizeof(S) * (strlen(t) + 1)), 0};
    Rs p = parts(t, "\036");
    for (int i = 0; i < p.n; i++) {
        S r = slice(t, p.r[i].a, p.r[i].b), m = strchr(r, 037);
        if (!m) continue;
        out.k[out.n] = slice(r, 0, (size_t)(m - r));
        out.v[out.n++] = m + 1;
    }
    return out;
}

UNUSED S lookup(S s, S t) {
    if (!s) return NULL;
    Table r = rows(t);
    for (int i = 0; i < r.n; i++) if (!strcmp(r.k[i], s)) return r.v[i];
    return NULL;
}

UNUSED S deaccent(S s) {
    static S plain = "ÀAÁAÂAÃAÄAÅAÇCÈEÉEÊEËEÌIÍIÎIÏIÑNÒOÓOÔOÕOÖOØOÙUÚUÛUÜUÝYàaáaâaãaäaåaçcèeéeêeëeìiíiîiïiñnòoóoôoõoöoøoùuúuûuüuýyÿyĀAāaĂAăaĄAąaĆCćcČCčcĎDďdĐDđdĒEēeĘEęeĚEěeĞGğgĪIīiİIıiŁLłlŃNńnŇNňnŌOōoŐOőoŘRřrŚSśsŞSşsŠSšsŤTťtŪUūuŮUůuŰUűuŹZźzŻZżzŽZžz";
    Buf o = {0};
    int n, m;
    if (!s) return NULL;
    for (; *s; s += n) {
        uint32_t c = read_at(s, &n);
        if (c >= 0x300 && c <= 0x36f) continue;
        for (S p = plain; *p; p += m + 1) if (read_at(p, &m) == c) { c = (unsigned char)p[m]; break; }
        putc_(&o, c);
    }
    return text(&o);
}

UNUSED S style(S s, S how) {
    if (!s) return NULL;
    Rs h = humps(s);
    Buf o = {0};
    int caps_ = !strcmp(how, "camel") || !strcmp(how, "pascal") || !strcmp(how, "title");
    S sep = !strcmp(how, "camel") || !strcmp(how, "pascal") ? "" : !strcmp(how, "title") || !strcmp(how, "sentence") ? " " : !strcmp(how, "upper") ? "_" : how;
    for (int i = 0; i < h.n; i++) {
        S w = lower(slice(s, h.r[i].a, h.r[i].b));
        if (i) puts_(&o, sep);
        puts_(&o, caps_ && (i || strcmp(how, "camel")) ? capfirst(w) : w);
    }
    S t = text(&o);
    return !strcmp(how, "sentence") ? capfirst(t) : !strcmp(how, "upper") ? upper(t) : t;
}

UNUSED S cat(int n, ...) {
    va_list v;
    Buf o = {0};
    int ok = 1;
    va_start(v, n);
    for (int i = 0; i < n; i++) { S s = va_arg(v, S); if (s) puts_(&o, s); else ok = 0; }
    va_end(v);
    return ok ? text(&o) : NULL;
}

/* Tests: 1, 0, or -1 where undefined. */
UNUSED int test(S s, S how, S what) {
    if (!s) return -1;
    size_t n = strlen(s), m = strlen(what);
    if (!strcmp(how, "contains")) return strstr(s, what) != NULL;
    if (!strcmp(how, "starts")) return !strncmp(s, what, m);
    if (!strcmp(how, "ends")) return n >= m && !strcmp(s + n - m, what);
    if (!strcmp(how, "equals")) return !strcmp(s, what);
    if (!strcmp(how, "has")) return tokens(s, what).n > 0;
    if (!*s) return 0;
    if (!strcmp(how, "starts-class")) return in_class(first(s), what);
    uint32_t c = 0;
    int l, only = 1;
    for (; *s; s += l) { c = read_at(s, &l); only &= in_class(c, what); }
    if (!strcmp(how, "last-in")) return among(c, what);
    return !strcmp(how, "ends-class") ? in_class(c, what) : only;
}

UNUSED int no(int t) { return t < 0 ? t : !t; }
UNUSED S cond(int t, S a, S b) { return t < 0 ? NULL : t ? a : b; }

/* Numbers: m / 10^scale; the scale is -1 where there is no number. */
typedef __int128 W;
typedef struct { W m; int s; } Dec;
static const Dec NONE = {0, -1};

static W pow10_(int n) { W r = 1; while (n-- > 0) r *= 10; return r; }

static Dec dec(S s) {
    Dec d = {0, 0};
    if (!s) return NONE;
    int neg = *s == '-', whole = 0, frac = 0, point = 0;
    for (s += neg; *s; s++) {
        if (*s == '.' && !point) { point = 1; continue; }
        if (!digit((unsigned char)*s)) return NONE;
        if (point) frac++; else whole++;
        if (frac > 18 || whole + frac > 30) return NONE;
        d.m = d.m * 10 + (*s - '0');
    }
    if (!whole) return NONE;
    if (neg) d.m = -d.m;
    d.s = frac;
    return d;
}

static S wide(unsigned __int128 v) {
    char b[48];
    int i = 47;
    b[i] = 0;
    do { b[--i] = (char)('0' + (int)(v % 10)); v /= 10; } while (v);
    return slice(b, (size_t)i, 47);
}

static S show(Dec d) {
    if (d.s < 0) return NULL;
    S t = padl(wide(d.m < 0 ? -(unsigned __int128)d.m : (unsigned __int128)d.m), d.s + 1, "0");
    size_t n = strlen(t), w = n - (size_t)d.s;
    return cat(4, d.m < 0 ? "-" : "", slice(t, 0, w), d.s ? "." : "", t + w);
}

static Dec norm(Dec d) {
    while (d.s > 0 && d.m % 10 == 0) { d.m /= 10; d.s--; }
    return d;
}

static int how_many(S s, int c) { int n = 0; for (; *s; s++) n += *s == c; return n; }

static int grouped(S body, S sep) {
    Rs p = parts(body, sep);
    for (int i = 0; i < p.n; i++) {
        size_t n = p.r[i].b - p.r[i].a;
        if (i ? n != 3 : n < 1 || n > 3) return 0;
    }
    return 1;
}

UNUSED S num(S s) {
    if (!s) return NULL;
    size_t a = 0, b = strlen(s);
    while (s[a] && !digit((unsigned char)s[a])) a++;
    if (!s[a]) return NULL;
    while (!digit((unsigned char)s[b - 1])) b--;
    S head = slice(s, 0, a), tail = s + b;
    size_t h = a;
    int dot = h && head[h - 1] == '.' && !(h > 1 && head[h - 2] == '.');
    if (dot && h > 1) {
        size_t p = h - 2;
        while (p && (head[p] & 0xc0) == 0x80) p--;
        dot = !is_letter(first(head + p));
    }
    int neg = strchr(head, '-') || strstr(head, "\xe2\x88\x92") || (strchr(head, '(') && strchr(tail, ')'));
    Buf o = {0};
    int len_;
    for (S p = slice(s, a, b); *p; p += len_) {
        uint32_t c = read_at(p, &len_);
        if (c == ' ' || c == '\'' || c == '_' || c == 0xa0 || c == 0x202f) continue;
        if (!digit(c) && c != '.' && c != ',') return NULL;
        putc_(&o, c);
    }
    S body = text(&o), plain;
    int d = how_many(body, '.'), c = how_many(body, ',');
    if (c == 0 && d <= 1) plain = body;
    else if (c == 0) { if (!grouped(body, ".")) return NULL; plain = replace(body, ".", ""); }
    else if (d == 0 && grouped(body, ",")) plain = replace(body, ",", "");
    else if (d == 0 && c == 1) plain = replace(body, ",", ".");
    else if (d == 1 && strrchr(body, '.') > strrchr(body, ',')) plain = replace(body, ",", "");
    else if (c == 1) plain = replace(replace(body, ".", ""), ",", ".");
    else return NULL;
    Dec v = dec(dot ? cat(2, "0.", plain) : plain);
    if (neg) v.m = -v.m;
    return show(v);
}

static int align(Dec a, Dec b, W *x, W *y, int *s) {
    if (a.s < 0 || b.s < 0) return 0;
    *s = a.s > b.s ? a.s : b.s;
    return !__builtin_mul_overflow(a.m, pow10_(*s - a.s), x) && !__builtin_mul_overflow(b.m, pow10_(*s - b.s), y);
}

UNUSED S round_(S s, S step, S mode) {
    Dec st = dec(step);
    W x, m;
    int scale;
    if (!align(dec(num(s)), st, &x, &m, &scale) || m <= 0) return NULL;
    W q = x / m, r = x % m;
    if (r < 0) { r += m; q--; }
    W over = m - r, v;
    int up = !strcmp(mode, "near") ? r > over || (r == over && x >= 0)
           : !strcmp(mode, "even") ? r > over || (r == over && q % 2 != 0)
           : !strcmp(mode, "ceil") ? r > 0 : !strcmp(mode, "trunc") ? r > 0 && x < 0 : 0;
    if (__builtin_mul_overflow(q + up, m, &v)) return NULL;
    return show((Dec){v / pow10_(scale - st.s), st.s});
}

UNUSED S linear(S s, S mul, S add_) {
    Dec x = dec(num(s)), m = dec(mul), p;
    W a, b, v;
    int scale;
    if (x.s < 0 || m.s < 0 || __builtin_mul_overflow(x.m, m.m, &p.m)) return NULL;
    p.s = x.s + m.s;
    if (!align(p, dec(add_), &a, &b, &scale) || __builtin_add_overflow(a, b, &v)) return NULL;
    return show(norm((Dec){v, scale}));
}

UNUSED S fixed(S s, I digits, S group, S point) {
    S t = num(s);
    if (t && digits >= 0 && digits <= 18) t = round_(t, show((Dec){1, (int)digits}), "near");
    if (!t) return NULL;
    int neg = *t == '-';
    t += neg;
    S p = strchr(t, '.');
    S whole = chunks(p ? slice(t, 0, (size_t)(p - t)) : t, -3, group);
    return cat(4, neg ? "-" : "", whole, p ? point : "", p ? p + 1 : "");
}

static int small(S s, I lo, I hi, I *v) {
    Dec d = dec(s);
    if (d.s != 0 || d.m < lo || d.m > hi) return 0;
    *v = (I)d.m;
    return 1;
}

UNUSED S ordinal(S s) {
    Dec d = dec(s);
    if (d.s != 0 || d.m < 0) return NULL;
    int h = (int)(d.m % 100), u = (int)(d.m % 10);
    return cat(2, show(d), h >= 11 && h <= 13 ? "th" : u == 1 ? "st" : u == 2 ? "nd" : u == 3 ? "rd" : "th");
}

static const struct { int v; S t; } ROMAN[] = {{1000, "M"}, {900, "CM"}, {500, "D"}, {400, "CD"}, {100, "C"}, {90, "XC"}, {50, "L"},
    {40, "XL"}, {10, "X"}, {9, "IX"}, {5, "V"}, {4, "IV"}, {1, "I"}};

UNUSED S roman(S s) {
    I m;
    Buf o = {0};
    if (!small(s, 1, 3999, &m)) return NULL;
    for (int i = 0; i < 13; i++) while (m >= ROMAN[i].v) { puts_(&o, ROMAN[i].t); m -= ROMAN[i].v; }
    return text(&o);
}

UNUSED S unroman(S s) {
    S up = upper(s), rest = up;
    I m = 0;
    if (!s) return NULL;
    for (int i = 0; i < 13; i++) while (!strncmp(rest, ROMAN[i].t, strlen(ROMAN[i].t))) { rest += strlen(ROMAN[i].t); m += ROMAN[i].v; }
    S v = dec_text(m), back = roman(v);
    return !*rest && back && !strcmp(back, up) ? v : NULL;
}

static int digit_value(int c) { return digit((uint32_t)c) ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'z' ? (c | 32) - 'a' + 10 : 99; }

UNUSED S base(S s, I from, I to, I width) {
    unsigned __int128 v = 0, p;
    if (!s || from < 2 || from > 36 || to < 2 || to > 36 || !*s || strlen(s) > 30) return NULL;
    for (; *s; s++) {
        int d = digit_value((unsigned char)*s);
        if (d >= from || __builtin_mul_overflow(v, (unsigned __int128)from, &p) || __builtin_add_overflow(p, (unsigned __int128)d, &v)) return NULL;
    }
    char b[160];
    int i = 159;
    b[i] = 0;
    do { b[--i] = "0123456789abcdefghijklmnopqrstuvwxyz"[(int)(v % (unsigned)to)]; v /= (unsigned)to; } while (v);
    return padl(slice(b, (size_t)i, 159), width, "0");
}

static Dec quotient(Dec a, Dec b) {
    W x, y, n;
    int s;
    if (!align(a, b, &x, &y, &s) || y == 0 || __builtin_mul_overflow(x, pow10_(10), &n) || n % y != 0) return NONE;
    return norm((Dec){n / y, 10});
}

UNUSED S agg(S s, S how) {
    if (!s) return NULL;
    Rs t = tokens(s, "number");
    Dec acc = NONE;
    for (int i = 0; i < t.n; i++) {
        Dec x = dec(num(slice(s, t.r[i].a, t.r[i].b)));
        if (x.s < 0) return NULL;
        if (!i) { acc = x; continue; }
        W a, b;
        int sc, bad = !align(acc, x, &a, &b, &sc);
        Dec r = {0, sc};
        if (!strcmp(how, "sum") || !strcmp(how, "mean")) bad |= __builtin_add_overflow(a, b, &r.m);
        else if (!strcmp(how, "diff")) bad |= __builtin_sub_overflow(a, b, &r.m);
        else if (!strcmp(how, "max")) r.m = a > b ? a : b;
        else if (!strcmp(how, "min")) r.m = a < b ? a : b;
        else if (!strcmp(how, "product")) { bad |= __builtin_mul_overflow(acc.m, x.m, &r.m); r.s = acc.s + x.s; }
        else if (!strcmp(how, "ratio")) r = quotient(acc, x);
        else return NULL;
        if (bad || r.s < 0) return NULL;
        acc = r;
    }
    if (acc.s >= 0 && !strcmp(how, "mean")) acc = quotient(acc, (Dec){t.n, 0});
    return acc.s < 0 ? NULL : show(norm(acc));
}

UNUSED int below(S s, S bound) {
    W a, b;
    int scale;
    S t = num(s);
    if (!t) return -1;
    return align(dec(t), dec(bound), &a, &b, &scale) ? a < b : 0;
}

static W sort_key(S s) {
    Dec d = dec(num(s));
    W max = (W)(((unsigned __int128)1 << 127) - 1), v;
    if (d.s < 0) return max;
    if (__builtin_mul_overflow(d.m, pow10_(18 - (d.s < 18 ? d.s : 18)), &v)) return d.m < 0 ? -max - 1 : max;
    return v;
}

static int compare(S a, S b, S how) {
    if (!strcmp(how, "number") || !strcmp(how, "numdesc")) { W x = sort_key(a), y = sort_key(b); return (x > y) - (x < y); }
    if (!strcmp(how, "length")) return clusters(a).n - clusters(b).n;
    if (!strcmp(how, "nocase")) return strcmp(lower(a), lower(b));
    return strcmp(a, b);
}

static void arrange(S *x, int *n, S how) {
    int turn = !strcmp(how, "reverse") || !strcmp(how, "desc") || !strcmp(how, "numdesc"), m = 0;
    if (!strcmp(how, "unique") || !strcmp(how, "filled")) {
        for (int i = 0; i < *n; i++) {
            int keep = how[0] == 'u' || *trim(x[i]);
            for (int j = 0; how[0] == 'u' && j < m; j++) keep &= strcmp(x[i], x[j]) != 0;
            if (keep) x[m++] = x[i];
        }
        *n = m;
        return;
    }
    if (*how && strcmp(how, "reverse"))
        for (int i = 1; i < *n; i++) {
            S v = x[i];
            int j = i;
            for (; j > 0 && compare(x[j - 1], v, how) > 0; j--) x[j] = x[j - 1];
            x[j] = v;
        }
    for (int i = 0, j = *n - 1; turn && i < j; i++, j--) { S v = x[i]; x[i] = x[j]; x[j] = v; }
}

UNUSED S map(S s, S sep, S how, Body body, S join) {
    if (!s) return NULL;
    Rs p = parts(s, sep);
    S *x = get(sizeof(S) * (size_t)(p.n + 1));
    int n = p.n;
    Buf o = {0};
    for (int i = 0; i < n; i++) x[i] = slice(s, p.r[i].a, p.r[i].b);
    arrange(x, &n, how);
    for (int i = 0; i < n; i++) {
        S v = body(&x[i], 1);
        if (!v) return NULL;
        if (i) puts_(&o, join);
        puts_(&o, v);
    }
    return text(&o);
}

static S word_of(S list, int i) { return fields(list, " ", i, i); }
static const S SMALL = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen";
static const S TENS = "twenty thirty forty fifty sixty seventy eighty ninety";

static S spell_small(int n) {
    if (n < 20) return word_of(SMALL, n);
    if (n < 100) return cat(3, word_of(TENS, n / 10 - 2), n % 10 ? "-" : "", n % 10 ? spell_small(n % 10) : "");
    if (n < 1000) return cat(4, word_of(SMALL, n / 100), " hundred", n % 100 ? " " : "", n % 100 ? spell_small(n % 100) : "");
    return cat(4, spell_small(n / 1000), " thousand", n % 1000 ? " " : "", n % 1000 ? spell_small(n % 1000) : "");
}

UNUSED S spell(S s) { I n; return small(s, 0, 999999, &n) ? spell_small((int)n) : NULL; }

static int find_word(S list, S w) {
    Rs p = parts(list, " ");
    for (int i = 0; i < p.n; i++) if (!strcmp(slice(list, p.r[i].a, p.r[i].b), w)) return i;
    return -1;
}

UNUSED S unspell(S s) {
    if (!s || !*trim(s)) return NULL;
    S l = replace(lower(s), "-", " ");
    if (!*trim(l)) return NULL;
    Rs p = parts(l, "\\s");
    I total = 0, part = 0;
    for (int i = 0; i < p.n; i++) {
        S w = slice(l, p.r[i].a, p.r[i].b);
        int v;
        if (!strcmp(w, "and")) continue;
        if ((v = find_word(SMALL, w)) >= 0) part += v;
        else if ((v = find_word(TENS, w)) >= 0) part += 20 + 10 * v;
        else if (!strcmp(w, "hundred")) part *= 100;
        else if (!strcmp(w, "thousand")) { total += part * 1000; part = 0; }
        else return NULL;
    }
    return dec_text(total + part);
}

/* Dates. */
static const char *const MONTHS[] = {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"};
static const char *const DAYS[] = {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};
static const char *const HALVES[] = {"AM", "PM"};
typedef struct { I y, m, d, h, min, s, ms; int seen, pm; } Moment;

static I fdiv(I a, I b) { return a / b - (a % b < 0); }
static I fmod_(I a, I b) { return a - fdiv(a, b) * b; }

static I days(I y, I m, I d) {
    y -= m <= 2;
    I era = fdiv(y, 400), yoe = fmod_(y, 400), doy = (153 * ((m + 9) % 12) + 2) / 5 + d - 1;
    return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

static Moment civil(I z) {
    z += 719468;
    I era = fdiv(z, 146097), doe = fmod_(z, 146097), yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    I doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153, m = mp < 10 ? mp + 3 : mp - 9;
    return (Moment){yoe + era * 400 + (m <= 2), m, doy - (153 * mp + 2) / 5 + 1, 0, 0, 0, 0, 31, -1};
}

static I month_days(I y, I m) {
    if (m == 2) return y % 4 == 0 && (y % 100 != 0 || y % 400 == 0) ? 29 : 28;
    return m == 4 || m == 6 || m == 9 || m == 11 ? 30 : 31;
}

static Moment from_seconds(I v) {
    Moment t = civil(fdiv(v, 86400));
    I r = fmod_(v, 86400);
    t.h = r / 3600; t.min = r / 60 % 60; t.s = r % 60;
    return t;
}

static I take(S *s, int lo, int hi) {
    I v = 0;
    int n = 0;
    while (n < hi && digit((unsigned char)(*s)[n])) v = v * 10 + ((*s)[n++] - '0');
    if (n < lo) return -1;
    *s += n;
    return v;
}

static I name(S *s, const char *const *t, int n, int brief) {
    for (int i = 0; i < n; i++) {
        size_t l = brief ? 3 : strlen(t[i]), k = 0;
        while (k < l && low((unsigned char)(*s)[k]) == low((unsigned char)t[i][k])) k++;
        if (k == l) { *s += l; return i; }
    }
    return -1;
}

static int parse(S s, S f, Moment *t) {
    *t = (Moment){2000, 1, 1, 0, 0, 0, 0, 0, -1};
    for (; *f; f++) {
        I v = 0;
        if (*f != '%') { if (*s++ != *f) return 0; continue; }
        switch (*++f) {
        case 'Y': v = t->y = take(&s, 4, 4); t->seen |= 1; break;
        case 'y': v = take(&s, 2, 2); t->y = v < 70 ? 2000 + v : 1900 + v; t->seen |= 1; break;
        case 'm': v = t->m = take(&s, 2, 2); t->seen |= 2; break;
        case 'n': v = t->m = take(&s, 1, 2); t->seen |= 2; break;
        case 'b': v = name(&s, MONTHS, 12, 1); t->m = v + 1; t->seen |= 2; break;
        case 'B': v = name(&s, MONTHS, 12, 0); t->m = v + 1; t->seen |= 2; break;
        case 'd': v = t->d = take(&s, 2, 2); t->seen |= 4; break;
        case 'j': v = t->d = take(&s, 1, 2); t->seen |= 4; break;
        case 'o':
            v = t->d = take(&s, 1, 2);
            t->seen |= 4;
            if (strncmp(s, "st", 2) && strncmp(s, "nd", 2) && strncmp(s, "rd", 2) && strncmp(s, "th", 2)) return 0;
            s += 2;
            break;
        case 'a': v = name(&s, DAYS, 7, 1); break;
        case 'A': v = name(&s, DAYS, 7, 0); break;
        case 'H': case 'I': v = t->h = take(&s, 2, 2); t->seen |= 8; break;
        case 'k': case 'l': v = t->h = take(&s, 1, 2); t->seen |= 8; break;
        case 'M': v = t->min = take(&s, 2, 2); t->seen |= 16; break;
        case 'S': v = t->s = take(&s, 2, 2); break;
        case 'f': v = t->ms = take(&s, 3, 3); break;
        case 'p': case 'P': v = name(&s, HALVES, 2, 0); t->pm = (int)v; break;
        case 's': v = take(&s, 9, 11); if (v >= 0) *t = from_seconds(v); break;
        case 'N': v = take(&s, 1, 5); t->h = v / 60; t->min = v % 60; t->seen |= 24; break;
        case '%': if (*s++ != '%') return 0; break;
        default: return 0;
        }
        if (v < 0) return 0;
    }
    if (*s) return 0;
    if (t->pm >= 0) {
        if (t->h < 1 || t->h > 12) return 0;
        t->h = t->h % 12 + 12 * t->pm;
    }
    return t->m >= 1 && t->m <= 12 && t->d >= 1 && t->d <= month_days(t->y, t->m) && t->h < 24 && t->min < 60 && t->s < 60;
}

static I seconds(Moment t) { return days(t.y, t.m, t.d) * 86400 + t.h * 3600 + t.min * 60 + t.s; }

static int shift(Moment *t, I n, S unit) {
    int u = *unit, need = u == 'd' || u == 'm' || u == 'E' || u == 'F' ? 7 : u == 'y' ? 1 : u == 'h' ? 8 : u == 'M' ? 24 : 0;
    if ((t->seen & need) != need || n > 10000000 || n < -10000000) return 0;
    if (u == 'm' || u == 'y') {
        I all_ = t->y * 12 + t->m - 1 + (u == 'y' ? 12 * n : n), most;
        t->y = fdiv(all_, 12);
        t->m = fmod_(all_, 12) + 1;
        most = month_days(t->y, t->m);
        if (t->d > most) t->d = most;
    } else if (u == 'E') t->d = month_days(t->y, t->m);
    else if (u == 'F') t->d = 1;
    else {
        Moment r = from_seconds(seconds(*t) + n * (u == 'd' ? 86400 : u == 'h' ? 3600 : u == 'M' ? 60 : 0));
        r.ms = t->ms;
        r.seen = t->seen;
        if ((u == 'h' || u == 'M') && !(t->seen & 7)) { r.y = t->y; r.m = t->m; r.d = t->d; }
        *t = r;
    }
    return 1;
}

static S write_date(Moment t, S f) {
    Buf o = {0};
    I z = days(t.y, t.m, t.d), weekday = fmod_(z + 3, 7), twelve = (t.h + 11) % 12 + 1, thursday = z + 3 - weekday;
    for (; *f; f++) {
        char b[48] = "";
        int need = 0;
        if (*f != '%') { putb(&o, *f); continue; }
#define P(bits, ...) need = bits; snprintf(b, sizeof b, __VA_ARGS__); break
        switch (*++f) {
        case 'Y': P(1, "%04lld", t.y);
        case 'y': P(1, "%02lld", fmod_(t.y, 100));
        case 'i': P(1, "%lld0s", t.y / 10);
        case 'm': P(2, "%02lld", t.m);
        case 'n': P(2, "%lld", t.m);
        case 'b': P(2, "%.3s", MONTHS[t.m - 1]);
        case 'B': P(2, "%s", MONTHS[t.m - 1]);
        case 'q': P(2, "%lld", (t.m + 2) / 3);
        case 'd': P(4, "%02lld", t.d);
        case 'j': P(4, "%lld", t.d);
        case 'o': P(4, "%s", ordinal(dec_text(t.d)));
        case 'a': P(7, "%.3s", DAYS[weekday]);
        case 'A': P(7, "%s", DAYS[weekday]);
        case 'u': P(7, "%lld", weekday + 1);
        case 'D': P(7, "%lld", z - days(t.y, 1, 1) + 1);
        case 'V': P(7, "%lld", (thursday - days(civil(thursday).y, 1, 1)) / 7 + 1);
        case 'H': P(8, "%02lld", t.h);
        case 'k': case 'e': P(8, "%lld", t.h);
        case 'I': P(8, "%02lld", twelve);
        case 'l': P(8, "%lld", twelve);
        case 'p': P(8, "%s", t.h < 12 ? "AM" : "PM");
        case 'P': P(8, "%s", t.h < 12 ? "am" : "pm");
        case 'M': P(16, "%02lld", t.min);
        case 'N': P(24, "%lld", t.h * 60 + t.min);
        case 'S': P(0, "%02lld", t.s);
        case 'f': P(0, "%03lld", t.ms);
        case 's': P(7, "%lld", seconds(t));
        case '%': P(0, "%%");
        default: return NULL;
        }
        if ((t.seen & need) != need) return NULL;
        puts_(&o, b);
    }
    return text(&o);
}

UNUSED S date(S s, S from, S to, I n, S unit) {
    Moment t;
    return s && parse(s, from, &t) && shift(&t, n, unit) ? write_date(t, to) : NULL;
}

UNUSED S span(S s, S f, S unit) {
    S m = s ? strchr(s, 037) : NULL;
    Moment a, b;
    if (!m || !parse(slice(s, 0, (size_t)(m - s)), f, &a) || !parse(m + 1, f, &b)) return NULL;
    I gap = seconds(b) - seconds(a), months = b.y * 12 + b.m - (a.y * 12 + a.m) - (b.d < a.d);
    switch (*unit) {
    case 'd': return dec_text(gap / 86400);
    case 'w': return dec_text(gap / 604800);
    case 'h': return dec_text(gap / 3600);
    case 'M': return dec_text(gap / 60);
    case 'S': return dec_text(gap);
    case 'm': return dec_text(months);
    case 'y': return dec_text(fdiv(months, 12));
    case 'Y': return dec_text(b.y - a.y);
    default: return NULL;
    }
}

/* A whole number as the standard parsers of integers read it. */
static int whole(S s, I *v) {
    int neg = *s == '-', n = 0;
    *v = 0;
    for (s += *s == '-' || *s == '+'; digit((unsigned char)*s); s++, n++) { if (n > 17) return 0; *v = *v * 10 + (*s - '0'); }
    if (neg) *v = -*v;
    return n > 0 && !*s;
}

UNUSED S clock_(S s, S how) {
    I n;
    char b[64];
    if (!s || !whole(s, &n) || n < 0 || n >= 1000000000) return NULL;
    I h = n / 3600, m = n / 60 % 60, x = n % 60, q = n / 60;
    if (!strcmp(how, "h:mm:ss")) snprintf(b, sizeof b, "%lld:%02lld:%02lld", h, m, x);
    else if (!strcmp(how, "hh:mm:ss")) snprintf(b, sizeof b, "%02lld:%02lld:%02lld", h, m, x);
    else if (!strcmp(how, "m:ss") || !strcmp(how, "h:mm")) snprintf(b, sizeof b, "%lld:%02lld", q, x);
    else if (!strcmp(how, "mm:ss") || !strcmp(how, "hh:mm")) snprintf(b, sizeof b, "%02lld:%02lld", q, x);
    else if (!strcmp(how, "hm")) snprintf(b, sizeof b, "%lldh %lldm", q, x);
    else if (!strcmp(how, "h m")) snprintf(b, sizeof b, "%lldh %02lldm", q, x);
    else if (!strcmp(how, "hm tight")) snprintf(b, sizeof b, "%lldh%lldm", q, x);
    else if (!strcmp(how, "ms")) snprintf(b, sizeof b, "%lldm %llds", q, x);
    else if (!strcmp(how, "hms")) snprintf(b, sizeof b, "%lldh %lldm %llds", h, m, x);
    else return NULL;
    return slice(b, 0, strlen(b));
}

static I unit_size(S w) {
    w = lower(w);
    if (find_word("h hr hrs hour hours", w) >= 0) return 3600;
    if (find_word("m min mins minute minutes", w) >= 0) return 60;
    if (find_word("s sec secs second seconds", w) >= 0) return 1;
    return find_word("d day days", w) >= 0 ? 86400 : -1;
}

UNUSED S unclock(S s, S unit) {
    I total = 0;
    if (!s) return NULL;
    if (strchr(s, ':')) {
        S t = trim(s);
        Rs p = parts(t, ":");
        for (int i = 0; i < p.n; i++) {
            I v;
            S x = slice(t, p.r[i].a, p.r[i].b);
            if (strlen(x) > 6 || *x == '-' || *x == '+' || !whole(x, &v)) return NULL;
            total = total * 60 + v;
        }
        return dec_text(total);
    }
    int seen = 0, l;
    Buf n = {0}, w = {0};
    for (S p = cat(2, s, " 0"); *p; p += l) {
        uint32_t c = read_at(p, &l);
        if (digit(c)) {
            if (w.n) {
                I v, size = unit_size(text(&w));
                if (size < 0 || !whole(text(&n), &v) || v >= 1000000000) return NULL;
                total += v * size;
                seen = 1;
                n = (Buf){0};
                w = (Buf){0};
            }
            putc_(&n, c);
        } else if (is_letter(c)) putc_(&w, c);
    }
    if (!seen || (*unit == 'm' && total % 60)) return NULL;
    return dec_text(*unit == 'm' ? total / 60 : total);
}

/* Ciphers and codes. */
UNUSED S tr(S s, S from, S to) {
    Buf o = {0};
    int l, m, k;
    if (!s) return NULL;
    for (; *s; s += l) {
        uint32_t c = read_at(s, &l);
        for (S f = from, t = to; *f && *t; f += m, t += k) {
            uint32_t a = read_at(f, &m), b = read_at(t, &k);
            if (a == c) { c = b; break; }
        }
        putc_(&o, c);
    }
    return text(&o);
}

static int latin(int c) { return (c | 32) >= 'a' && (c | 32) <= 'z' && !(c & 128); }
static int letter_of(int c) { return (c | 32) - 'a'; }
static void put_letter(Buf *o, I v, int like) { putb(o, (like & 32 ? 'a' : 'A') + (int)fmod_(v, 26)); }

UNUSED S vig(S s, S key, S how, I skip) {
    if (!s || !key) return NULL;
    size_t n = 0, i = 0, period;
    int *keys = get(sizeof(int) * (strlen(key) + strlen(s) + 1)), running = strstr(how, "auto") != NULL;
    Buf o = {0};
    for (; *key; key++) if (latin((unsigned char)*key)) keys[n++] = letter_of((unsigned char)*key);
    period = n;
    if (!n) return NULL;
    int plain = !strcmp(how, "auto") || !strcmp(how, "uncauto");
    for (; *s; s++) {
        int c = (unsigned char)*s;
        if (!latin(c)) {
            putb(&o, c);
            if ((c & 0xc0) != 0x80 && !skip) { i++; if (running) keys[n++] = 0; }
            continue;
        }
        if (running && i >= n) return NULL;
        int v = letter_of(c), k = running ? keys[i] : keys[i % period], r;
        if (!strcmp(how, "add") || !strcmp(how, "auto") || !strcmp(how, "cauto")) r = v + k;
        else if (!strcmp(how, "sub") || !strcmp(how, "unauto") || !strcmp(how, "uncauto")) r = v - k;
        else if (!strcmp(how, "beaufort")) r = k - v;
        else if (!strcmp(how, "porta")) r = v < 13 ? 13 + (v + k / 2) % 13 : (int)fmod_(v - 13 - k / 2, 13);
        else return NULL;
        if (running) keys[n++] = plain ? v : (int)fmod_(r, 26);
        put_letter(&o, r, c);
        i++;
    }
    return text(&o);
}

UNUSED S prog(S s, I start, I step, I skip) {
    I k = start;
    Buf o = {0};
    if (!s) return NULL;
    for (; *s; s++) {
        int c = (unsigned char)*s;
        if (latin(c)) { put_letter(&o, letter_of(c) + k, c); k += step; continue; }
        putb(&o, c);
        if ((c & 0xc0) == 0x80) continue;
        if (!skip) k += step;
        if (skip == 2) k = start;
    }
    return text(&o);
}

UNUSED S code(S s, S table, S sep, S word) {
    if (!s) return NULL;
    Table t = rows(table);
    Rs w = parts(s, " ");
    Buf o = {0};
    for (int i = 0; i < w.n; i++) {
        S x = slice(s, w.r[i].a, w.r[i].b);
        Rs g = clusters(x);
        if (i) puts_(&o, word);
        for (int j = 0; j < g.n; j++) {
            S c = slice(x, g.r[j].a, g.r[j].b), hit = NULL, up = upper(c);
            for (int k = 0; k < t.n && !hit; k++) if (!strcmp(t.k[k], c)) hit = t.v[k];
            for (int k = 0; k < t.n && !hit; k++) if (!strcmp(t.k[k], up)) hit = t.v[k];
            if (j) puts_(&o, sep);
            puts_(&o, hit ? hit : c);
        }
    }
    return text(&o);
}

static int decode_word(Buf *o, S w, Table t, S sep) {
    if (*sep) {
        Rs p = parts(w, sep);
        for (int i = 0; i < p.n; i++) {
            S c = slice(w, p.r[i].a, p.r[i].b), hit = NULL;
            if (!*c) continue;
            for (int k = 0; k < t.n && !hit; k++) if (!strcmp(t.v[k], c)) hit = t.k[k];
            if (!hit && clusters(c).n != 1) return 0;
            puts_(o, hit ? hit : c);
        }
        return 1;
    }
    while (*w) {
        int best = -1, l;
        for (int k = 0; k < t.n; k++)
            if (!strncmp(w, t.v[k], strlen(t.v[k])) && (best < 0 || strlen(t.v[k]) >= strlen(t.v[best]))) best = k;
        if (best >= 0 && *t.v[best]) { puts_(o, t.k[best]); w += strlen(t.v[best]); }
        else { putc_(o, read_at(w, &l)); w += l; }
    }
    return 1;
}

UNUSED S decode(S s, S table, S sep, S word) {
    if (!s) return NULL;
    Table t = rows(table);
    Buf o = {0};
    if (!*word || !strcmp(word, sep)) return decode_word(&o, s, t, sep) ? text(&o) : NULL;
    Rs p = parts(s, word);
    for (int i = 0; i < p.n; i++) {
        if (i) putb(&o, ' ');
        if (!decode_word(&o, slice(s, p.r[i].a, p.r[i].b), t, sep)) return NULL;
    }
    return text(&o);
}

UNUSED S bytes(S s, I b, I width, S sep, I capitals) {
    Buf o = {0};
    int l = 1, start = 1;
    if (!s) return NULL;
    for (; *s; s += l) {
        uint32_t v = b == 10 ? read_at(s, &l) : (unsigned char)*s;
        S t = base(dec_text(v), 10, b, width);
        if (!t) return NULL;
        if (!start) puts_(&o, sep);
        start = 0;
        puts_(&o, capitals ? upper(t) : t);
    }
    return text(&o);
}

static int valid(S s) {
    while (*s) {
        int n;
        unsigned char c = (unsigned char)*s;
        if (c >= 0x80 && (c < 0xc2 || c > 0xf4)) return 0;
        n = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
        for (int i = 1; i < n; i++) if ((s[i] & 0xc0) != 0x80) return 0;
        int l;
        uint32_t v = read_at(s, &l);
        if ((n == 3 && (v < 0x800 || (v >= 0xd800 && v < 0xe000))) || (n == 4 && (v < 0x10000 || v > 0x10ffff))) return 0;
        s += n;
    }
    return 1;
}

static S checked(Buf *o) { S t = text(o); return strlen(t) == o->n && valid(t) ? t : NULL; }

UNUSED S unbytes(S s, I b, I width, S sep) {
    Buf o = {0};
    if (!s) return NULL;
    Rs p = {0};
    if (*sep) p = parts(s, sep);
    else {
        Rs g = clusters(s);
        I w = bounded(width, 1, 64);
        for (int i = 0; i < g.n; i++) { if (i % w) p.r[p.n - 1].b = g.r[i].b; else add(&p, g.r[i].a, g.r[i].b); }
    }
    for (int i = 0; i < p.n; i++) {
        S x = slice(s, p.r[i].a, p.r[i].b);
        uint64_t v = 0;
        x += *x == '+';
        if (!*x) return NULL;
        for (; *x; x++) {
            int d = digit_value((unsigned char)*x);
            if (d >= b) return NULL;
            v = v * (uint64_t)b + (uint64_t)d;
            if (v > 0xffffffffu) return NULL;
        }
        if (b == 10) { if (v > 0x10ffff || (v >= 0xd800 && v < 0xe000) || !v) return NULL; putc_(&o, (uint32_t)v); }
        else { if (v > 255 || !v) return NULL; putb(&o, (int)v); }
    }
    return checked(&o);
}

static const S B64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const S B32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

UNUSED S b64(S s, I bits, I pad) {
    S a = bits == 5 ? B32 : B64;
    size_t block = bits == 5 ? 8 : 4;
    int w = bits == 5 ? 5 : 6, n = 0;
    uint32_t acc = 0;
    Buf o = {0};
    if (!s) return NULL;
    for (; *s; s++) {
        acc = (acc << 8 | (unsigned char)*s) & 0xffff;
        for (n += 8; n >= w;) { n -= w; putb(&o, a[acc >> n & ((1u << w) - 1)]); }
    }
    if (n) putb(&o, a[acc << (w - n) & ((1u << w) - 1)]);
    while (pad && o.n % block) putb(&o, '=');
    return text(&o);
}

UNUSED S unb64(S s, I bits) {
    S a = bits == 5 ? B32 : B64;
    int w = bits == 5 ? 5 : 6, n = 0;
    uint32_t acc = 0;
    Buf o = {0};
    if (!s) return NULL;
    for (s = strip_ends(s, "=", 0, 1); *s; s++) {
        S at = strchr(a, *s);
        if (!at) return NULL;
        acc = (acc << w | (uint32_t)(at - a)) & 0xffff;
        n += w;
        if (n >= 8) { n -= 8; putb(&o, (int)(acc >> n & 255)); }
    }
    return checked(&o);
}

UNUSED S url(S s, I plus, S keep) {
    Buf o = {0};
    if (!s) return NULL;
    for (; *s; s++) {
        int c = (unsigned char)*s;
        char b[8];
        if (c < 128 && (latin(c) || digit((uint32_t)c) || strchr("-_.~", c) || strchr(keep, c))) putb(&o, c);
        else if (c == ' ' && plus) putb(&o, '+');
        else { snprintf(b, sizeof b, "%%%02X", c); puts_(&o, b); }
    }
    return text(&o);
}

UNUSED S unurl(S s, I plus) {
    Buf o = {0};
    if (!s) return NULL;
    for (; *s; s++) {
        if (*s != '%') { putb(&o, *s == '+' && plus ? ' ' : *s); continue; }
        int a = digit_value((unsigned char)s[1]), b = s[1] ? digit_value((unsigned char)s[2]) : 99;
        if (a > 15 || b > 15 || !(a | b)) return NULL;
        putb(&o, a << 4 | b);
        s += 2;
    }
    return checked(&o);
}

static const S HTML[][2] = {{"&", "&amp;"}, {"<", "&lt;"}, {">", "&gt;"}, {"\"", "&quot;"}, {"'", "&#39;"}};
UNUSED S html(S s) { for (int i = 0; i < 5; i++) s = replace(s, HTML[i][0], HTML[i][1]); return s; }
UNUSED S unhtml(S s) { for (int i = 5; i-- > 0;) s = replace(s, HTML[i][1], HTML[i][0]); return s; }

/* The order in which places are read: by rails, or by columns. */
static int *rails(int n, I k) {
    I p = 2 * k - 2 > 1 ? 2 * k - 2 : 1;
    int *o = get(sizeof(int) * (size_t)(n + 1)), m = 0;
    for (I r = 0; r <= p; r++)
        for (int i = 0; i < n; i++) { I x = i % p, y = p - x; if ((x < y ? x : y) == r) o[m++] = i; }
    return o;
}

static int *columns(int n, S key) {
    Rs k = {0};
    int l, m = 0, *o = get(sizeof(int) * (size_t)(n + 1));
    for (size_t i = 0; key[i]; i += (size_t)l) { read_at(key + i, &l); add(&k, i, i + (size_t)l); }
    char *used = get((size_t)k.n + 1);
    for (int r = 0; r < k.n; r++) {
        int best = -1;
        for (int c = 0; c < k.n; c++)
            if (!used[c] && (best < 0 || first(key + k.r[c].a) < first(key + k.r[best].a))) best = c;
        used[best] = 1;
        for (int i = best; i < n; i += k.n) o[m++] = i;
    }
    return o;
}

static S gather(S s, int *o, int back) {
    Rs g = clusters(s), t = {0};
    Buf b = {0};
    for (int i = 0; i < g.n; i++) add(&t, 0, 0);
    for (int i = 0; i < g.n; i++) { if (back) t.r[o[i]] = g.r[i]; else t.r[i] = g.r[o[i]]; }
    for (int i = 0; i < g.n; i++) put(&b, s + t.r[i].a, t.r[i].b - t.r[i].a);
    return text(&b);
}

UNUSED S rail(S s, I n) { return s ? gather(s, rails(clusters(s).n, bounded(n, 1, 1000)), 0) : NULL; }
UNUSED S unrail(S s, I n) { return s ? gather(s, rails(clusters(s).n, bounded(n, 1, 1000)), 1) : NULL; }

static int code_points(S s) { int n = 0; for (; *s; s++) n += (*s & 0xc0) != 0x80; return n; }

UNUSED S columnar(S s, S key, S pad) {
    if (!s || !key || !*key) return NULL;
    int k = code_points(key), n = clusters(s).n;
    S full = cat(2, s, *pad ? repeat(pad, (k - n % k) % k, "") : "");
    return gather(full, columns(clusters(full).n, key), 0);
}

UNUSED S uncolumnar(S s, S key, S pad) {
    if (!s || !key || !*key) return NULL;
    S t = gather(s, columns(clusters(s).n, key), 1);
    size_t n = strlen(t), m = strlen(pad);
    while (m && n >= m && !strncmp(t + n - m, pad, m)) n -= m;
    return slice(t, 0, n);
}

UNUSED S chunkrev(S s, I n) {
    if (!s) return NULL;
    Rs g = clusters(s);
    int *o = get(sizeof(int) * (size_t)(g.n + 1));
    n = bounded(n, 1, 1000);
    for (I a = 0; a < g.n; a += n) {
        I e = a + n < g.n ? a + n : g.n;
        for (I i = a; i < e; i++) o[i] = (int)(a + e - 1 - i);
    }
    return gather(s, o, 0);
}

UNUSED S rotate(S s, I k) {
    if (!s) return NULL;
    Rs g = clusters(s);
    int *o = get(sizeof(int) * (size_t)(g.n + 1));
    for (int i = 0; i < g.n; i++) o[i] = (int)fmod_(i + k, g.n);
    return gather(s, o, 0);
}

static S pig_word(S w, S vow, S tail, I one) {
    size_t n = strlen(w), at = 0;
    int l;
    while (n) {
        size_t p = n - 1;
        while (p && (w[p] & 0xc0) == 0x80) p--;
        if (is_letter(read_at(w + p, &l))) break;
        n = p;
    }
    S letters = slice(w, 0, n), rest = w + n, lw = lower(letters);
    if (!*lw) return w;
    int i = 0, start = -1;
    for (; lw[at]; at += (size_t)l, i++) {
        uint32_t c = read_at(lw + at, &l);
        if ((c < 128 && strchr("aeiou", (int)c)) || (c == 'y' && i > 0)) { start = i; break; }
    }
    if (start < 0) return cat(3, letters, tail, rest);
    Rs g = {0};
    for (size_t p = 0; lw[p]; p += (size_t)l) { read_at(lw + p, &l); add(&g, p, p + (size_t)l); }
    int cut_ = one && start > 1 ? 1 : start;
    if (!one && cut_ > 0 && lw[g.r[cut_ - 1].a] == 'q' && lw[g.r[cut_].a] == 'u') cut_++;
    if (!cut_) return cat(3, letters, vow, rest);
    size_t b = cut_ < g.n ? g.r[cut_].a : strlen(lw);
    S moved = cat(3, lw + b, slice(lw, 0, b), tail);
    return cat(2, is_upper(first(letters)) ? capfirst(moved) : moved, rest);
}

UNUSED S pig(S s, S vow, S tail, I one) {
    if (!s) return NULL;
    Rs p = parts(s, " ");
    Buf o = {0};
    for (int i = 0; i < p.n; i++) { if (i) putb(&o, ' '); puts_(&o, pig_word(slice(s, p.r[i].a, p.r[i].b), vow, tail, one)); }
    return text(&o);
}

static int same(S s, R a, R b) { return a.b - a.a == b.b - b.a && !memcmp(s + a.a, s + b.a, a.b - a.a); }

UNUSED S runs(S s, S how) {
    if (!s) return NULL;
    Rs g = clusters(s);
    Buf o = {0};
    int skip1 = !strcmp(how, "nc1") || !strcmp(how, "cn1"), once = !strcmp(how, "once");
    for (int i = 0, n; i < g.n; i += n) {
        for (n = 1; i + n < g.n && same(s, g.r[i + n], g.r[i]);) n++;
        int bare = once || (skip1 && n == 1);
        if (!bare && how[0] == 'n') puts_(&o, dec_text(n));
        put(&o, s + g.r[i].a, g.r[i].b - g.r[i].a);
        if (!bare && how[0] == 'c') puts_(&o, dec_text(n));
    }
    return text(&o);
}

UNUSED S unruns(S s, S how) {
    if (!s) return NULL;
    Rs g = clusters(s);
    Buf o = {0};
    int lead = !strcmp(how, "nc");
    for (int i = 0; i < g.n;) {
        int c = i++;
        I n = 0;
        int d = lead ? c : i, from = d;
        while (d < g.n && digit((unsigned char)s[g.r[d].a]) && g.r[d].b - g.r[d].a == 1) { n = n * 10 + (s[g.r[d++].a] - '0'); if (n > 1000) return NULL; }
        if (d == from) n = 1;
        if (lead) { if (d >= g.n) return NULL; c = d; i = d + 1; } else i = d;
        while (n-- > 0) put(&o, s + g.r[c].a, g.r[c].b - g.r[c].a);
    }
    return text(&o);
}

UNUSED S hill(S s, S matrix) {
    I a, b, c, d;
    Buf v = {0}, o = {0};
    if (!s || sscanf(matrix, "%lld %lld %lld %lld", &a, &b, &c, &d) != 4) return NULL;
    for (; *s; s++) if (latin((unsigned char)*s)) putb(&v, 'a' + letter_of((unsigned char)*s));
    if (v.n % 2) putb(&v, 'x');
    for (size_t i = 0; i + 1 < v.n; i += 2) {
        I p = v.p[i] - 'a', q = v.p[i + 1] - 'a';
        put_letter(&o, a * p + b * q, 'A');
        put_letter(&o, c * p + d * q, 'A');
    }
    return text(&o);
}

UNUSED S every(S s, I n, I start) {
    if (!s || n < 1 || start < 0) return NULL;
    Rs g = clusters(s);
    Buf o = {0};
    for (I i = start; i < g.n; i += n) put(&o, s + g.r[i].a, g.r[i].b - g.r[i].a);
    return text(&o);
}

UNUSED S mirror(S s, S k) {
    if (!s) return NULL;
    Rs g = clusters(s);
    Buf o = {0};
    int j = g.n;
    for (int i = 0; i < g.n; i++) {
        R r = g.r[i];
        if (in_class(first(s + r.a), k)) {
            do j--; while (j > 0 && !in_class(first(s + g.r[j].a), k));
            r = g.r[j];
        }
        put(&o, s + r.a, r.b - r.a);
    }
    return text(&o);
}

UNUSED S halves(S s, S how) {
    if (!s) return NULL;
    int n = clusters(s).n, up = (n + 1) / 2;
    int a = !strcmp(how, "first") ? up : n / 2, b = !strcmp(how, "second") ? n / 2 : up;
    return cat(3, cut(s, NULL, b, 0, NULL, -1, 0), cut(s, NULL, a, 0, NULL, b, 0), cut(s, NULL, 0, 0, NULL, a, 0));
}

static int unhex(S s, Buf *o) {
    for (; *s; s += 2) {
        int a = digit_value((unsigned char)s[0]), b = s[1] ? digit_value((unsigned char)s[1]) : 99;
        if (a > 15 || b > 15) return 0;
        putb(o, a << 4 | b);
    }
    return 1;
}

UNUSED S xor(S s, S key) {
    Buf k = {0}, o = {0};
    if (!s || !unhex(key, &k) || !k.n) return NULL;
    for (size_t i = 0; s[i]; i++) {
        char b[4];
        snprintf(b, sizeof b, "%02x", ((unsigned char)s[i] ^ (unsigned char)k.p[i % k.n]) & 255);
        puts_(&o, b);
    }
    return text(&o);
}

UNUSED S unxor(S s, S key) {
    Buf k = {0}, v = {0}, o = {0};
    if (!s || !unhex(key, &k) || !k.n || !unhex(s, &v)) return NULL;
    for (size_t i = 0; i < v.n; i++) putb(&o, (unsigned char)v.p[i] ^ (unsigned char)k.p[i % k.n]);
    return checked(&o);
}

UNUSED S two(S s, S how) {
    if (!s) return NULL;
    Rs p = parts(s, "\037");
    if (p.n < 2) return NULL;
    S a = slice(s, p.r[0].a, p.r[0].b), b = slice(s, p.r[1].a, p.r[1].b), hit = strstr(a, b);
    I n = 0, len_ = clusters(a).n;
    S textual[] = {"vig", "unvig", "beaufort", "columnar", "uncolumnar", "remove", "replace", "count", "after", "before", "prefix", "contains"};
    int is_text = 0;
    for (size_t i = 0; i < sizeof textual / sizeof *textual; i++) is_text |= !strcmp(how, textual[i]);
    if (!is_text && (!whole(trim(b), &n) || n > 1000 || n < -1000)) return NULL;
#define IS(x) if (!strcmp(how, x))
#define PART(i, j) cut(a, NULL, bounded(i, 0, len_), 0, NULL, bounded(j, 0, len_), 0)
    IS("shift") return prog(a, n, 0, 1);
    IS("unshift") return prog(a, -n, 0, 1);
    IS("rail") return rail(a, n);
    IS("unrail") return unrail(a, n);
    IS("repeat") return repeat(a, n, "");
    IS("rotate") return rotate(a, n);
    IS("unrotate") return rotate(a, -n);
    IS("left") return PART(0, n);
    IS("right") return PART(len_ - n, len_);
    IS("drop") return PART(n, len_);
    IS("char") { S c = PART(n - 1, n); return c && *c ? c : NULL; }
    IS("word") return n > 0 ? fields(a, "\\s", n - 1, n - 1) : NULL;
    IS("pad") return padl(a, n, "0");
    IS("vig") return vig(a, b, "add", 1);
    IS("unvig") return vig(a, b, "sub", 1);
    IS("beaufort") return vig(a, b, "beaufort", 1);
    IS("columnar") return columnar(a, b, "");
    IS("uncolumnar") return uncolumnar(a, b, "");
    IS("remove") return replace(a, b, "");
    IS("replace") return p.n > 2 ? replace(a, b, slice(s, p.r[2].a, p.r[2].b)) : NULL;
    IS("count") return *b ? dec_text(literals(a, b).n) : NULL;
    IS("after") return hit ? hit + strlen(b) : NULL;
    IS("before") return hit ? slice(a, 0, (size_t)(hit - a)) : NULL;
    IS("prefix") return hit == a ? a + strlen(b) : NULL;
    IS("contains") return hit ? "true" : "false";
    return NULL;
}

/* Rows: one a line, inputs divided by tabs; \t \n \r \\ are escapes; undefined is \N. */
static S unescape(S s, size_t n) {
    Buf o = {0};
    for (size_t i = 0; i < n; i++) {
        char c = s[i];
        if (c == '\\' && i + 1 < n) { c = s[++i]; c = c == 't' ? '\t' : c == 'n' ? '\n' : c == 'r' ? '\r' : c; }
        put(&o, &c, 1);
    }
    return text(&o);
}

static int rows_of(Body f) {
    char *line = NULL;
    size_t cap_ = 0;
    ssize_t n;
    while ((n = getline(&line, &cap_, stdin)) >= 0) {
        if (n && line[n - 1] == '\n') n--;
        const S *in;
        S x[64];
        int k = 0;
        size_t a = 0;
        for (size_t i = 0; i <= (size_t)n; i++)
            if ((i == (size_t)n || line[i] == '\t') && k < 64) { x[k++] = unescape(line + a, i - a); a = i + 1; }
        in = x;
        S out = f(in, k);
        if (!out) fputs("\\N", stdout);
        for (; out && *out; out++) {
            if (*out == '\\') fputs("\\\\", stdout);
            else if (*out == '\t') fputs("\\t", stdout);
            else if (*out == '\n') fputs("\\n", stdout);
            else if (*out == '\r') fputs("\\r", stdout);
            else putchar(*out);
        }
        putchar('\n');
        clear();
    }
    free(line);
    return 0;
}

static S input(const S *in, int n, int i) { return i < n ? in[i] : NULL; }
