/* The reason why something failed, carried up by value.
 *
 * Functions return 0, or -1 with the reason in `struct error`. The one who fails sets it, each
 * caller on the way may wrap it with what it was doing, the owner of the operation logs it once or
 * puts it into a status. A message names the thing, what was tried and what to do; it never holds
 * a secret. Setting an error that is set already is a bug and asserts.
 *
 * The object is plain memory without pointers: no ownership, no release, any thread may own one. */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include <stdbool.h>
#include <stddef.h>

#define ERROR_MESSAGE_MAX 1024

enum error_domain {
    ERROR_NONE,
    ERROR_SYSTEM,   /* code: errno */
    ERROR_INPUT,    /* what a person or another program gave is not valid; code: 0 */
    ERROR_FORMAT,   /* bytes of a file or message are not what they claim to be; code: 0 */
    ERROR_TIMEOUT,  /* a deadline passed; code: 0 */
    ERROR_CANCELED, /* we were told to stop; code: 0 */
    ERROR_NETWORK,  /* name, connection or TLS; code: the library's */
    ERROR_HTTP,     /* code: HTTP status */
    ERROR_GRPC,     /* code: gRPC status */
    ERROR_KUBE,     /* code: HTTP status of the API server */
    ERROR_STORE,    /* code: enum store_error */
    ERROR_INTERNAL, /* everything else; code: 0 */
};

struct error {
    enum error_domain domain;
    int code;
    bool retryable; /* trying the same again later can succeed */
    char message[ERROR_MESSAGE_MAX];
};

#define ERROR_INIT                                                                                 \
    (struct error)                                                                                 \
    {                                                                                              \
        .domain = ERROR_NONE                                                                       \
    }

static inline bool error_is_set(const struct error *err)
{
    return err->domain != ERROR_NONE;
}

static inline bool error_is(const struct error *err, enum error_domain domain, int code)
{
    return err->domain == domain && err->code == code;
}

/* All return -1, so that `return error_set(...)` fails. Messages longer than the limit are cut. */
int error_set(struct error *err, enum error_domain domain, int code, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
/* As error_set with retryable = true. */
int error_set_retryable(struct error *err, enum error_domain domain, int code, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
/* Message plus ": " and the text of `errnum`. EINTR, EAGAIN, EIO and the like are retryable. */
int error_set_errno(struct error *err, int errnum, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* Puts "<context>: " before the message. The error must be set. */
int error_wrap(struct error *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void error_clear(struct error *err);

#endif
