/* A JSON parser: reads a text, checks it, and prints what it holds. Exit status: 0 for JSON, 1 for
   something else. Nesting is bounded by the array below; deeper input is refused.

   aarch64-linux-gnu-gcc -O2 -static -nostdlib -ffreestanding -fno-tree-loop-distribute-patterns json.c */

#include "tiny.h"

enum { MOST = 1 << 16, DEEP = 64 };

static byte text[MOST];
static word length, at;
static word objects, arrays, strings, numbers, names, deepest, sum, escapes;

static void space(void) {
    while (at < length && (text[at] == ' ' || text[at] == '\n' || text[at] == '\t' || text[at] == '\r')) at++;
}

static int literal(const char *what) {
    word n = 0;
    while (what[n]) {
        if (at + n >= length || text[at + n] != (byte)what[n]) return 0;
        n++;
    }
    at += n;
    return 1;
}

static int hex(byte c) {
    return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'f');
}

static int string(void) {
    strings++;
    at++;
    while (at < length) {
        byte c = text[at++];
        if (c == '"') return 1;
        if (c < 32) return 0;
        sum = sum * 31 + c;
        if (c != '\\') continue;
        escapes++;
        if (at >= length) return 0;
        c = text[at++];
        switch (c) {
        case '"': case '\\': case '/': case 'b': case 'f': case 'n': case 'r': case 't':
            break;
        case 'u':
            for (int n = 0; n < 4; n++)
                if (at >= length || !hex(text[at++])) return 0;
            break;
        default:
            return 0;
        }
    }
    return 0;
}

static int digits(void) {
    word start = at;
    while (at < length && text[at] >= '0' && text[at] <= '9') sum = sum * 10 + text[at++] - '0';
    return at > start;
}

static int number(void) {
    numbers++;
    if (text[at] == '-') at++;
    if (at < length && text[at] == '0') at++;
    else if (!digits()) return 0;
    if (at < length && text[at] == '.') {
        at++;
        if (!digits()) return 0;
    }
    if (at < length && (text[at] | 32) == 'e') {
        at++;
        if (at < length && (text[at] == '+' || text[at] == '-')) at++;
        if (!digits()) return 0;
    }
    return 1;
}

static int value(word depth) {
    if (depth > deepest) deepest = depth;
    if (depth >= DEEP) return 0;
    space();
    if (at >= length) return 0;
    switch (text[at]) {
    case '{':
        objects++;
        at++;
        space();
        if (at < length && text[at] == '}') { at++; return 1; }
        for (;;) {
            space();
            if (at >= length || text[at] != '"' || !string()) return 0;
            space();
            if (at >= length || text[at++] != ':') return 0;
            if (!value(depth + 1)) return 0;
            space();
            if (at >= length) return 0;
            if (text[at] == '}') { at++; return 1; }
            if (text[at++] != ',') return 0;
        }
    case '[':
        arrays++;
        at++;
        space();
        if (at < length && text[at] == ']') { at++; return 1; }
        for (;;) {
            if (!value(depth + 1)) return 0;
            space();
            if (at >= length) return 0;
            if (text[at] == ']') { at++; return 1; }
            if (text[at++] != ',') return 0;
        }
    case '"': return string();
    case 't': names++; return literal("true");
    case 'f': names++; return literal("false");
    case 'n': names++; return literal("null");
    default:
        if (text[at] == '-' || (text[at] >= '0' && text[at] <= '9')) return number();
        return 0;
    }
}

static int run(void) {
    length = read_all(text, MOST);
    int good = value(0);
    space();
    good = good && at == length;
    put(good ? "json\n" : "no json\n");
    put_number("stopped at ", at);
    put_number("objects ", objects);
    put_number("arrays ", arrays);
    put_number("strings ", strings);
    put_number("numbers ", numbers);
    put_number("names ", names);
    put_number("depth ", deepest);
    put_number("escapes ", escapes);
    put_number("sum ", sum);
    return !good;
}
