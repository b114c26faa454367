/* 32-bit arithmetic in registers: integer mixing as hash functions do it. */
#include <stdint.h>
#include <stdio.h>

int main(void)
{
    uint32_t h = 1, g = 2, k = 3;
    for (uint32_t i = 0; i < 150000000u; i++) {
        h ^= i;
        h *= 0x85ebca6bu;
        h ^= h >> 13;
        g += h << 3;
        g = g << 7 | g >> 25;
        k ^= g;
    }
    printf("%08x %08x %08x\n", h, g, k);
    return 0;
}
