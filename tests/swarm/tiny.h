/* What freestanding guests need of Linux: three system calls and a start. */

typedef unsigned char byte;
typedef unsigned long word;

static long call3(long number, long a, long b, long c) {
    register long x8 __asm__("x8") = number;
    register long x0 __asm__("x0") = a;
    register long x1 __asm__("x1") = b;
    register long x2 __asm__("x2") = c;
    __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2) : "memory");
    return x0;
}

static word read_all(byte *buffer, word size) {
    word have = 0;
    while (have < size) {
        long n = call3(63, 0, (long)(buffer + have), (long)(size - have));
        if (n <= 0) break;
        have += (word)n;
    }
    return have;
}

static void put(const char *text) {
    word n = 0;
    while (text[n]) n++;
    call3(64, 1, (long)text, (long)n);
}

static void put_number(const char *name, word value) {
    char text[24];
    int at = 23;
    text[at] = 0;
    do text[--at] = (char)('0' + value % 10); while (value /= 10);
    put(name);
    put(text + at);
    put("\n");
}

static int run(void);

__attribute__((noreturn, used)) static void enter(void) {
    call3(94, run(), 0, 0);
    for (;;) __builtin_trap();
}

__asm__(".globl _start\n_start: mov x29, xzr\n mov x30, xzr\n bl enter\n");
