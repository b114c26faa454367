__attribute__((unused)) static list read_list(char *text)
{
    list r = {0, 0, 0};
    for (; *text; text += *text == ',') {
        if (r.len == r.room) {
            r.room = r.room ? 2 * r.room : 8;
            r.at = realloc(r.at, r.room * sizeof *r.at);
            if (!r.at)
                abort();
        }
        r.at[r.len++] = read_integer(&text);
    }
    return r;
}

__attribute__((unused)) static void print_list(list l)
{
    for (size_t n = 0; n < l.len; n++) {
        if (n)
            putchar(',');
        print_integer(l.at[n]);
    }
    putchar('\n');
}

