// helper floor_div:
static integer floor_div(integer a, integer b)
{
    return a / b - (a % b != 0 && (a < 0) != (b < 0));
}

// helper floor_mod:
static integer floor_mod(integer a, integer b)
{
    return a % b + (a % b != 0 && (a < 0) != (b < 0) ? b : 0);
}

// helper magnitude:
static integer magnitude(integer a)
{
    return a < 0 ? -a : a;
}

// helper min:
static integer min(integer a, integer b)
{
    return a < b ? a : b;
}

// helper max:
static integer max(integer a, integer b)
{
    return a < b ? b : a;
}

// helper power:
static integer power(integer a, integer b)
{
    integer p = 1;
    for (; b > 0; b--)
        p *= a;
    return p;
}

// helper gcd: magnitude
static integer gcd(integer a, integer b)
{
    while (b != 0) {
        integer r = a % b;
        a = b;
        b = r;
    }
    return magnitude(a);
}

// helper lcm: gcd magnitude
static integer lcm(integer a, integer b)
{
    return a == 0 || b == 0 ? 0 : magnitude(a / gcd(a, b) * b);
}

// helper isqrt:
static integer isqrt(integer a)
{
    integer low = 0, high = a;
    while (low < high) {
        integer middle = low + (high - low + 1) / 2;
        if (middle <= a / middle)
            low = middle;
        else
            high = middle - 1;
    }
    return low;
}

// helper bit_length:
static integer bit_length(integer a)
{
    integer n = 0;
    for (; a != 0; a /= 2)
        n++;
    return n;
}

// helper shift_left:
static integer shift_left(integer a, integer b)
{
    for (; b > 0; b--)
        a *= 2;
    return a;
}

// helper shift_right:
static integer shift_right(integer a, integer b)
{
    return a >> (b < (integer)(8 * sizeof a) ? b : (integer)(8 * sizeof a - 1));
}

// helper popcount: magnitude
static integer popcount(integer a)
{
    integer n = 0;
    for (a = magnitude(a); a != 0; a /= 2)
        n += a % 2;
    return n;
}

