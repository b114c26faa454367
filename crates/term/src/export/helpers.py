# helper M:
M = (1 << 64) - 1

# helper signed:
def signed(a, bits=64):
    a &= (1 << bits) - 1
    return a - (1 << bits) if a >> (bits - 1) else a

# helper quot:
def quot(a, b):
    return abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)

# helper rem: quot
def rem(a, b):
    return a - b * quot(a, b)

# helper sign:
def sign(a):
    return (a > 0) - (a < 0)

# helper popcount:
def popcount(a):
    return bin(abs(a)).count("1")

# helper udiv:
def udiv(a, b):
    return a // b if b else 0

# helper umod:
def umod(a, b):
    return a % b if b else a

# helper sdiv: M signed
def sdiv(a, b):
    a, b = signed(a), signed(b)
    return (abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)) & M if b else 0

# helper srem: M sdiv
def srem(a, b):
    return (a - b * sdiv(a, b)) & M

# helper sar: M signed
def sar(a, b):
    return (signed(a) >> (b & 63)) & M

# helper rol: M
def rol(a, b):
    b &= 63
    return (a << b | a >> (64 - b)) & M

# helper ror: rol
def ror(a, b):
    return rol(a, -b)

# helper clz:
def clz(a):
    return 64 - a.bit_length()

# helper ctz:
def ctz(a):
    return (a & -a).bit_length() - 1 if a else 64

# helper bswap:
def bswap(a):
    return int.from_bytes(a.to_bytes(8, "little"), "big")

# helper rbit:
def rbit(a):
    return int(format(a, "064b")[::-1], 2)

# helper unique:
def unique(xs):
    return list(dict.fromkeys(xs))

# helper find:
def find(xs, x):
    return xs.index(x) if x in xs else -1

# helper at:
def at(xs, n):
    if n < 0:
        raise IndexError(n)
    return xs[n]
