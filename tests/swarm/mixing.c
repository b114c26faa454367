/* Numbers: starts from its input and mixes 32-bit words ROUNDS times, with a decision in each round that
   the numbers take. Exit status 0; prints what is left.

   aarch64-linux-gnu-gcc -O2 -static -nostdlib -ffreestanding mixing.c */

#include "tiny.h"

#ifndef ROUNDS
#define ROUNDS 20000
#endif

static byte input[4096];

static int run(void) {
    word length = read_all(input, sizeof input);
    unsigned a = 2166136261u, b = 0x9e3779b9u;
    for (word n = 0; n < length; n++) a = (a ^ input[n]) * 16777619u;
    for (unsigned n = 0; n < ROUNDS; n++) {
        a ^= a << 13;
        a ^= a >> 17;
        a ^= a << 5;
        if (a & 1) b += a ^ n;
        else b = (b << 7 | b >> 25) - a;
    }
    put_number("a ", a);
    put_number("b ", b);
    return 0;
}
