/* An HTTP server on 127.0.0.1 for tests, which plays prepared answers, broken ones too.
 *
 * Each request is answered by the first step not used yet whose `expect` is part of the request
 * (line, headers and body), or by the handler when there is one. A request that nothing expects is
 * answered with 599 and makes script_server_free fail the test. Any number of connections. */
#ifndef TESTS_SCRIPT_SERVER_H
#define TESTS_SCRIPT_SERVER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

enum script_action {
    SCRIPT_END,   /* of the answer: wait for the next request on the connection */
    SCRIPT_SEND,  /* text, as it is */
    SCRIPT_REPLY, /* a whole answer: status n, JSON body text */
    SCRIPT_BEGIN, /* head of a 200 with chunks to come */
    SCRIPT_CHUNK, /* text as one chunk */
    SCRIPT_SLOW,  /* text as chunks of one byte, n ms between them */
    SCRIPT_DONE,  /* the last chunk */
    SCRIPT_PAUSE, /* n ms */
    SCRIPT_GATE,  /* until script_server_open(n) */
    SCRIPT_CLOSE, /* the connection */
};

struct script_piece {
    enum script_action action;
    const char *text;
    int n;
};

#define SEND(text_)                                                                                \
    {                                                                                              \
        .action = SCRIPT_SEND, .text = (text_)                                                     \
    }
#define REPLY(status, body)                                                                        \
    {                                                                                              \
        .action = SCRIPT_REPLY, .text = (body), .n = (status)                                      \
    }
#define BEGIN                                                                                      \
    {                                                                                              \
        .action = SCRIPT_BEGIN                                                                     \
    }
#define CHUNK(text_)                                                                               \
    {                                                                                              \
        .action = SCRIPT_CHUNK, .text = (text_)                                                    \
    }
#define SLOW(text_, ms)                                                                            \
    {                                                                                              \
        .action = SCRIPT_SLOW, .text = (text_), .n = (ms)                                          \
    }
#define DONE                                                                                       \
    {                                                                                              \
        .action = SCRIPT_DONE                                                                      \
    }
#define PAUSE(ms)                                                                                  \
    {                                                                                              \
        .action = SCRIPT_PAUSE, .n = (ms)                                                          \
    }
#define GATE(gate)                                                                                 \
    {                                                                                              \
        .action = SCRIPT_GATE, .n = (gate)                                                         \
    }
#define CLOSE                                                                                      \
    {                                                                                              \
        .action = SCRIPT_CLOSE                                                                     \
    }

struct script_step {
    const char *expect;
    struct script_piece pieces[10];
};

struct script_server;

struct script_server_options {
    const struct script_step *steps; /* borrowed */
    size_t steps_n;
    /* Writes the whole raw answer; called by one thread at a time. */
    void (*handler)(void *arg, const char *request, struct buf *answer);
    void *arg;
    const char *cert_pem, *key_pem; /* TLS */
    const char *client_ca_pem;      /* client certificates are required */
};

struct script_server *script_server_start(const struct script_server_options *options);
/* Closes all connections. False when something was asked that nothing expected, or a step was never
 * used; says which on stderr. */
bool script_server_free(struct script_server *server);

const char *script_server_url(const struct script_server *server); /* "http://127.0.0.1:port" */
int script_server_port(const struct script_server *server);
void script_server_open(struct script_server *server, int gate);

/* Waits until n requests have come, at most 5 s; false otherwise. */
bool script_server_wait(struct script_server *server, size_t n);
size_t script_server_requests(struct script_server *server);
/* Request i: head and body. Stays valid. NULL when it has not come. */
const char *script_server_request(struct script_server *server, size_t i);
size_t script_server_connections(struct script_server *server); /* accepted so far */

/* For handlers: appends an answer with status and JSON body. */
void script_answer(struct buf *answer, int status, const char *body);

#endif
