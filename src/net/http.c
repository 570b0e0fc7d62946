#include "net/http.h"

#include <ctype.h>
#include <curl/curl.h>
#include <limits.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/str.h"
#include "base/thread.h"

#define CONNECT_TIMEOUT_MS (10 * CLOCK_SECOND)
#define REQUEST_TIMEOUT_MS (60 * CLOCK_SECOND)
#define IDLE_TIMEOUT_MS (60 * CLOCK_SECOND)
#define CANCEL_POLL_MS 200
#define SLOTS_IDLE_MAX 8
#define SLOT_IDLE_MS (90 * CLOCK_SECOND)

/* One request at a time and the connection that it leaves open. */
struct slot {
    CURL *easy;
    CURLM *multi;
    char reason[CURL_ERROR_SIZE];
    int64_t idle_since;
    struct slot *next;
};

struct http_client {
    char *ca_pem, *cert_pem, *key_pem, *server_name;
    char *user_agent, *proxy_url;
    bool insecure, use_proxy_env;
    int64_t connect_timeout_ms;
    pthread_mutex_t lock;
    struct slot *idle; /* under lock; the one used last comes first */
};

/* What the callbacks of one transfer share. */
struct transfer {
    const struct http_request *request;
    struct http_response *response;
    CURL *easy;
    struct error *err;
};

/* ---- The client ---- */

static void init_curl(void)
{
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != 0)
        abort();
    signal(SIGPIPE, SIG_IGN); /* OpenSSL writes without MSG_NOSIGNAL */
}

void http_global_init(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, init_curl);
}

static inline void bio_free_p(BIO **bio)
{
    BIO_free(*bio);
}

static inline void x509_free_p(X509 **cert)
{
    X509_free(*cert);
}

static inline void pkey_free_p(EVP_PKEY **key)
{
    EVP_PKEY_free(*key);
}

static X509 *read_cert(const char *pem)
{
    cleanup_with(bio_free_p) BIO *bio = BIO_new_mem_buf(pem, -1);

    return PEM_read_bio_X509(bio, NULL, NULL, NULL);
}

static int no_password(char *out, int size, int writing, void *arg)
{
    return -1;
}

/* curl would complain only at the first request, and about less. */
static int check_tls(const struct tls_options *tls, struct error *err)
{
    if (tls->ca_pem) {
        cleanup_with(x509_free_p) X509 *ca = read_cert(tls->ca_pem);

        if (!ca)
            return error_set(err, ERROR_INPUT, 0, "the CA holds no PEM certificate");
    }
    if (!tls->cert_pem != !tls->key_pem)
        return error_set(err, ERROR_INPUT, 0,
                         "a client certificate and its key are needed together");
    if (tls->cert_pem) {
        cleanup_with(bio_free_p) BIO *bio = BIO_new_mem_buf(tls->key_pem, -1);
        cleanup_with(x509_free_p) X509 *cert = read_cert(tls->cert_pem);
        cleanup_with(pkey_free_p) EVP_PKEY *key =
            PEM_read_bio_PrivateKey(bio, NULL, no_password, NULL);

        if (!cert)
            return error_set(err, ERROR_INPUT, 0, "the client certificate is no PEM certificate");
        if (!key)
            return error_set(err, ERROR_INPUT, 0,
                             "the client key is no PEM private key without a password");
        if (X509_check_private_key(cert, key) != 1)
            return error_set(err, ERROR_INPUT, 0,
                             "the client key does not belong to the client certificate");
    }
    return 0;
}

static char *dup_or_null(const char *s)
{
    return s ? xstrdup(s) : NULL;
}

struct http_client *http_client_new(const struct http_client_options *options, struct error *err)
{
    struct http_client *client;

