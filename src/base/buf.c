#include "base/buf.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#define BUF_FIRST 64

void buf_release(struct buf *buf)
{
    free(buf->data);
    *buf = BUF_INIT(buf->limit);
}

void buf_clear(struct buf *buf)
{
    buf->len = 0;
    if (buf->data)
        buf->data[0] = '\0';
}

char *buf_reserve(struct buf *buf, size_t n)
{
    size_t want, size;

    if (n > buf->limit || buf->len > buf->limit - n)
        return NULL;
    want = buf->len + n + 1;
    if (want > buf->size) {
        size = buf->size ? buf->size : BUF_FIRST;
        while (size < want)
            size += size / 2 + BUF_FIRST;
        if (size > buf->limit + 1)
            size = buf->limit + 1;
        buf->data = xrealloc(buf->data, size);
        buf->size = size;
    }
    return buf->data + buf->len;
}

int buf_append(struct buf *buf, const void *data, size_t n)
{
    char *p = buf_reserve(buf, n);

    if (!p)
        return -1;
    if (n > 0)
        memcpy(p, data, n);
    buf->len += n;
    buf->data[buf->len] = '\0';
    return 0;
}

int buf_append_str(struct buf *buf, const char *s)
{
    return buf_append(buf, s, strlen(s));
}

int buf_append_char(struct buf *buf, char c)
{
    return buf_append(buf, &c, 1);
}

int buf_vappendf(struct buf *buf, const char *fmt, va_list ap)
{
    va_list again;
    char *p;
    int n;

    va_copy(again, ap);
    n = vsnprintf(NULL, 0, fmt, again);
    va_end(again);
    assert(n >= 0);
    p = buf_reserve(buf, (size_t)n);
    if (!p)
        return -1;
    vsnprintf(p, (size_t)n + 1, fmt, ap);
    buf->len += (size_t)n;
    return 0;
}

int buf_appendf(struct buf *buf, const char *fmt, ...)
{
    va_list ap;
    int r;

    va_start(ap, fmt);
    r = buf_vappendf(buf, fmt, ap);
    va_end(ap);
    return r;
}

void buf_consume(struct buf *buf, size_t n)
{
    assert(n <= buf->len);
    if (n == 0)
        return;
    memmove(buf->data, buf->data + n, buf->len - n);
    buf->len -= n;
    buf->data[buf->len] = '\0';
}

const char *buf_cstr(const struct buf *buf)
{
    return buf->data ? buf->data : "";
}

char *buf_take(struct buf *buf)
{
    char *s = buf->data ? buf->data : xstrdup("");

    *buf = BUF_INIT(buf->limit);
    return s;
}
