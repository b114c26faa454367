/* Counts words with the C library's help: memory from malloc, output from printf, arguments, time.

   aarch64-linux-gnu-gcc -O2 -static words.c */

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct word { struct word *next; unsigned count; char text[]; };

int main(int argc, char **argv) {
    struct word *all = NULL;
    char line[256];
    unsigned long total = 0;
    for (int n = 1; n < argc; n++) printf("argument %d: %s\n", n, argv[n]);
    while (fgets(line, sizeof line, stdin)) {
        for (char *p = strtok(line, " \t\n"); p; p = strtok(NULL, " \t\n")) {
            struct word **at = &all;
            while (*at && strcmp((*at)->text, p)) at = &(*at)->next;
            if (!*at) {
                *at = calloc(1, sizeof **at + strlen(p) + 1);
                if (!*at) abort();
                strcpy((*at)->text, p);
            }
            (*at)->count++;
            total++;
        }
    }
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    for (struct word *w = all; w; w = w->next) printf("%5u %s\n", w->count, w->text);
    printf("%lu words, %.3f on average, at %ld.%09ld\n", total, total ? 1.0 / (double)total : 0.0,
           (long)now.tv_sec, now.tv_nsec);
    if (total == 13) fprintf(stderr, "thirteen\n");
    if (total == 7) *(volatile int *)8 = 1;
    void *large = malloc(200000);
    memset(large, 1, 5000);
    free(large);
    return total > 255 ? 255 : (int)total;
}
