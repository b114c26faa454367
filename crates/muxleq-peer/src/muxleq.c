/* MUXLEQ in C: what the engines are measured by and compared with.
 *
 *   muxleq [-s] [-n STEPS] [-r RUNS] IMAGE...   runs the images, one after the other in memory
 *   muxleq -f                                   answers requests on standard input (see `serve`)
 *
 * -s prints how many steps were done, and in how many nanoseconds, to standard error; -n ends a run
 * after so many; -r runs so often, from the start of memory and input, and the time is that of the runs
 * alone. */

#define _POSIX_C_SOURCE 199309L
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { CELLS = 65536, SPECIAL = 0xffff, HIGH = 0x8000 };

/* What happened to a step, for -f. */
enum { INPUT, INPUT_END, OUTPUT, MULTIPLEX, FALL, JUMP, SELF, ALIAS, KINDS };

static uint16_t m[CELLS];
static uint64_t steps;

/* Input and output of a request; the streams where there is none. */
static int serving;
static uint8_t *in, *out;
static size_t in_left, out_size, out_room;

static int get(void) {
    if (!serving)
        return getchar();
    if (in_left == 0)
        return EOF;
    in_left--;
    return *in++;
}

static void put(int byte) {
    if (!serving) {
        putchar(byte);
        return;
    }
    if (out_size == out_room && !(out = realloc(out, out_room = 2 * out_room + 64)))
        exit(3);
    out[out_size++] = (uint8_t)byte;
}

/* One step; the next pc. `kinds` counts what happened, unless it is null. */
static inline uint16_t step(uint16_t pc, uint64_t *kinds) {
    uint16_t a = m[pc], b = m[(uint16_t)(pc + 1)], c = m[(uint16_t)(pc + 2)];
    uint16_t next = (uint16_t)(pc + 3);
    if (kinds && a != SPECIAL && b != SPECIAL) {
        kinds[SELF] += (uint16_t)(b - pc) < 3;
        kinds[ALIAS] += a == b || (c >= HIGH && b == (c & 0x7fff));
    }
    if (a == SPECIAL) {
        int byte = get();
        if (kinds)
            kinds[byte == EOF ? INPUT_END : INPUT]++;
        m[b] = byte == EOF ? SPECIAL : (uint16_t)byte;
    } else if (b == SPECIAL) {
        if (kinds)
            kinds[OUTPUT]++;
        put(m[a] & 0xff);
    } else if (c >= HIGH && c != SPECIAL) {
        uint16_t k = m[c & 0x7fff];
        if (kinds)
            kinds[MULTIPLEX]++;
        m[b] = (uint16_t)((m[a] & ~k) | (m[b] & k));
    } else {
        uint16_t r = (uint16_t)(m[b] - m[a]);
        int jumps = r == 0 || r >= HIGH;
        if (kinds)
            kinds[jumps ? JUMP : FALL]++;
        m[b] = r;
        if (jumps)
            next = c;
    }
    return next;
}

static void load(const char *name, size_t *at) {
    FILE *file = fopen(name, "r");
    int number;
    if (!file) {
        perror(name);
        exit(2);
    }
    while (*at < CELLS && fscanf(file, "%d", &number) == 1) {
        m[(*at)++] = (uint16_t)number;
        if (fscanf(file, " ,") == EOF)
            break;
    }
    fclose(file);
}

static void want(void *to, size_t size) {
    if (fread(to, 1, size, stdin) != size)
        exit(3);
}

static void say(const void *from, size_t size) {
    if (fwrite(from, 1, size, stdout) != size)
        exit(3);
}

/* Requests: most steps (8 bytes), pc, input's length (4 each), the cells (2 each), the input.
 * Answers: steps (8), what happened (8 each), pc, output's length (4 each), the cells, the output.
 * All in the host's byte order. */
static void serve(void) {
    uint64_t most;
    serving = 1;
    while (fread(&most, sizeof most, 1, stdin) == 1) {
        uint32_t head[2];
        uint64_t kinds[KINDS] = {0};
        uint8_t *input;
        uint16_t pc;
        want(head, sizeof head);
        want(m, sizeof m);
        if (!(input = malloc(head[1] + 1)))
            exit(3);
        want(input, head[1]);
        in = input, in_left = head[1], out_size = 0;
        pc = (uint16_t)head[0];
        for (steps = 0; pc < HIGH && steps < most; steps++)
            pc = step(pc, kinds);
        head[0] = pc, head[1] = (uint32_t)out_size;
        say(&steps, sizeof steps);
        say(kinds, sizeof kinds);
        say(head, sizeof head);
        say(m, sizeof m);
        say(out, out_size);
        fflush(stdout);
        free(input);
    }
}

static uint64_t nanoseconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

/* The machine from its start; how many steps it did. */
static uint64_t run(uint64_t most) {
    uint16_t pc = 0;
    uint64_t done = 0;
    if (most == UINT64_MAX)
        for (; pc < HIGH; done++)
            pc = step(pc, NULL);
    else
        for (; pc < HIGH && done < most; done++)
            pc = step(pc, NULL);
    fflush(stdout);
    return done;
}

int main(int argc, char **argv) {
    static uint16_t image[CELLS];
    uint64_t most = UINT64_MAX, runs = 1, time = 0, start;
    size_t at = 0;
    int i, show = 0;
    for (i = 1; i < argc; i++) {
        if (!strcmp(argv[i], "-f")) {
            serve();
            return 0;
        }
        if (!strcmp(argv[i], "-s"))
            show = 1;
        else if (!strcmp(argv[i], "-n") && i + 1 < argc)
            most = strtoull(argv[++i], NULL, 10);
        else if (!strcmp(argv[i], "-r") && i + 1 < argc)
            runs = strtoull(argv[++i], NULL, 10);
        else
            load(argv[i], &at);
    }
    memcpy(image, m, sizeof m);
    while (runs-- > 0) {
        memcpy(m, image, sizeof m);
        start = nanoseconds();
        steps += run(most);
        time += nanoseconds() - start;
        /* A pipe stays where it is; its reader asks for one run. */
        rewind(stdin);
    }
    if (show)
        fprintf(stderr, "%llu %llu\n", (unsigned long long)steps, (unsigned long long)time);
    return 0;
}
