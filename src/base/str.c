#include "base/str.h"

#include "base/mem.h"

bool str_starts(const char *s, const char *prefix)
{
    return strncmp(s, prefix, strlen(prefix)) == 0;
}

bool str_ends(const char *s, const char *suffix)
{
    size_t n = strlen(s), m = strlen(suffix);

    return n >= m && memcmp(s + n - m, suffix, m) == 0;
}

int str_to_u64(const char *s, uint64_t max, uint64_t *ret)
{
    uint64_t value = 0;

    if (!*s)
        return -1;
    for (; *s; s++) {
        if (*s < '0' || *s > '9' || __builtin_mul_overflow(value, 10, &value) ||
            __builtin_add_overflow(value, (uint64_t)(*s - '0'), &value))
            return -1;
    }
    if (value > max)
        return -1;
    *ret = value;
    return 0;
}

int str_to_i64(const char *s, int64_t min, int64_t max, int64_t *ret)
{
    bool negative = *s == '-';
    uint64_t magnitude;
    int64_t value;

    if (str_to_u64(negative ? s + 1 : s, (uint64_t)INT64_MAX + (negative ? 1 : 0), &magnitude) < 0)
        return -1;
    value = negative ? (int64_t)(0 - magnitude) : (int64_t)magnitude;
    if (value < min || value > max)
        return -1;
    *ret = value;
    return 0;
}

int str_hex_to_u64(const char *s, uint64_t *ret)
{
    uint64_t value = 0;
    size_t n = strlen(s);

    if (n == 0 || n > 16)
        return -1;
    for (; *s; s++) {
        unsigned digit;

        if (*s >= '0' && *s <= '9')
            digit = (unsigned)(*s - '0');
        else if (*s >= 'a' && *s <= 'f')
            digit = (unsigned)(*s - 'a') + 10;
        else if (*s >= 'A' && *s <= 'F')
            digit = (unsigned)(*s - 'A') + 10;
        else
            return -1;
        value = value << 4 | digit;
    }
    *ret = value;
    return 0;
}

void strv_release(struct strv *v)
{
    for (size_t i = 0; i < v->n; i++)
        free(v->items[i]);
    free(v->items);
    *v = STRV_INIT;
}

void strv_take(struct strv *v, char *s)
{
    v->items = xreallocarray(v->items, v->n + 2, sizeof(*v->items));
    v->items[v->n++] = s;
    v->items[v->n] = NULL;
}

void strv_add(struct strv *v, const char *s)
{
    strv_take(v, xstrdup(s));
}

void strv_split(struct strv *v, const char *s, char sep)
{
    if (!*s)
        return;
    for (;;) {
        const char *end = strchrnul(s, sep);

        strv_take(v, xstrndup(s, (size_t)(end - s)));
        if (!*end)
            return;
        s = end + 1;
    }
}

bool strv_contains(const struct strv *v, const char *s)
{
    for (size_t i = 0; i < v->n; i++)
        if (strcmp(v->items[i], s) == 0)
            return true;
    return false;
}

static int compare(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

void strv_sort(struct strv *v)
{
    if (v->n > 1)
        qsort(v->items, v->n, sizeof(*v->items), compare);
}