    if (check_tls(&options->tls, err) < 0)
        return NULL;
    client = xcalloc(1, sizeof(*client));
    client->ca_pem = dup_or_null(options->tls.ca_pem);
    client->cert_pem = dup_or_null(options->tls.cert_pem);
    client->key_pem = dup_or_null(options->tls.key_pem);
    client->server_name = dup_or_null(options->tls.server_name);
    client->insecure = options->tls.insecure;
    client->user_agent = xstrdup(options->user_agent ? options->user_agent : HTTP_USER_AGENT);
    client->proxy_url = dup_or_null(options->proxy_url);
    client->use_proxy_env = options->use_proxy_env;
    client->connect_timeout_ms =
        options->connect_timeout_ms ? options->connect_timeout_ms : CONNECT_TIMEOUT_MS;
    pthread_mutex_init(&client->lock, NULL);
    return client;
}

/* ---- The pool ---- */

static void slot_free(struct slot *slot)
{
    curl_easy_cleanup(slot->easy);
    curl_multi_cleanup(slot->multi);
    free(slot);
}

static struct slot *slot_new(void)
{
    struct slot *slot = xcalloc(1, sizeof(*slot));

    slot->easy = curl_easy_init();
    slot->multi = curl_multi_init();
    if (!slot->easy || !slot->multi)
        abort();
    curl_multi_setopt(slot->multi, CURLMOPT_MAXCONNECTS, 2L);
    return slot;
}

static void slots_free(struct slot *slot)
{
    while (slot) {
        struct slot *next = slot->next;

        slot_free(slot);
        slot = next;
    }
}

void http_client_free(struct http_client *client)
{
    if (!client)
        return;
    slots_free(client->idle);
    pthread_mutex_destroy(&client->lock);
    free(client->ca_pem);
    free(client->cert_pem);
    if (client->key_pem)
        explicit_bzero(client->key_pem, strlen(client->key_pem));
    free(client->key_pem);
    free(client->server_name);
    free(client->user_agent);
    free(client->proxy_url);
    free(client);
}

static struct slot *pool_take(struct http_client *client)
{
    struct slot *slot;

    {
        THREAD_GUARD(&client->lock);
        slot = client->idle;
        if (slot)
            client->idle = slot->next;
    }
    return slot ? slot : slot_new();
}

/* Keeps the slot for the next request, and lets go those beyond the limit or idle for long. */
static void pool_give(struct http_client *client, struct slot *slot)
{
    int64_t now = clock_mono_ms();
    struct slot **p, *old;
    size_t kept = 0;

    slot->idle_since = now;
    {
        THREAD_GUARD(&client->lock);
        slot->next = client->idle;
        client->idle = slot;
        for (p = &client->idle; *p; p = &(*p)->next)
            if (++kept > SLOTS_IDLE_MAX || now - (*p)->idle_since > SLOT_IDLE_MS)
                break;
        old = *p; /* used longer ago than all before it */
        *p = NULL;
    }
    slots_free(old);
}

/* ---- Callbacks of curl ---- */

static bool is_success(struct transfer *t)
{
    long status = 0;

    curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
    return status >= 200 && status < 300;
}

/* Returning less than n ends the transfer. */
static size_t on_body(char *data, size_t size, size_t n, void *arg)
{
    struct transfer *t = arg;
    struct buf *body = &t->response->body;

    if (!is_success(t)) {
        size_t room = body->limit - body->len;

        buf_append(body, data, n < room ? n : room);
        return n;
    }
    if (t->request->on_data)
        return t->request->on_data(t->request->on_data_arg, data, n, t->err) < 0 ? 0 : n;
    if (buf_append(body, data, n) < 0) {
        error_set(t->err, ERROR_INPUT, 0, "the answer is larger than the limit of %zu bytes",
                  body->limit);
        return 0;
    }
    return n;
}

