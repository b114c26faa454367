static integer read_integer(char **text)
{
    integer n = 0, sign = **text == '-' ? -1 : 1;
    if (**text == '-')
        ++*text;
    for (; **text >= '0' && **text <= '9'; ++*text)
        n = n * 10 + sign * (**text - '0');
    return n;
}

static void print_integer(integer n)
{
    if (n < 0)
        putchar('-');
    if (n / 10)
        print_integer(n < 0 ? -(n / 10) : n / 10);
    putchar('0' + (int)(n < 0 ? -(n % 10) : n % 10));
}

