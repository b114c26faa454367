/* Does what its input says, byte by byte, which it reads one after the other: mostly system calls, which are
   counted in instructions as anything else. Exit status: how many bytes it has read.

   aarch64-linux-gnu-gcc -O2 -static -nostdlib -ffreestanding -fno-tree-loop-distribute-patterns calls.c */

#include "tiny.h"

enum { PAGE = 4096, LONG = 600 };

static byte large[LONG];
static word heap;

static long call1(long number, long a) { return call3(number, a, 0, 0); }

/* A break that goes down and up again leaves zeroes behind. What is read is read from memory, so that
   translations of addresses that are out of date show. */
static void move_break(void) {
    if (!heap) heap = (word)call1(214, 0);
    word end = (word)call1(214, (long)(heap + 3 * PAGE));
    volatile byte *at = (volatile byte *)(end - PAGE - 8);
    put_number("before ", *at);
    for (int n = 0; n < 16; n++) at[n] = (byte)(n + 1);
    put_number("written ", (word)at[0] + at[15]);
    call1(214, (long)heap);
    call1(214, (long)(heap + 3 * PAGE));
    put_number("after ", (word)at[0] + at[15]);
    at[1] = 7;
    put_number("written again ", (word)at[0] + at[1]);
}

static void tell_time(long clock) {
    word now[2] = {0, 0};
    put_number("clock ", (word)-call3(113, clock, (long)now, 0));
    put_number("seconds ", now[0]);
    put_number("nanoseconds ", now[1]);
}

/* Counts how often an exclusive store fails: whenever a turn of the scheduler has ended since the load. */
static void exclusive(void) {
    word cell = 0, tries = 0;
    for (int n = 0; n < 30; n++) {
        word value, failed, left = 4;
        do {
            tries++;
            __asm__ volatile("ldxr %0, [%1]" : "=&r"(value) : "r"(&cell) : "memory");
            if (value & 1) value += 2; else __asm__ volatile("b 1f\n1: eor %0, %0, #1" : "+r"(value));
            __asm__ volatile("stxr %w0, %1, [%2]" : "=&r"(failed) : "r"(value), "r"(&cell) : "memory");
        } while ((failed & 1) && left--);
    }
    put_number("cell ", cell);
    put_number("tries ", tries);
}

static void work(word rounds) {
    word sum = rounds;
    while (rounds--) sum = sum * 31 + rounds;
    put_number("sum ", sum);
}

static int run(void) {
    byte what;
    int bytes = 0;
    while (call3(63, 0, (long)&what, 1) == 1) {
        bytes++;
        switch (what) {
        case 'b': move_break(); break;
        case 'c': tell_time(0); break;
        case 'm': tell_time(1); break;
        case 'C': tell_time(99); break;
        case 'e': call3(64, 2, (long)"error\n", 6); break;
        case 'k': exclusive(); break;
        case 'l': call3(64, 1, (long)large, LONG); break;
        case 'n': call3(64, 1, (long)large, 0); break;
        case 'p': put_number("process ", (word)call1(172, 0)); break;
        case 'u': put_number("unknown ", (word)-call1(1000, 0)); break;
        case 'f': put_number("no file ", (word)-call3(64, 9, (long)large, 1)); break;
        case 'a': put_number("no address ", (word)-call3(64, 1, PAGE, 4)); break;
        case 'A': put_number("no address ", (word)-call3(63, 0, PAGE, 4)); break;
        case 'w': work(1000); break;
        case 'x': call1(93, 3); break;
        default: call3(64, 1, (long)&what, 1);
        }
    }
    return bytes;
}
