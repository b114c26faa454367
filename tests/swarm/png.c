/* A reader of PNG files' chunks: checks the signature, lengths, types and checksums, reads the header,
   and prints what it found. Exit status: 0 if the file is whole, else where it failed.

   A palette longer than 256 entries is written past its array on purpose: fuzzers shall find that.

   aarch64-linux-gnu-gcc -O2 -static -nostdlib -ffreestanding -fno-tree-loop-distribute-patterns png.c */

#include "tiny.h"

enum { MOST = 1 << 16 };

static byte file[MOST];
static unsigned table[256];
static struct { byte colours[256][3]; word *last; } palette;
static word last;

static unsigned big(const byte *p) {
    return (unsigned)p[0] << 24 | (unsigned)p[1] << 16 | (unsigned)p[2] << 8 | p[3];
}

static unsigned check(const byte *p, word n) {
    unsigned c = ~0u;
    while (n--) c = table[(c ^ *p++) & 255] ^ c >> 8;
    return ~c;
}

static int is(const byte *p, const char *type) {
    return p[0] == (byte)type[0] && p[1] == (byte)type[1] && p[2] == (byte)type[2] && p[3] == (byte)type[3];
}

static int header(const byte *p, unsigned n) {
    if (n != 13) return 3;
    put_number("width ", big(p));
    put_number("height ", big(p + 4));
    put_number("depth ", p[8]);
    put_number("colour ", p[9]);
    if (big(p) == 0 || big(p + 4) == 0) return 4;
    switch (p[9]) {
    case 0: return p[8] && p[8] <= 16 && !(p[8] & (p[8] - 1)) ? 0 : 5;
    case 3: return p[8] && p[8] <= 8 && !(p[8] & (p[8] - 1)) ? 0 : 5;
    case 2: case 4: case 6: return p[8] == 8 || p[8] == 16 ? 0 : 5;
    default: return 6;
    }
}

static int run(void) {
    static const byte signature[8] = {137, 'P', 'N', 'G', 13, 10, 26, 10};
    for (unsigned n = 0; n < 256; n++) {
        unsigned c = n;
        for (int k = 0; k < 8; k++) c = c & 1 ? 0xedb88320u ^ c >> 1 : c >> 1;
        table[n] = c;
    }
    palette.last = &last;
    word size = read_all(file, MOST), at = 8, chunks = 0, data = 0;
    if (size < 8) return 1;
    for (int n = 0; n < 8; n++) if (file[n] != signature[n]) return 2;
    while (at + 12 <= size) {
        unsigned n = big(file + at);
        const byte *type = file + at + 4;
        if (n > size || at + 12 + n > size) return 7;
        chunks++;
        if (check(type, n + 4) != big(type + 4 + n)) {
            put_number("wrong checksum in chunk ", chunks);
            if (!is(type, "PLTE")) return 8;
        }
        if (chunks == 1 && !is(type, "IHDR")) return 9;
        if (is(type, "IHDR")) {
            int wrong = header(type + 4, n);
            if (wrong) return wrong;
        } else if (is(type, "PLTE")) {
            if (n % 3) return 10;
            for (unsigned i = 0; i < n; i++) ((volatile byte *)palette.colours)[i] = type[4 + i];
            *palette.last = n / 3;
        } else if (is(type, "IDAT")) {
            data += n;
        } else if (is(type, "IEND")) {
            put_number("chunks ", chunks);
            put_number("data ", data);
            put_number("colours ", last);
            return at + 12 == size ? 0 : 11;
        } else if (!(type[0] & 32)) {
            return 12;
        }
        at += 12 + n;
    }
    return 13;
}