static size_t on_header(char *data, size_t size, size_t n, void *arg)
{
    struct transfer *t = arg;
    struct buf *headers = &t->response->headers;
    const char *colon = memchr(data, ':', n);
    size_t len = n;

    if (n >= 5 && memcmp(data, "HTTP/", 5) == 0) {
        buf_clear(headers); /* the final answer, after a 1xx */
        return n;
    }
    while (len > 0 && (data[len - 1] == '\r' || data[len - 1] == '\n'))
        len--;
    if (!colon || len == 0)
        return n;
    for (char *p = data; p < colon; p++)
        *p = (char)tolower((unsigned char)*p);
    if (buf_append(headers, data, len) < 0 || buf_append_char(headers, '\n') < 0) {
        error_set(t->err, ERROR_INPUT, 0, "the headers of the answer are larger than %d bytes",
                  HTTP_HEADERS_MAX);
        return 0;
    }
    return n;
}

/* ---- One request ---- */

static void set_blob(CURL *easy, CURLoption option, const char *pem)
{
    struct curl_blob blob = {.data = (void *)pem, .len = strlen(pem), .flags = CURL_BLOB_NOCOPY};

    curl_easy_setopt(easy, option, &blob);
}

static void set_proxy(const struct http_client *client, CURL *easy, const char *url)
{
    const char *proxy = client->proxy_url;

    /* curl ignores HTTP_PROXY in upper case, which a CGI program's client could set; this is none.
     */
    if (!proxy && client->use_proxy_env && str_starts(url, "http://") && !getenv("http_proxy"))
        proxy = getenv("HTTP_PROXY");
    if (proxy)
        curl_easy_setopt(easy, CURLOPT_PROXY, proxy);
    else if (!client->use_proxy_env)
        curl_easy_setopt(easy, CURLOPT_PROXY, "");
    if (!client->use_proxy_env)
        curl_easy_setopt(easy, CURLOPT_NOPROXY, "");
}

static inline void curlu_free_p(CURLU **url)
{
    curl_url_cleanup(*url);
}

static inline void curl_free_p(char **s)
{
    curl_free(*s);
}

/* To check the certificate against another name than the address's, curl is told to ask for that
 * name and to connect to the address. */
static int set_server_name(const struct http_client *client, CURL *easy, const char *url,
                           struct curl_slist **headers, struct curl_slist **ret_connect_to,
                           struct error *err)
{
    cleanup_with(curlu_free_p) CURLU *u = curl_url();
    cleanup_with(curl_free_p) char *host = NULL, *port = NULL, *renamed = NULL;
    cleanup_free char *connect_to = NULL, *host_header = NULL;

    if (curl_url_set(u, CURLUPART_URL, url, CURLU_PATH_AS_IS) ||
        curl_url_get(u, CURLUPART_HOST, &host, 0) ||
        curl_url_get(u, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT) ||
        curl_url_set(u, CURLUPART_HOST, client->server_name, 0) ||
        curl_url_get(u, CURLUPART_URL, &renamed, 0))
        return error_set(err, ERROR_INPUT, 0, "the URL or the TLS server name %s is not valid",
                         client->server_name);
    connect_to = xasprintf("::%s:%s", host, port);
    host_header = xasprintf("Host: %s:%s", host, port);
    *headers = curl_slist_append(*headers, host_header);
    *ret_connect_to = curl_slist_append(NULL, connect_to);
    curl_easy_setopt(easy, CURLOPT_CONNECT_TO, *ret_connect_to);
    curl_easy_setopt(easy, CURLOPT_URL, renamed);
    return 0;
}

static void set_connection(const struct http_client *client, CURL *easy)
{
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L); /* never wait for a resolver that hangs */
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
    curl_easy_setopt(easy, CURLOPT_TCP_KEEPIDLE, 30L);
    curl_easy_setopt(easy, CURLOPT_TCP_KEEPINTVL, 15L);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)client->connect_timeout_ms);
    curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, client->user_agent);
    curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    if (client->insecure) {
        curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 0L);
        curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 0L);
    }
    if (client->ca_pem)
        set_blob(easy, CURLOPT_CAINFO_BLOB, client->ca_pem);
    if (client->cert_pem) {
        set_blob(easy, CURLOPT_SSLCERT_BLOB, client->cert_pem);
        set_blob(easy, CURLOPT_SSLKEY_BLOB, client->key_pem);
    }
}

