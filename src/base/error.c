#include "base/error.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

__attribute__((format(printf, 4, 0))) static void
set_message(struct error *err, enum error_domain domain, int code, const char *fmt, va_list ap)
{
    assert(domain != ERROR_NONE);
    assert(!error_is_set(err));
    err->domain = domain;
    err->code = code;
    err->retryable = false;
    vsnprintf(err->message, sizeof(err->message), fmt, ap);
}

int error_set(struct error *err, enum error_domain domain, int code, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    set_message(err, domain, code, fmt, ap);
    va_end(ap);
    return -1;
}

int error_set_retryable(struct error *err, enum error_domain domain, int code, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    set_message(err, domain, code, fmt, ap);
    va_end(ap);
    err->retryable = true;
    return -1;
}

int error_set_errno(struct error *err, int errnum, const char *fmt, ...)
{
    char text[128];
    size_t used;
    va_list ap;

    va_start(ap, fmt);
    set_message(err, ERROR_SYSTEM, errnum, fmt, ap);
    va_end(ap);
    used = strlen(err->message);
    snprintf(err->message + used, sizeof(err->message) - used, ": %s",
             strerror_r(errnum, text, sizeof(text)));
    err->retryable = errnum == EINTR || errnum == EAGAIN || errnum == EIO || errnum == ENOSPC ||
                     errnum == EDQUOT || errnum == ENOMEM || errnum == EMFILE || errnum == ENFILE ||
                     errnum == ETIMEDOUT;
    return -1;
}

int error_wrap(struct error *err, const char *fmt, ...)
{
    char context[ERROR_MESSAGE_MAX];
    size_t n, len;
    va_list ap;

    assert(error_is_set(err));
    va_start(ap, fmt);
    vsnprintf(context, sizeof(context) - 2, fmt, ap);
    va_end(ap);
    n = strlen(context);
    memcpy(context + n, ": ", 2);
    n += 2;
    /* The innermost reason is at the end of the message: when it gets too long, the end is cut. */
    len = strlen(err->message);
    if (len > sizeof(err->message) - 1 - n)
        len = sizeof(err->message) - 1 - n;
    memmove(err->message + n, err->message, len);
    memcpy(err->message, context, n);
    err->message[n + len] = '\0';
    return -1;
}

void error_clear(struct error *err)
{
    *err = ERROR_INIT;
}
