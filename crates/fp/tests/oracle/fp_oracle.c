/* Runs single A64 floating-point instructions, for comparison with ncpu-fp.
 *
 * With --list: prints the names of the operations, one a line, in the order of their numbers.
 * Otherwise: reads records { u32 op; u32 fpcr; u64 a, b, c; } from standard input until its end
 * and writes { u64 result; u64 fpsr; } for each.
 *
 * Each operation finds a, b, c in the raw bits of d0, d1, d2 and a in x0, and leaves its result in
 * d0 or x0, with the bits above its width zero.
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

typedef uint64_t u64;
typedef uint32_t u32;

#define UNARY(OP, name, insn) \
    OP(name##_h, insn " h0, h0", D) OP(name##_s, insn " s0, s0", D) OP(name##_d, insn " d0, d0", D)

#define BINARY(OP, name, insn) \
    OP(name##_h, insn " h0, h0, h1", D) \
    OP(name##_s, insn " s0, s0, s1", D) \
    OP(name##_d, insn " d0, d0, d1", D)

/* addend, then the factors */
#define FUSED(OP, name, insn) \
    OP(name##_h, insn " h0, h1, h2, h0", D) \
    OP(name##_s, insn " s0, s1, s2, s0", D) \
    OP(name##_d, insn " d0, d1, d2, d0", D)

#define FLAGS(OP, name, insn) \
    OP(name##_h, insn " h0, h1\n mrs x0, nzcv\n lsr x0, x0, #28", X) \
    OP(name##_s, insn " s0, s1\n mrs x0, nzcv\n lsr x0, x0, #28", X) \
    OP(name##_d, insn " d0, d1\n mrs x0, nzcv\n lsr x0, x0, #28", X)

#define ROUND_N(OP, name, insn) \
    OP(name##_s, insn " s0, s0", D) OP(name##_d, insn " d0, d0", D)

#define TO_INT(OP, name, insn) \
    OP(name##_h_w, insn " w0, h0", X) OP(name##_h_x, insn " x0, h0", X) \
    OP(name##_s_w, insn " w0, s0", X) OP(name##_s_x, insn " x0, s0", X) \
    OP(name##_d_w, insn " w0, d0", X) OP(name##_d_x, insn " x0, d0", X)

#define FROM_INT(OP, name, insn) \
    OP(name##_w_h, insn " h0, w0", D) OP(name##_x_h, insn " h0, x0", D) \
    OP(name##_w_s, insn " s0, w0", D) OP(name##_x_s, insn " s0, x0", D) \
    OP(name##_w_d, insn " d0, w0", D) OP(name##_x_d, insn " d0, x0", D)

#define FIXED(OP, n) \
    OP(fcvtzs_h_w_##n, "fcvtzs w0, h0, #" #n, X) OP(fcvtzs_s_w_##n, "fcvtzs w0, s0, #" #n, X) \
    OP(fcvtzu_s_x_##n, "fcvtzu x0, s0, #" #n, X) OP(fcvtzs_d_x_##n, "fcvtzs x0, d0, #" #n, X) \
    OP(fcvtzu_d_w_##n, "fcvtzu w0, d0, #" #n, X) OP(fcvtzu_h_x_##n, "fcvtzu x0, h0, #" #n, X) \
    OP(scvtf_w_h_##n, "scvtf h0, w0, #" #n, D) OP(scvtf_w_s_##n, "scvtf s0, w0, #" #n, D) \
    OP(ucvtf_x_s_##n, "ucvtf s0, x0, #" #n, D) OP(scvtf_x_d_##n, "scvtf d0, x0, #" #n, D) \
    OP(ucvtf_w_d_##n, "ucvtf d0, w0, #" #n, D) OP(ucvtf_x_h_##n, "ucvtf h0, x0, #" #n, D)

#define OPERATIONS(OP) \
    BINARY(OP, fadd, "fadd") BINARY(OP, fsub, "fsub") BINARY(OP, fmul, "fmul") \
    BINARY(OP, fmulx, "fmulx") BINARY(OP, fdiv, "fdiv") UNARY(OP, fsqrt, "fsqrt") \
    FUSED(OP, fmadd, "fmadd") UNARY(OP, fneg, "fneg") UNARY(OP, fabs, "fabs") \
    BINARY(OP, fmax, "fmax") BINARY(OP, fmin, "fmin") \
    BINARY(OP, fmaxnm, "fmaxnm") BINARY(OP, fminnm, "fminnm") \
    FLAGS(OP, fcmp, "fcmp") FLAGS(OP, fcmpe, "fcmpe") \
    BINARY(OP, fcmeq, "fcmeq") BINARY(OP, fcmge, "fcmge") BINARY(OP, fcmgt, "fcmgt") \
    UNARY(OP, frecpe, "frecpe") UNARY(OP, frsqrte, "frsqrte") UNARY(OP, frecpx, "frecpx") \
    BINARY(OP, frecps, "frecps") BINARY(OP, frsqrts, "frsqrts") \
    UNARY(OP, frintn, "frintn") UNARY(OP, frintp, "frintp") UNARY(OP, frintm, "frintm") \
    UNARY(OP, frintz, "frintz") UNARY(OP, frinta, "frinta") UNARY(OP, frintx, "frintx") \
    UNARY(OP, frinti, "frinti") \
    ROUND_N(OP, frint32z, "frint32z") ROUND_N(OP, frint32x, "frint32x") \
    ROUND_N(OP, frint64z, "frint64z") ROUND_N(OP, frint64x, "frint64x") \
    OP(fcvt_h_s, "fcvt s0, h0", D) OP(fcvt_h_d, "fcvt d0, h0", D) \
    OP(fcvt_s_h, "fcvt h0, s0", D) OP(fcvt_s_d, "fcvt d0, s0", D) \
    OP(fcvt_d_h, "fcvt h0, d0", D) OP(fcvt_d_s, "fcvt s0, d0", D) \
    OP(fcvtxn, "fcvtxn s0, d0", D) \
    TO_INT(OP, fcvtns, "fcvtns") TO_INT(OP, fcvtnu, "fcvtnu") TO_INT(OP, fcvtps, "fcvtps") \
    TO_INT(OP, fcvtpu, "fcvtpu") TO_INT(OP, fcvtms, "fcvtms") TO_INT(OP, fcvtmu, "fcvtmu") \
    TO_INT(OP, fcvtzs, "fcvtzs") TO_INT(OP, fcvtzu, "fcvtzu") TO_INT(OP, fcvtas, "fcvtas") \
    TO_INT(OP, fcvtau, "fcvtau") \
    OP(fcvtzs_h_h, "fcvtzs h0, h0", D) OP(fcvtzu_h_h, "fcvtzu h0, h0", D) \
    OP(fcvtns_h_h, "fcvtns h0, h0", D) OP(fcvtzs_h_h_5, "fcvtzs h0, h0, #5", D) \
    OP(scvtf_h_h, "scvtf h0, h0", D) OP(ucvtf_h_h, "ucvtf h0, h0", D) \
    FROM_INT(OP, scvtf, "scvtf") FROM_INT(OP, ucvtf, "ucvtf") \
    FIXED(OP, 1) FIXED(OP, 16) FIXED(OP, 32) \
    OP(fcvtzs_d_x_64, "fcvtzs x0, d0, #64", X) OP(scvtf_x_h_64, "scvtf h0, x0, #64", D) \
    OP(scvtf_x_d_64, "scvtf d0, x0, #64", D) OP(ucvtf_x_s_64, "ucvtf s0, x0, #64", D) \
    OP(fjcvtzs, "fjcvtzs w0, d0\n mrs x1, nzcv\n lsr x1, x1, #30\n bfi x0, x1, #32, #1", X) \
    OP(urecpe, "urecpe v0.2s, v0.2s\n fmov s0, s0", D) \
    OP(ursqrte, "ursqrte v0.2s, v0.2s\n fmov s0, s0", D) \
    OP(fmlal, "fmov s0, s0\n fmov h1, h1\n fmov h2, h2\n fmlal v0.2s, v1.2h, v2.2h\n fmov s0, s0", D)

#define RESULT_D "fmov %0, d0\n"
#define RESULT_X "mov %0, x0\n"

#define DEFINE(name, insns, where)                                                        \
    static u64 run_##name(u32 fpcr, u64 a, u64 b, u64 c, u64 *fpsr)                       \
    {                                                                                     \
        u64 result, status;                                                               \
        __asm__ volatile("msr fpcr, %2\n msr fpsr, xzr\n"                                 \
                         "fmov d0, %3\n fmov d1, %4\n fmov d2, %5\n mov x0, %3\n"         \
                         insns "\n" RESULT_##where "mrs %1, fpsr\n msr fpcr, xzr\n"       \
                         : "=&r"(result), "=&r"(status)                                   \
                         : "r"((u64)fpcr), "r"(a), "r"(b), "r"(c)                         \
                         : "x0", "x1", "v0", "v1", "v2", "cc");                           \
        *fpsr = status;                                                                   \
        return result;                                                                    \
    }

OPERATIONS(DEFINE)

#define ROW(name, insns, where) { #name, run_##name },

static const struct {
    const char *name;
    u64 (*run)(u32, u64, u64, u64, u64 *);
} operations[] = { OPERATIONS(ROW) };

#define COUNT (sizeof operations / sizeof operations[0])

struct question { u32 op, fpcr; u64 a, b, c; };
struct answer { u64 result, fpsr; };

static int answer_all(void)
{
    static struct question questions[4096];
    static struct answer answers[4096];
    size_t n;
    while ((n = fread(questions, sizeof *questions, 4096, stdin)) > 0) {
        for (size_t i = 0; i < n; i++) {
            struct question *q = &questions[i];
            if (q->op >= COUNT) return 2;
            answers[i].result = operations[q->op].run(q->fpcr, q->a, q->b, q->c, &answers[i].fpsr);
        }
        if (fwrite(answers, sizeof *answers, n, stdout) != n) return 1;
    }
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 2 && !strcmp(argv[1], "--list")) {
        for (size_t i = 0; i < COUNT; i++) puts(operations[i].name);
        return 0;
    }
    return answer_all();
}
