/* HTTP/1.1 client over libcurl: blocking requests with keep-alive, bounded in time and size.
 *
 * A client owns a pool of connections and is safe to use from many threads at once; each request
 * blocks its own thread. Redirects are not followed. Status codes are not errors here: a request
 * that got any answer returns 0, and the caller maps the status. Bodies and header values are
 * never logged. */
#ifndef NET_HTTP_H
#define NET_HTTP_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "net/tls.h"

struct http_client;

struct http_client_options {
    struct tls_options tls;     /* copied */
    const char *user_agent;     /* NULL = "etcd-druid/<version>" */
    int64_t connect_timeout_ms; /* 0 = 10 s */
    bool use_proxy_env;         /* honour HTTPS_PROXY, HTTP_PROXY, NO_PROXY */
    const char *proxy_url;      /* "http://host:port": for every request; NULL = none */
};

struct http_header {
    const char *name, *value;
};

struct http_request {
    const char *method; /* "GET", ... */
    const char *url;
    const struct http_header *headers;
    size_t headers_n;
    const void *body; /* NULL = none; body_len is sent as Content-Length */
    size_t body_len;
    int64_t timeout_ms;      /* the whole exchange; 0 = 60 s; < 0 = none (watches) */
    int64_t idle_timeout_ms; /* no byte in either direction for so long; 0 = 60 s */
    /* Called with pieces of a 2xx body as they arrive, instead of filling the response's body;
     * error bodies still go there. A return of -1 with *err set ends the request with it. */
    int (*on_data)(void *arg, const void *data, size_t n, struct error *err);
    void *on_data_arg;
    const atomic_bool *cancel; /* NULL, or: true ends the request within 200 ms, ERROR_CANCELED */
};

/* In place: HTTP_RESPONSE_INIT(limit of the body), then http_response_release. Reusable. */
struct http_response {
    int status;
    struct buf body;    /* one past its limit is an error (that of an error status is cut) */
    struct buf headers; /* "name: value\n" lines, names in lower case */
};

#define HTTP_HEADERS_MAX 65536
#define HTTP_RESPONSE_INIT(body_limit)                                                             \
    (struct http_response)                                                                         \
    {                                                                                              \
        .status = 0, .body = BUF_INIT(body_limit), .headers = BUF_INIT(HTTP_HEADERS_MAX)           \
    }
#define cleanup_http_response __attribute__((cleanup(http_response_release)))

/* Errors: a CA, certificate or key that cannot be parsed. Call http_global_init() once, first. */
struct http_client *http_client_new(const struct http_client_options *options, struct error *err);
void http_client_free(struct http_client *client); /* NULL is fine; no request may be running */
void http_global_init(void);                       /* also ignores SIGPIPE for the whole process */

/* 0 when an answer came, whatever its status. -1: ERROR_NETWORK (name, connection, TLS, a broken
 * transfer; mostly retryable), ERROR_TIMEOUT (retryable), ERROR_CANCELED, ERROR_INPUT (the answer
 * is larger than its limit), or what on_data set. */
int http_do(struct http_client *client, const struct http_request *request,
            struct http_response *response, struct error *err);

void http_response_release(struct http_response *response);
/* First header of that name (any case): heap string without surrounding space, or NULL. */
char *http_response_header(const struct http_response *response, const char *name);

#endif
