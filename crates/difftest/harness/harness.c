/* Executes single A64 instructions in given states, under qemu-aarch64 or on hardware.
 *
 * Reads batches from standard input until its end: { u64 slots, records }, then for each slot
 * { u32 prefix, word }, then for each record { u64 slot; state }. Writes { u64 status; u64 memory;
 * state } for each record. Status: 0 fell through, 1 branched, else the signal's number times 16.
 * `memory` is a hash of the window's words that changed, 0 if none did. src/layout.rs tells the
 * addresses, the slots and the state.
 */
#include <signal.h>
#include <stdint.h>
#include <ucontext.h>

typedef uint64_t u64;
typedef uint32_t u32;

#define CODE 0x2000000ul
#define CODE_SIZE 0x81000ul
#define WINDOW 0x2090000ul
#define WINDOW_SIZE 4096ul
#define SLOT_SIZE 32ul
#define STATE_WORDS 100
#define CHUNK 256

enum { READ = 63, WRITE = 64, EXIT = 93, SIGALTSTACK = 132, SIGACTION = 134, MMAP = 222 };

static long call(long number, long a, long b, long c, long d, long e, long f) {
    register long x8 __asm__("x8") = number;
    register long x0 __asm__("x0") = a;
    register long x1 __asm__("x1") = b;
    register long x2 __asm__("x2") = c;
    register long x3 __asm__("x3") = d;
    register long x4 __asm__("x4") = e;
    register long x5 __asm__("x5") = f;
    __asm__ volatile("svc #0"
                     : "+r"(x0)
                     : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5)
                     : "memory");
    return x0;
}

u64 saved_sp, caught;
u64 *out_state;

/* run(in, out, slot): everything but x30, which travels in TPIDR_EL0, is loaded here; the slot's
 * first instruction moves it into place. The exits save x30 to TPIDR_EL0 likewise. */
u64 run(const u64 *in, u64 *out, u64 slot);
void exit0(void), exit1(void), exit_signal(void);


