#include "script_server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/thread.h"

#define CONNECTIONS_MAX 64
#define GATES_MAX 8
#define WAIT_MS (5 * CLOCK_SECOND)

struct connection {
    struct script_server *server;
    pthread_t thread;
    int fd;
    SSL *ssl;
};

struct script_server {
    struct script_server_options options;
    SSL_CTX *tls;
    int listener, port;
    char *url;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    pthread_mutex_t handler_lock;
    /* Under lock: */
    bool stopping, failed;
    bool gates[GATES_MAX];
    bool *used;
    struct strv requests;
    struct connection *connections[CONNECTIONS_MAX];
    size_t connections_n;
};

static bool send_all(struct connection *c, const char *data, size_t n)
{
    while (n > 0) {
        ssize_t r = c->ssl ? SSL_write(c->ssl, data, (int)n) : send(c->fd, data, n, MSG_NOSIGNAL);

        if (r <= 0)
            return false;
        data += r;
        n -= (size_t)r;
    }
    return true;
}

static ssize_t receive(struct connection *c, char *data, size_t n)
{
    return c->ssl ? SSL_read(c->ssl, data, (int)n) : recv(c->fd, data, n, 0);
}

/* One request, head and body, into `request`; false at the end of the connection. */
static bool read_request(struct connection *c, struct buf *request)
{
    for (;;) {
        const char *text = buf_cstr(request);
        const char *end = strstr(text, "\r\n\r\n");
        ssize_t r;
        char *room;

        if (end) {
            const char *length = strcasestr(text, "\r\nContent-Length: ");
            size_t want = (size_t)(end + 4 - text);

            if (length && length < end)
                want += strtoul(length + 18, NULL, 10);
            if (request->len >= want)
                return true;
        }
        room = buf_reserve(request, 4096);
        r = room ? receive(c, room, 4096) : -1;
        if (r <= 0)
            return false;
        request->len += (size_t)r;
        request->data[request->len] = '\0';
    }
}

static bool wait_gate(struct script_server *s, int gate)
{
    THREAD_GUARD(&s->lock);
    while (!s->stopping && !s->gates[gate])
        pthread_cond_wait(&s->changed, &s->lock);
    return !s->stopping;
}

static bool pause_ms(struct script_server *s, int ms)
{
    int64_t deadline = clock_mono_ms() + ms;

    THREAD_GUARD(&s->lock);
    while (!s->stopping && clock_mono_ms() < deadline)
        thread_cond_wait_until(&s->changed, &s->lock, deadline);
    return !s->stopping;
}

void script_answer(struct buf *answer, int status, const char *body)
{
    buf_appendf(answer,
                "HTTP/1.1 %d Status\r\nContent-Type: application/json\r\n"
                "Content-Length: %zu\r\n\r\n%s",
                status, strlen(body), body);
}

static bool send_chunk(struct connection *c, const char *data, size_t n)
{
    cleanup_free char *chunk = xasprintf("%zx\r\n%.*s\r\n", n, (int)n, data);

    return send_all(c, chunk, strlen(chunk));
}

static bool send_slow(struct connection *c, const char *text, int ms)
{
    for (; *text; text++)
        if (!send_chunk(c, text, 1) || !pause_ms(c->server, ms))
            return false;
    return true;
}

/* False ends the connection. */
static bool play(struct connection *c, const struct script_piece *piece)
{
    static const char head[] = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                               "Transfer-Encoding: chunked\r\n\r\n";
    cleanup_buf struct buf answer = BUF_INIT(BUF_UNLIMITED);

    switch (piece->action) {
    case SCRIPT_SEND:
        return send_all(c, piece->text, strlen(piece->text));
    case SCRIPT_REPLY:
        script_answer(&answer, piece->n, piece->text);
        return send_all(c, answer.data, answer.len);
    case SCRIPT_BEGIN:
        return send_all(c, head, strlen(head));
    case SCRIPT_CHUNK:
        return send_chunk(c, piece->text, strlen(piece->text));
    case SCRIPT_SLOW:
        return send_slow(c, piece->text, piece->n);
    case SCRIPT_DONE:
        return send_all(c, "0\r\n\r\n", 5);
    case SCRIPT_PAUSE:
        return pause_ms(c->server, piece->n);
    case SCRIPT_GATE:
        return wait_gate(c->server, piece->n);
    case SCRIPT_CLOSE:
    case SCRIPT_END:
        break;
    }
    return false;
}

static const struct script_step *take_step(struct script_server *s, const char *request)
{
    THREAD_GUARD(&s->lock);
    strv_add(&s->requests, request);
    pthread_cond_broadcast(&s->changed);
    for (size_t i = 0; i < s->options.steps_n; i++) {
        const struct script_step *step = &s->options.steps[i];

        if (s->used[i] || (step->expect && !strstr(request, step->expect)))
            continue;
        s->used[i] = true;
        return step;
    }
    if (!s->options.handler) {
        fprintf(stderr, "script_server: unexpected request: %s\n", request);
        s->failed = true;
    }
    return NULL;
}

static bool answer_request(struct connection *c, const char *request)
{
    struct script_server *s = c->server;
    const struct script_step *step = take_step(s, request);
    cleanup_buf struct buf answer = BUF_INIT(BUF_UNLIMITED);

    if (step) {
        for (size_t i = 0; i < ARRAY_SIZE(step->pieces); i++) {
            if (step->pieces[i].action == SCRIPT_END)
                break;
            if (!play(c, &step->pieces[i]))
                return false;
        }
        return true;
    }
    if (s->options.handler) {
        THREAD_GUARD(&s->handler_lock);
        s->options.handler(s->options.arg, request, &answer);
    } else {
        script_answer(&answer, 599, "{}");
    }
    return send_all(c, answer.data, answer.len);
}

