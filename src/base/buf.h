/* A byte buffer that grows up to a limit given at birth.
 *
 * data is always followed by a 0 byte that len does not count (NULL only while nothing was ever
 * appended: use buf_cstr). Past the limit an append fails and changes nothing. */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "base/mem.h"

struct buf {
    char *data;
    size_t len;
    size_t size;  /* allocated */
    size_t limit; /* largest len */
};

#define BUF_UNLIMITED (SIZE_MAX / 2)
#define BUF_INIT(max)                                                                              \
    (struct buf)                                                                                   \
    {                                                                                              \
        .data = NULL, .len = 0, .size = 0, .limit = (max)                                          \
    }
#define cleanup_buf __attribute__((cleanup(buf_release)))

void buf_release(struct buf *buf);
void buf_clear(struct buf *buf); /* len = 0, memory is kept */

/* 0, or -1 when the limit would be passed. A caller whose content is its own and known to fit may
 * ignore the result. */
int buf_append(struct buf *buf, const void *data, size_t n);
int buf_append_str(struct buf *buf, const char *s);
int buf_append_char(struct buf *buf, char c);
int buf_appendf(struct buf *buf, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
int buf_vappendf(struct buf *buf, const char *fmt, va_list ap)
    __attribute__((format(printf, 2, 0)));
/* Room for n more bytes at data + len; the caller adds to len what it wrote. NULL past the limit.
 */
char *buf_reserve(struct buf *buf, size_t n);
/* Drops the first n bytes. */
void buf_consume(struct buf *buf, size_t n);
/* The content as a string, never NULL. Valid until the next change. */
const char *buf_cstr(const struct buf *buf);
/* Moves the memory out as a heap string (never NULL) and leaves the buffer empty. */
char *buf_take(struct buf *buf);

#endif