/* POST, with the method's own name, is how curl sends a body from memory; a POST, PUT or PATCH
 * without a body says Content-Length: 0. */
static void set_method(const struct http_request *request, CURL *easy)
{
    const char *method = request->method;
    bool has_body =
        request->body || str_eq(method, "POST") || str_eq(method, "PUT") || str_eq(method, "PATCH");

    if (has_body) {
        curl_easy_setopt(easy, CURLOPT_POST, 1L);
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request->body ? request->body : "");
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
                         request->body ? (curl_off_t)request->body_len : 0);
    } else if (str_eq(method, "HEAD")) {
        curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
        return;
    }
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, method);
}

static struct curl_slist *make_headers(const struct http_request *request)
{
    /* No waiting for "100 Continue", and no type that curl would make up. */
    struct curl_slist *list = curl_slist_append(NULL, "Expect:");
    bool has_type = false;

    for (size_t i = 0; i < request->headers_n; i++) {
        const struct http_header *h = &request->headers[i];
        /* "Name;" is curl's way to write a header without a value. */
        cleanup_free char *line = xasprintf(*h->value ? "%s: %s" : "%s;", h->name, h->value);

        has_type |= strcasecmp(h->name, "Content-Type") == 0;
        list = curl_slist_append(list, line);
    }
    if (!has_type)
        list = curl_slist_append(list, "Content-Type:");
    return list;
}

/* Method and URL without user, password and query, which may hold secrets. */
static char *request_name(const struct http_request *request)
{
    const char *start = strstr(request->url, "://");
    const char *host = start ? start + 3 : request->url;
    const char *end = host + strcspn(host, "?#");
    const char *path = host + strcspn(host, "/?#");
    const char *at = memchr(host, '@', (size_t)(path - host));

    if (at)
        host = at + 1;
    return xasprintf("%s %.*s%.*s", request->method, start ? (int)(start + 3 - request->url) : 0,
                     request->url, (int)(end - host), host);
}

static bool is_permanent(CURLcode code)
{
    switch (code) {
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_WEIRD_SERVER_REPLY:
        return true;
    default:
        return false;
    }
}

static int report(CURLcode code, const struct slot *slot, struct error *err)
{
    const char *reason = *slot->reason ? slot->reason : curl_easy_strerror(code);

    if (code == CURLE_OPERATION_TIMEDOUT)
        return error_set_retryable(err, ERROR_TIMEOUT, 0, "%s", reason);
    error_set(err, ERROR_NETWORK, (int)code, "%s", reason);
    err->retryable = !is_permanent(code);
    return -1;
}

static curl_off_t bytes_moved(CURL *easy)
{
    curl_off_t up = 0, down = 0;
    long headers = 0;

    curl_easy_getinfo(easy, CURLINFO_SIZE_UPLOAD_T, &up);
    curl_easy_getinfo(easy, CURLINFO_SIZE_DOWNLOAD_T, &down);
    curl_easy_getinfo(easy, CURLINFO_HEADER_SIZE, &headers);
    return up + down + headers;
}

