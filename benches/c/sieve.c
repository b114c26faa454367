/* Integers and memory: a sieve of Eratosthenes and a heap sort. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void sift(unsigned *a, int i, int n)
{
    unsigned v = a[i];
    for (int c; (c = 2 * i + 1) < n; i = c) {
        if (c + 1 < n && a[c + 1] > a[c])
            c++;
        if (a[c] <= v)
            break;
        a[i] = a[c];
    }
    a[i] = v;
}

static void heap_sort(unsigned *a, int n)
{
    for (int i = n / 2 - 1; i >= 0; i--)
        sift(a, i, n);
    for (int i = n - 1; i > 0; i--) {
        unsigned t = a[0];
        a[0] = a[i];
        a[i] = t;
        sift(a, 0, i);
    }
}

static int count_primes(unsigned char *composite, int n)
{
    int count = 0;
    memset(composite, 0, n + 1);
    for (int i = 2; i <= n; i++) {
        if (composite[i])
            continue;
        count++;
        for (long j = (long)i * i; j <= n; j += i)
            composite[j] = 1;
    }
    return count;
}

int main(void)
{
    enum { PRIMES = 5000000, ROUNDS = 8, SORTED = 400000 };
    unsigned char *composite = malloc(PRIMES + 1);
    unsigned *a = malloc(SORTED * sizeof *a);
    unsigned x = 12345;
    int count = 0;
    for (int i = 0; i < ROUNDS; i++)
        count += count_primes(composite, PRIMES);
    for (int i = 0; i < SORTED; i++)
        a[i] = (x = x * 1103515245u + 12345u) >> 3;
    heap_sort(a, SORTED);
    printf("%d %u %u\n", count, a[0], a[SORTED - 1]);
    return 0;
}