// helper umin:
static uint64_t umin(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

// helper umax:
static uint64_t umax(uint64_t a, uint64_t b)
{
    return a < b ? b : a;
}

// helper udiv:
static uint64_t udiv(uint64_t a, uint64_t b)
{
    return b ? a / b : 0;
}

// helper umod:
static uint64_t umod(uint64_t a, uint64_t b)
{
    return b ? a % b : a;
}

// helper sdiv:
static uint64_t sdiv(uint64_t a, uint64_t b)
{
    uint64_t p = (int64_t)a < 0 ? -a : a, q = (int64_t)b < 0 ? -b : b;
    uint64_t r = q ? p / q : 0;
    return ((int64_t)(a ^ b) < 0) ? -r : r;
}

// helper srem: sdiv
static uint64_t srem(uint64_t a, uint64_t b)
{
    return a - b * sdiv(a, b);
}

// helper sar:
static uint64_t sar(uint64_t a, uint64_t b)
{
    return (int64_t)a < 0 ? ~(~a >> (b & 63)) : a >> (b & 63);
}

// helper rol:
static uint64_t rol(uint64_t a, uint64_t b)
{
    return a << (b & 63) | a >> (-b & 63);
}

// helper ror:
static uint64_t ror(uint64_t a, uint64_t b)
{
    return a >> (b & 63) | a << (-b & 63);
}

// helper smin:
static uint64_t smin(uint64_t a, uint64_t b)
{
    return (int64_t)a < (int64_t)b ? a : b;
}

// helper smax:
static uint64_t smax(uint64_t a, uint64_t b)
{
    return (int64_t)a < (int64_t)b ? b : a;
}

// helper umulh:
static uint64_t umulh(uint64_t a, uint64_t b)
{
    return (uint64_t)((unsigned __int128)a * b >> 64);
}

// helper smulh:
static uint64_t smulh(uint64_t a, uint64_t b)
{
    return (uint64_t)((__int128)(int64_t)a * (int64_t)b >> 64);
}

// helper popcount64:
static uint64_t popcount64(uint64_t a)
{
    uint64_t n = 0;
    for (; a != 0; a &= a - 1)
        n++;
    return n;
}

// helper clz:
static uint64_t clz(uint64_t a)
{
    return a ? (uint64_t)__builtin_clzll(a) : 64;
}

// helper ctz:
static uint64_t ctz(uint64_t a)
{
    return a ? (uint64_t)__builtin_ctzll(a) : 64;
}

// helper rbit:
static uint64_t rbit(uint64_t a)
{
    uint64_t r = 0;
    for (int n = 0; n < 64; n++)
        r |= (a >> n & 1) << (63 - n);
    return r;
}

// helper new_list:
static list new_list(void)
{
    return (list){0, 0, 0};
}

// helper push: new_list
static void push(list *l, integer v)
{
    if (l->len == l->room) {
        l->room = l->room ? 2 * l->room : 8;
        l->at = realloc(l->at, l->room * sizeof *l->at);
        if (!l->at)
            abort();
    }
    l->at[l->len++] = v;
}

// helper single: push
static list single(integer v)
{
    list r = new_list();
    push(&r, v);
    return r;
}

// helper range: push
static list range(integer from, integer to)
{
    list r = new_list();
    for (; from < to; from++)
        push(&r, from);
    return r;
}

// helper slice: push
static list slice(list l, integer from, integer to)
{
    list r = new_list();
    for (integer n = from < 0 ? 0 : from; n < to && n < (integer)l.len; n++)
        push(&r, l.at[n]);
    return r;
}

// helper concat: push
static list concat(list a, list b)
{
    list r = new_list();
    for (size_t n = 0; n < a.len; n++)
        push(&r, a.at[n]);
    for (size_t n = 0; n < b.len; n++)
        push(&r, b.at[n]);
    return r;
}

// helper reverse: push
static list reverse(list l)
{
    list r = new_list();
    for (size_t n = l.len; n > 0; n--)
        push(&r, l.at[n - 1]);
    return r;
}

// helper compare:
static int compare(const void *a, const void *b)
{
    integer x = *(const integer *)a, y = *(const integer *)b;
    return (x > y) - (x < y);
}

// helper sorted: compare slice
static list sorted(list l)
{
    list r = slice(l, 0, (integer)l.len);
    if (r.len)
        qsort(r.at, r.len, sizeof *r.at, compare);
    return r;
}

// helper find:
static integer find(list l, integer v)
{
    for (size_t n = 0; n < l.len; n++)
        if (l.at[n] == v)
            return (integer)n;
    return -1;
}

// helper unique: push find
static list unique(list l)
{
    list r = new_list();
    for (size_t n = 0; n < l.len; n++)
        if (find(r, l.at[n]) < 0)
            push(&r, l.at[n]);
    return r;
}

// helper sum:
static integer sum(list l)
{
    integer s = 0;
    for (size_t n = 0; n < l.len; n++)
        s += l.at[n];
    return s;
}

// helper product:
static integer product(list l)
{
    integer p = 1;
    for (size_t n = 0; n < l.len; n++)
        p *= l.at[n];
    return p;
}

// helper at:
static integer at(list l, integer n)
{
    if (n < 0 || n >= (integer)l.len)
        abort(); // an element outside the list
    return l.at[n];
}

// helper maximum: at
static integer maximum(list l)
{
    integer m = at(l, 0);
    for (size_t n = 1; n < l.len; n++)
        m = l.at[n] > m ? l.at[n] : m;
    return m;
}

// helper minimum: at
static integer minimum(list l)
{
    integer m = at(l, 0);
    for (size_t n = 1; n < l.len; n++)
        m = l.at[n] < m ? l.at[n] : m;
    return m;
}
