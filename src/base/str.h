/* Strings: comparison, strict number parsing, string vectors. */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

static inline bool str_eq(const char *a,
                          const char *b) /* both may be NULL; NULL equals only NULL */
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

static inline bool str_empty(const char *s)
{
    return !s || !*s;
}

bool str_starts(const char *s, const char *prefix);
bool str_ends(const char *s, const char *suffix);

/* Decimal, the whole string, no white space, no '+', value within [min, max]. 0, or -1 and
 * *ret untouched. */
int str_to_i64(const char *s, int64_t min, int64_t max, int64_t *ret);
int str_to_u64(const char *s, uint64_t max, uint64_t *ret);
/* 1 to 16 hexadecimal digits, no prefix. */
int str_hex_to_u64(const char *s, uint64_t *ret);

/* A growing vector of owned strings; items[n] is always NULL once anything was added. */
struct strv {
    char **items;
    size_t n;
};

#define STRV_INIT                                                                                  \
    (struct strv)                                                                                  \
    {                                                                                              \
        .items = NULL, .n = 0                                                                      \
    }
#define cleanup_strv __attribute__((cleanup(strv_release)))

void strv_release(struct strv *v);
void strv_add(struct strv *v, const char *s); /* copies */
void strv_take(struct strv *v, char *s);      /* owns s from now on */
/* Splits at each sep; empty parts are kept ("a,,b" is three), "" gives none. */
void strv_split(struct strv *v, const char *s, char sep);
bool strv_contains(const struct strv *v, const char *s);
void strv_sort(struct strv *v); /* bytewise */

#endif