__asm__(
    ".text\n"
    "run:\n"
    "  stp x29, x30, [sp, #-160]!\n"
    "  stp x19, x20, [sp, #16]\n  stp x21, x22, [sp, #32]\n  stp x23, x24, [sp, #48]\n"
    "  stp x25, x26, [sp, #64]\n  stp x27, x28, [sp, #80]\n"
    "  stp d8, d9, [sp, #96]\n  stp d10, d11, [sp, #112]\n"
    "  stp d12, d13, [sp, #128]\n  stp d14, d15, [sp, #144]\n"
    "  adrp x3, saved_sp\n  mov x4, sp\n  str x4, [x3, :lo12:saved_sp]\n"
    "  adrp x3, out_state\n  str x1, [x3, :lo12:out_state]\n"
    "  mov x30, x2\n"
    "  ldr x3, [x0, #240]\n  msr tpidr_el0, x3\n"
    "  ldr x3, [x0, #248]\n  mov sp, x3\n"
    "  ldr x3, [x0, #768]\n  msr nzcv, x3\n"
    "  ldr x3, [x0, #776]\n  msr fpcr, x3\n"
    "  ldr x3, [x0, #784]\n  msr fpsr, x3\n"
    "  add x3, x0, #256\n"
    "  ldp q0, q1, [x3]\n  ldp q2, q3, [x3, #32]\n  ldp q4, q5, [x3, #64]\n"
    "  ldp q6, q7, [x3, #96]\n  ldp q8, q9, [x3, #128]\n  ldp q10, q11, [x3, #160]\n"
    "  ldp q12, q13, [x3, #192]\n  ldp q14, q15, [x3, #224]\n  ldp q16, q17, [x3, #256]\n"
    "  ldp q18, q19, [x3, #288]\n  ldp q20, q21, [x3, #320]\n  ldp q22, q23, [x3, #352]\n"
    "  ldp q24, q25, [x3, #384]\n  ldp q26, q27, [x3, #416]\n  ldp q28, q29, [x3, #448]\n"
    "  ldp q30, q31, [x3, #480]\n"
    "  ldp x2, x3, [x0, #16]\n  ldp x4, x5, [x0, #32]\n  ldp x6, x7, [x0, #48]\n"
    "  ldp x8, x9, [x0, #64]\n  ldp x10, x11, [x0, #80]\n  ldp x12, x13, [x0, #96]\n"
    "  ldp x14, x15, [x0, #112]\n  ldp x16, x17, [x0, #128]\n  ldp x18, x19, [x0, #144]\n"
    "  ldp x20, x21, [x0, #160]\n  ldp x22, x23, [x0, #176]\n  ldp x24, x25, [x0, #192]\n"
    "  ldp x26, x27, [x0, #208]\n  ldp x28, x29, [x0, #224]\n  ldp x0, x1, [x0]\n"
    "  clrex\n"
    "  br x30\n"
    ".macro leave status\n"
    "  msr tpidr_el0, x30\n"
    "  adrp x30, out_state\n  ldr x30, [x30, :lo12:out_state]\n"
    "  stp x0, x1, [x30]\n  stp x2, x3, [x30, #16]\n  stp x4, x5, [x30, #32]\n"
    "  stp x6, x7, [x30, #48]\n  stp x8, x9, [x30, #64]\n  stp x10, x11, [x30, #80]\n"
    "  stp x12, x13, [x30, #96]\n  stp x14, x15, [x30, #112]\n  stp x16, x17, [x30, #128]\n"
    "  stp x18, x19, [x30, #144]\n  stp x20, x21, [x30, #160]\n  stp x22, x23, [x30, #176]\n"
    "  stp x24, x25, [x30, #192]\n  stp x26, x27, [x30, #208]\n  stp x28, x29, [x30, #224]\n"
    "  mrs x0, tpidr_el0\n  mov x1, sp\n  stp x0, x1, [x30, #240]\n"
    "  mrs x0, nzcv\n  str x0, [x30, #768]\n  mrs x0, fpcr\n  str x0, [x30, #776]\n"
    "  mrs x0, fpsr\n  str x0, [x30, #784]\n"
    "  add x1, x30, #256\n"
    "  stp q0, q1, [x1]\n  stp q2, q3, [x1, #32]\n  stp q4, q5, [x1, #64]\n"
    "  stp q6, q7, [x1, #96]\n  stp q8, q9, [x1, #128]\n  stp q10, q11, [x1, #160]\n"
    "  stp q12, q13, [x1, #192]\n  stp q14, q15, [x1, #224]\n  stp q16, q17, [x1, #256]\n"
    "  stp q18, q19, [x1, #288]\n  stp q20, q21, [x1, #320]\n  stp q22, q23, [x1, #352]\n"
    "  stp q24, q25, [x1, #384]\n  stp q26, q27, [x1, #416]\n  stp q28, q29, [x1, #448]\n"
    "  stp q30, q31, [x1, #480]\n"
    "  mov x0, #\\status\n"
    "  b restore\n"
    ".endm\n"
    ".globl exit0, exit1, exit_signal, run\n"
    "exit0: leave 0\n"
    "exit1: leave 1\n"
    "exit_signal: leave 16\n"
    "restore:\n"
    "  msr fpcr, xzr\n"
    "  adrp x3, saved_sp\n  ldr x3, [x3, :lo12:saved_sp]\n  mov sp, x3\n"
    "  ldp x19, x20, [sp, #16]\n  ldp x21, x22, [sp, #32]\n  ldp x23, x24, [sp, #48]\n"
    "  ldp x25, x26, [sp, #64]\n  ldp x27, x28, [sp, #80]\n"
    "  ldp d8, d9, [sp, #96]\n  ldp d10, d11, [sp, #112]\n"
    "  ldp d12, d13, [sp, #128]\n  ldp d14, d15, [sp, #144]\n"
    "  ldp x29, x30, [sp], #160\n"
    "  ret\n"
    ".globl _start\n"
    "_start: mov x29, #0\n  b begin\n");

/* The kernel's own idea of struct sigaction. */
struct action {
    void (*handler)(int, siginfo_t *, void *);
    u64 flags;
    void *restorer;
    u64 mask;
};

static void handle(int signal, siginfo_t *info, void *context) {
    (void)info;
    caught = (u64)signal;
    ((ucontext_t *)context)->uc_mcontext.pc = (u64)exit_signal;
}

static char signal_stack[65536] __attribute__((aligned(16)));

