/* For cc1: a program with structures, loops and a little of everything. */
struct list { struct list *next; int key; double weight; };
static unsigned table[256];
void make_table(void)
{
    for (unsigned i = 0; i < 256; i++) {
        unsigned c = i;
        for (int k = 0; k < 8; k++)
            c = c & 1 ? c >> 1 ^ 0xedb88320u : c >> 1;
        table[i] = c;
    }
}
unsigned crc(const unsigned char *p, unsigned long n)
{
    unsigned c = ~0u;
    while (n--)
        c = table[(c ^ *p++) & 255] ^ c >> 8;
    return ~c;
}
double total(const struct list *l, int limit)
{
    double sum = 0;
    for (; l; l = l->next)
        if (l->key < limit)
            sum += l->weight * l->key;
    return sum;
}
int search(const int *a, int n, int key)
{
    int low = 0, high = n;
    while (low < high) {
        int middle = low + (high - low) / 2;
        if (a[middle] < key) low = middle + 1; else high = middle;
    }
    return low < n && a[low] == key ? low : -1;
}
void matrix(double c[16][16], double a[16][16], double b[16][16])
{
    for (int i = 0; i < 16; i++)
        for (int j = 0; j < 16; j++) {
            double s = 0;
            for (int k = 0; k < 16; k++) s += a[i][k] * b[k][j];
            c[i][j] = s;
        }
}
int dispatch(int op, int x, int y)
{
    switch (op) {
    case 0: return x + y;
    case 1: return x - y;
    case 2: return x * y;
    case 3: return y ? x / y : 0;
    case 4: return x << (y & 31);
    case 5: return x >> (y & 31);
    default: return x ^ y;
    }
}