/* Runs the transfer to its end, a deadline, or the cancellation. */
static int run(struct slot *slot, struct transfer *t)
{
    const struct http_request *request = t->request;
    int64_t start = clock_mono_ms(), moved_at = start;
    int64_t timeout = request->timeout_ms ? request->timeout_ms : REQUEST_TIMEOUT_MS;
    int64_t idle = request->idle_timeout_ms ? request->idle_timeout_ms : IDLE_TIMEOUT_MS;
    curl_off_t moved = 0;

    for (;;) {
        int64_t now, wait = CLOCK_MINUTE;
        int running = 0, left;
        CURLMsg *message;
        CURLMcode rc;

        if (request->cancel && atomic_load(request->cancel))
            return error_set(t->err, ERROR_CANCELED, 0, "canceled");
        rc = curl_multi_perform(slot->multi, &running);
        if (rc != CURLM_OK)
            return error_set_retryable(t->err, ERROR_NETWORK, (int)rc, "%s",
                                       curl_multi_strerror(rc));
        message = curl_multi_info_read(slot->multi, &left);
        if (message && message->msg == CURLMSG_DONE) {
            if (error_is_set(t->err))
                return -1;
            return message->data.result == CURLE_OK ? 0
                                                    : report(message->data.result, slot, t->err);
        }
        now = clock_mono_ms();
        if (bytes_moved(t->easy) != moved) {
            moved = bytes_moved(t->easy);
            moved_at = now;
        }
        if (timeout > 0 && now - start >= timeout)
            return error_set_retryable(t->err, ERROR_TIMEOUT, 0, "no complete answer within %.3g s",
                                       (double)timeout / 1000);
        if (now - moved_at >= idle)
            return error_set_retryable(t->err, ERROR_TIMEOUT, 0, "not a byte moved for %.3g s",
                                       (double)idle / 1000);
        if (timeout > 0 && start + timeout - now < wait)
            wait = start + timeout - now;
        if (moved_at + idle - now < wait)
            wait = moved_at + idle - now;
        if (request->cancel && wait > CANCEL_POLL_MS)
            wait = CANCEL_POLL_MS;
        curl_multi_poll(slot->multi, NULL, 0, (int)wait, NULL);
    }
}

static int transfer(struct http_client *client, struct slot *slot, struct transfer *t)
{
    struct curl_slist *headers = make_headers(t->request), *connect_to = NULL;
    CURL *easy = slot->easy;
    int rc = 0;

    curl_easy_reset(easy);
    *slot->reason = '\0';
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, slot->reason);
    set_connection(client, easy);
    set_proxy(client, easy, t->request->url);
    set_method(t->request, easy);
    curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(easy, CURLOPT_URL, t->request->url);
    if (client->server_name)
        rc = set_server_name(client, easy, t->request->url, &headers, &connect_to, t->err);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, t);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, t);
    if (rc == 0) {
        long status = 0;

        curl_multi_add_handle(slot->multi, easy);
        rc = run(slot, t);
        curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
        t->response->status = (int)status;
        curl_multi_remove_handle(slot->multi, easy);
    }
    curl_slist_free_all(headers);
    curl_slist_free_all(connect_to);
    return rc;
}

int http_do(struct http_client *client, const struct http_request *request,
            struct http_response *response, struct error *err)
{
    struct slot *slot = pool_take(client);
    struct transfer t = {.request = request, .response = response, .easy = slot->easy, .err = err};
    struct error failure = ERROR_INIT;

    /* Of our own, so that a caller's error object that is set already is noticed here. */
    t.err = &failure;
    response->status = 0;
    buf_clear(&response->body);
    buf_clear(&response->headers);
    if (transfer(client, slot, &t) == 0) {
        pool_give(client, slot);
        return 0;
    }
    /* Whatever state the connection is in, it goes. */
    slot_free(slot);
    cleanup_free char *name = request_name(request);

    error_set(err, failure.domain, failure.code, "%s: %s", name, failure.message);
    err->retryable = failure.retryable;
    return -1;
}

void http_response_release(struct http_response *response)
{
    buf_release(&response->body);
    buf_release(&response->headers);
}

char *http_response_header(const struct http_response *response, const char *name)
{
    size_t n = strlen(name);

    for (const char *line = buf_cstr(&response->headers); *line;) {
        const char *end = strchrnul(line, '\n');

        if ((size_t)(end - line) > n && line[n] == ':' && strncasecmp(line, name, n) == 0) {
            const char *value = line + n + 1;

            while (value < end && isspace((unsigned char)*value))
                value++;
            while (end > value && isspace((unsigned char)end[-1]))
                end--;
            return xstrndup(value, (size_t)(end - value));
        }
        line = *end ? end + 1 : end;
    }
    return NULL;
}