static void catch_signals(void) {
    stack_t stack = {.ss_sp = signal_stack, .ss_size = sizeof signal_stack};
    call(SIGALTSTACK, (long)&stack, 0, 0, 0, 0, 0);
    struct action action = {handle, SA_SIGINFO | SA_ONSTACK, 0, 0};
    int signals[] = {SIGILL, SIGTRAP, SIGBUS, SIGFPE, SIGSEGV};
    for (unsigned i = 0; i < sizeof signals / sizeof *signals; i++)
        call(SIGACTION, signals[i], (long)&action, 0, 8, 0, 0);
}

static void fail(int status) {
    for (;;) call(EXIT, status, 0, 0, 0, 0, 0);
}

/* False at the end of input before the first byte. */
static int get(void *to, u64 size) {
    u64 got = 0;
    while (got < size) {
        long n = call(READ, 0, (long)((char *)to + got), (long)(size - got), 0, 0, 0);
        if (n < 0 || (n == 0 && got > 0)) fail(2);
        if (n == 0) return 0;
        got += (u64)n;
    }
    return 1;
}

static void put(const void *from, u64 size) {
    for (u64 done = 0; done < size;) {
        long n = call(WRITE, 1, (long)((const char *)from + done), (long)(size - done), 0, 0, 0);
        if (n <= 0) fail(3);
        done += (u64)n;
    }
}

static void map(u64 at, u64 size, int prot) {
    /* MAP_PRIVATE, MAP_FIXED, MAP_ANONYMOUS */
    if (call(MMAP, (long)at, (long)size, prot, 0x32, -1, 0) != (long)at) fail(4);
}

static u32 branch(u64 from, u64 to) { return 0x14000000u | ((u32)((long)(to - from) >> 2) & 0x3ffffff); }

static u64 mix(u64 h, u64 v) {
    h = (h ^ v) * 0x9e3779b97f4a7c15ul;
    return h ^ h >> 29;
}

static u64 pristine[WINDOW_SIZE / 8];

static void fill_window(void) {
    u64 *window = (u64 *)WINDOW;
    for (u64 i = 0; i < WINDOW_SIZE / 8; i++) window[i] = pristine[i] = mix(i + 1, i);
}

static u64 hash_and_restore(void) {
    u64 *window = (u64 *)WINDOW, hash = 0;
    for (u64 i = 0; i < WINDOW_SIZE / 8; i++)
        if (window[i] != pristine[i]) {
            hash = mix(mix(hash, i), window[i]);
            window[i] = pristine[i];
        }
    return hash;
}

static void write_slots(u64 slots) {
    u32 *code = (u32 *)CODE;
    code[0] = branch(CODE, (u64)exit0);
    code[1] = branch(CODE + 4, (u64)exit1);
    code[6] = branch(CODE + 24, CODE + 4);
    for (u64 i = 1; i <= slots; i++) {
        u32 words[2], *slot = code + i * SLOT_SIZE / 4;
        u64 at = CODE + i * SLOT_SIZE;
        if (!get(words, sizeof words)) fail(5);
        slot[0] = 0xd53bd05e; /* mrs x30, tpidr_el0 */
        slot[1] = words[0];
        slot[2] = words[1];
        slot[3] = branch(at + 12, CODE);
        for (u64 k = 4; k < SLOT_SIZE / 4; k++) slot[k] = branch(at + 4 * k, CODE + 4);
    }
}

struct record {
    u64 slot, state[STATE_WORDS];
};
struct answer {
    u64 status, memory, state[STATE_WORDS];
};
static struct record records[CHUNK];
static struct answer answers[CHUNK];

__attribute__((used)) static void begin(void) {
    map(CODE, CODE_SIZE, 7);
    map(WINDOW, WINDOW_SIZE, 3);
    fill_window();
    catch_signals();
    u64 header[2];
    while (get(header, sizeof header)) {
        write_slots(header[0]);
        for (u64 left = header[1]; left > 0;) {
            u64 n = left < CHUNK ? left : CHUNK;
            get(records, n * sizeof *records);
            for (u64 i = 0; i < n; i++) {
                u64 at = CODE + records[i].slot * SLOT_SIZE;
                u64 status = run(records[i].state, answers[i].state, at);
                answers[i].status = status == 16 ? caught * 16 : status;
                answers[i].memory = hash_and_restore();
            }
            put(answers, n * sizeof *answers);
            left -= n;
        }
    }
    fail(0);
}