static void *connection_main(void *arg)
{
    struct connection *c = arg;
    bool going = !c->ssl || SSL_accept(c->ssl) == 1;

    while (going) {
        cleanup_buf struct buf request = BUF_INIT((size_t)16 << 20);

        going = read_request(c, &request) && answer_request(c, buf_cstr(&request));
    }
    if (c->ssl)
        SSL_shutdown(c->ssl);
    shutdown(c->fd, SHUT_RDWR);
    return NULL;
}

static void *listener_main(void *arg)
{
    struct script_server *s = arg;

    for (;;) {
        struct connection *c;
        struct error err = ERROR_INIT;
        int fd = accept(s->listener, NULL, NULL), one = 1;

        if (fd < 0)
            return NULL;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
        THREAD_GUARD(&s->lock);
        if (s->stopping || s->connections_n == CONNECTIONS_MAX) {
            close(fd);
            continue;
        }
        c = xcalloc(1, sizeof(*c));
        c->server = s;
        c->fd = fd;
        if (s->tls) {
            c->ssl = SSL_new(s->tls);
            SSL_set_fd(c->ssl, fd);
        }
        if (thread_start(&c->thread, "script", THREAD_STACK_SMALL, connection_main, c, &err) < 0)
            abort();
        s->connections[s->connections_n++] = c;
    }
}

static X509 *read_cert(const char *pem)
{
    BIO *bio = BIO_new_mem_buf(pem, -1);
    X509 *cert = PEM_read_bio_X509(bio, NULL, NULL, NULL);

    BIO_free(bio);
    return cert;
}

static SSL_CTX *make_tls(const struct script_server_options *options)
{
    SSL_CTX *tls = SSL_CTX_new(TLS_server_method());
    BIO *bio = BIO_new_mem_buf(options->key_pem, -1);
    EVP_PKEY *key = PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);
    X509 *cert = read_cert(options->cert_pem);

    if (SSL_CTX_use_certificate(tls, cert) != 1 || SSL_CTX_use_PrivateKey(tls, key) != 1)
        abort();
    if (options->client_ca_pem) {
        X509 *ca = read_cert(options->client_ca_pem);

        X509_STORE_add_cert(SSL_CTX_get_cert_store(tls), ca);
        SSL_CTX_set_verify(tls, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
        X509_free(ca);
    }
    X509_free(cert);
    EVP_PKEY_free(key);
    BIO_free(bio);
    return tls;
}

struct script_server *script_server_start(const struct script_server_options *options)
{
    struct script_server *s = xcalloc(1, sizeof(*s));
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t n = sizeof(address);
    struct error err = ERROR_INIT;

    s->options = *options;
    s->used = xcalloc(options->steps_n + 1, sizeof(*s->used));
    s->tls = options->cert_pem ? make_tls(options) : NULL;
    pthread_mutex_init(&s->lock, NULL);
    pthread_mutex_init(&s->handler_lock, NULL);
    thread_cond_init(&s->changed);
    s->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(s->listener, (struct sockaddr *)&address, n) < 0 || listen(s->listener, 64) < 0 ||
        getsockname(s->listener, (struct sockaddr *)&address, &n) < 0)
        abort();
    s->port = ntohs(address.sin_port);
    s->url = xasprintf("%s://127.0.0.1:%d", s->tls ? "https" : "http", s->port);
    if (thread_start(&s->thread, "script-listener", THREAD_STACK_SMALL, listener_main, s, &err) < 0)
        abort();
    return s;
}

bool script_server_free(struct script_server *s)
{
    bool ok;

    pthread_mutex_lock(&s->lock);
    s->stopping = true;
    pthread_cond_broadcast(&s->changed);
    shutdown(s->listener, SHUT_RDWR);
    pthread_mutex_unlock(&s->lock);
    pthread_join(s->thread, NULL);
    for (size_t i = 0; i < s->connections_n; i++) {
        struct connection *c = s->connections[i];

        shutdown(c->fd, SHUT_RDWR);
        pthread_join(c->thread, NULL);
        SSL_free(c->ssl);
        close(c->fd);
        free(c);
    }
    ok = !s->failed;
    for (size_t i = 0; i < s->options.steps_n; i++) {
        if (!s->used[i]) {
            fprintf(stderr, "script_server: step %zu (%s) was never used\n", i,
                    s->options.steps[i].expect);
            ok = false;
        }
    }
    close(s->listener);
    SSL_CTX_free(s->tls);
    strv_release(&s->requests);
    free(s->used);
    free(s->url);
    free(s);
    return ok;
}

const char *script_server_url(const struct script_server *s)
{
    return s->url;
}

int script_server_port(const struct script_server *s)
{
    return s->port;
}

void script_server_open(struct script_server *s, int gate)
{
    THREAD_GUARD(&s->lock);
    s->gates[gate] = true;
    pthread_cond_broadcast(&s->changed);
}

bool script_server_wait(struct script_server *s, size_t n)
{
    int64_t deadline = clock_mono_ms() + WAIT_MS;

    THREAD_GUARD(&s->lock);
    while (s->requests.n < n && clock_mono_ms() < deadline)
        thread_cond_wait_until(&s->changed, &s->lock, deadline);
    return s->requests.n >= n;
}

size_t script_server_requests(struct script_server *s)
{
    THREAD_GUARD(&s->lock);
    return s->requests.n;
}

const char *script_server_request(struct script_server *s, size_t i)
{
    THREAD_GUARD(&s->lock);
    return i < s->requests.n ? s->requests.items[i] : NULL;
}

size_t script_server_connections(struct script_server *s)
{
    THREAD_GUARD(&s->lock);
    return s->connections_n;
}
