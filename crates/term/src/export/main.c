int main(void)
{
    char *line = 0;
    size_t room = 0;
    while (getline(&line, &room, stdin) > 0) {
        char *cells[COUNT] = {0}, *rest = line;
        line[strcspn(line, "\n")] = 0;
        for (int n = 0; n < COUNT; n++) {
            char *end = rest + strcspn(rest, "\t");
            cells[n] = rest;
            rest = *end ? end + 1 : end;
            *end = 0;
        }
        PRINT
    }
    free(line);
    return 0;
}
