/* Small allocations that abort when memory is out, and cleanup attributes.
 *
 * Sizes that come from outside are checked against a limit before they get here. */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

void *xmalloc(size_t n);
void *xcalloc(size_t count, size_t size); /* zeroed; aborts on overflow */
void *xrealloc(void *p, size_t n);
void *xreallocarray(void *p, size_t count, size_t size); /* aborts on overflow */
void *xmemdup(const void *p, size_t n);                  /* n may be 0: never NULL */
char *xstrdup(const char *s);
char *xstrndup(const char *s, size_t n);
char *xasprintf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
char *xvasprintf(const char *fmt, va_list ap) __attribute__((format(printf, 1, 0)));

static inline void cleanup_free_p(void *p)
{
    free(*(void **)p);
}

static inline void cleanup_close_p(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

#define cleanup_free __attribute__((cleanup(cleanup_free_p)))
#define cleanup_close __attribute__((cleanup(cleanup_close_p))) /* int, -1 = none */
#define cleanup_with(fn) __attribute__((cleanup(fn)))

/* Hands the value over and leaves NULL (or -1) behind, for a cleanup variable that escapes. */
#define take_ptr(p)                                                                                \
    ({                                                                                             \
        typeof(p) taken_ = (p);                                                                    \
        (p) = NULL;                                                                                \
        taken_;                                                                                    \
    })
#define take_fd(fd)                                                                                \
    ({                                                                                             \
        int taken_ = (fd);                                                                         \
        (fd) = -1;                                                                                 \
        taken_;                                                                                    \
    })

#endif
