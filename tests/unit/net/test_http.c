#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/thread.h"
#include "net/http.h"
#include "script_server.h"
#include "test_pki.h"

#define BODY_MAX 1000

struct fixture {
    struct script_server *server;
    struct http_client *client;
    struct http_response response;
    struct error err;
};

static struct http_client *new_client(const struct http_client_options *options)
{
    struct error err = ERROR_INIT;
    struct http_client *client = http_client_new(options, &err);

    if (!client)
        fail_msg("%s", err.message);
    return client;
}

static struct fixture set_up(const struct script_step *steps, size_t n)
{
    return (struct fixture){
        .server =
            script_server_start(&(struct script_server_options){.steps = steps, .steps_n = n}),
        .client = new_client(&(struct http_client_options){0}),
        .response = HTTP_RESPONSE_INIT(BODY_MAX),
        .err = ERROR_INIT,
    };
}

static void tear_down(struct fixture *f)
{
    http_client_free(f->client);
    http_response_release(&f->response);
    assert_true(script_server_free(f->server));
}

static int fetch(struct fixture *f, struct http_request request)
{
    cleanup_free char *url = xasprintf("%s/path?secret=1", script_server_url(f->server));

    if (!request.method)
        request.method = "GET";
    request.url = url;
    error_clear(&f->err);
    return http_do(f->client, &request, &f->response, &f->err);
}

static void test_methods_and_bodies_go_out_as_given(void **state)
{
    static const struct {
        const char *method, *body, *request_line, *length;
    } cases[] = {
        {"GET", NULL, "GET /path?secret=1 HTTP/1.1\r\n", NULL},
        {"DELETE", NULL, "DELETE /path?secret=1 HTTP/1.1\r\n", NULL},
        {"DELETE", "{}", "DELETE /path?secret=1 HTTP/1.1\r\n", "Content-Length: 2\r\n"},
        {"POST", "abc", "POST /path?secret=1 HTTP/1.1\r\n", "Content-Length: 3\r\n"},
        {"POST", NULL, "POST /path?secret=1 HTTP/1.1\r\n", "Content-Length: 0\r\n"},
        {"PUT", "", "PUT /path?secret=1 HTTP/1.1\r\n", "Content-Length: 0\r\n"},
        {"PATCH", "abcd", "PATCH /path?secret=1 HTTP/1.1\r\n", "Content-Length: 4\r\n"},
    };
    static const struct script_step steps[ARRAY_SIZE(cases)] = {
        [0 ... ARRAY_SIZE(cases) - 1] = {NULL, {REPLY(200, "{\"a\":1}")}}};
    struct fixture f = set_up(steps, ARRAY_SIZE(steps));
    const struct http_header headers[] = {{"X-One", "1"}, {"X-Empty", ""}};

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        const char *request, *body = cases[i].body;

        assert_int_equal(fetch(&f, (struct http_request){.method = cases[i].method,
                                                         .headers = headers,
                                                         .headers_n = 2,
                                                         .body = body,
                                                         .body_len = body ? strlen(body) : 0}),
                         0);
        assert_int_equal(f.response.status, 200);
        assert_string_equal(buf_cstr(&f.response.body), "{\"a\":1}");
        request = script_server_request(f.server, i);
        assert_true(str_starts(request, cases[i].request_line));
        assert_non_null(strstr(request, "\r\nUser-Agent: etcd-druid/"));
        assert_non_null(strstr(request, "\r\nX-One: 1\r\nX-Empty:\r\n"));
        assert_null(strstr(request, "Expect"));
        assert_null(strstr(request, "Content-Type"));
        assert_null(strstr(request, "Accept-Encoding"));
        if (cases[i].length)
            assert_non_null(strstr(request, cases[i].length));
        else
            assert_null(strstr(request, "Content-Length"));
        assert_true(str_ends(request, body ? body : "\r\n\r\n"));
    }
    assert_int_equal(script_server_connections(f.server), 1);
    tear_down(&f);
}

static void test_headers_of_the_last_answer_are_kept(void **state)
{
    static const struct script_step steps[] = {
        {NULL,
         {SEND(
             "HTTP/1.1 100 Continue\r\nX-A: early\r\n\r\nHTTP/1.1 201 Created\r\nETag:  \"x\" \r\n"
             "X-A: late\r\nContent-Length: 0\r\n\r\n")}}};
    struct fixture f = set_up(steps, ARRAY_SIZE(steps));
    cleanup_free char *etag = NULL, *a = NULL, *none = NULL;

    assert_int_equal(fetch(&f, (struct http_request){0}), 0);
    assert_int_equal(f.response.status, 201);
    etag = http_response_header(&f.response, "etag");
    a = http_response_header(&f.response, "x-A");
    none = http_response_header(&f.response, "X");
    assert_string_equal(etag, "\"x\"");
    assert_string_equal(a, "late");
    assert_null(none);
    tear_down(&f);
}

static void test_head_has_no_body(void **state)
{
    static const struct script_step steps[] = {
        {"HEAD /path", {SEND("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n")}}};
    struct fixture f = set_up(steps, ARRAY_SIZE(steps));
    cleanup_free char *length = NULL;

    assert_int_equal(fetch(&f, (struct http_request){.method = "HEAD"}), 0);
    length = http_response_header(&f.response, "content-length");
    assert_string_equal(length, "5000");
    tear_down(&f);
}

static int take_piece(void *arg, const void *data, size_t n, struct error *err)
{
    buf_append(arg, data, n);
    if (memchr(data, '!', n))
        return error_set(err, ERROR_INTERNAL, 7, "enough");
    return 0;
}

static void test_body_in_pieces(void **state)
{
    static const struct script_step steps[] = {
        {NULL, {BEGIN, CHUNK("one"), GATE(0), CHUNK("two"), DONE}},
        {NULL, {REPLY(404, "not here")}},
        {NULL, {BEGIN, CHUNK("stop!"), CHUNK("never read"), DONE}},
    };
    struct fixture f = set_up(steps, ARRAY_SIZE(steps));
    cleanup_buf struct buf pieces = BUF_INIT(100);
    struct http_request request = {.on_data = take_piece, .on_data_arg = &pieces};

    script_server_open(f.server, 0);
    assert_int_equal(fetch(&f, request), 0);
    assert_string_equal(buf_cstr(&pieces), "onetwo");
    assert_int_equal(f.response.body.len, 0);
    /* The body of an error is not the body that was asked for. */
    assert_int_equal(fetch(&f, request), 0);
    assert_int_equal(f.response.status, 404);
    assert_string_equal(buf_cstr(&pieces), "onetwo");
    assert_string_equal(buf_cstr(&f.response.body), "not here");
    assert_int_equal(fetch(&f, request), -1);
    assert_true(error_is(&f.err, ERROR_INTERNAL, 7));
    assert_non_null(strstr(f.err.message, "/path: enough"));
    assert_null(strstr(f.err.message, "secret"));
    tear_down(&f);
}

static void test_sizes_are_bounded(void **state)
{
    cleanup_free char *big = xcalloc(1, 2 * HTTP_HEADERS_MAX);
    cleanup_free char *head = NULL, *body = NULL;

    memset(big, 'x', 2 * HTTP_HEADERS_MAX - 1);
    head = xasprintf("HTTP/1.1 200 OK\r\nA: %.60000s\r\nB: %.60000s\r\nContent-Length: 0\r\n\r\n",
                     big, big);
    body = xasprintf("%.*s", BODY_MAX + 1, big);
    const struct script_step steps[] = {{NULL, {REPLY(200, body)}},
                                        {NULL, {REPLY(500, body)}},
                                        {NULL, {SEND(head)}},
                                        {NULL, {BEGIN, CHUNK(body), GATE(0)}}};
    struct fixture f = set_up(steps, ARRAY_SIZE(steps));

    assert_int_equal(fetch(&f, (struct http_request){0}), -1);
    assert_int_equal(f.err.domain, ERROR_INPUT);
    assert_non_null(strstr(f.err.message, "larger than the limit of 1000 bytes"));
    assert_int_equal(fetch(&f, (struct http_request){0}), 0);
    assert_int_equal(f.response.status, 500);
    assert_int_equal(f.response.body.len, BODY_MAX);
    assert_int_equal(fetch(&f, (struct http_request){0}), -1);
    assert_int_equal(f.err.domain, ERROR_INPUT);
    assert_non_null(strstr(f.err.message, "headers"));
    assert_int_equal(fetch(&f, (struct http_request){0}), -1);
    assert_int_equal(f.err.domain, ERROR_INPUT);
    tear_down(&f);
}

static void test_broken_answers_are_network_errors(void **state)
{
    static const struct script_step steps[] = {
        {NULL, {CLOSE}},
        {NULL, {SEND("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"), CLOSE}},
        {NULL, {BEGIN, CHUNK("half"), CLOSE}},
        {NULL, {SEND("220 ready\r\n"), CLOSE}},
    };
    struct fixture f = set_up(steps, ARRAY_SIZE(steps));

    for (size_t i = 0; i < ARRAY_SIZE(steps); i++) {
        assert_int_equal(fetch(&f, (struct http_request){0}), -1);
        assert_int_equal(f.err.domain, ERROR_NETWORK);
        if (i < 3)
            assert_true(f.err.retryable);
    }
    tear_down(&f);
}

static void test_times_are_bounded(void **state)
{
    static const struct script_step steps[] = {
        {NULL, {BEGIN, SLOW("1234567890123456789012345678901234567890", 20), DONE}},
        {NULL, {BEGIN, CHUNK("x"), GATE(0)}},
        {NULL, {BEGIN, SLOW("12345", 30), DONE}},
    };
    struct fixture f = set_up(steps, ARRAY_SIZE(steps));
    int64_t start = clock_mono_ms();

    assert_int_equal(fetch(&f, (struct http_request){.timeout_ms = 150}), -1);
    assert_int_equal(f.err.domain, ERROR_TIMEOUT);
    assert_true(f.err.retryable);
    assert_non_null(strstr(f.err.message, "no complete answer within 0.15 s"));
    assert_int_equal(fetch(&f, (struct http_request){.timeout_ms = -1, .idle_timeout_ms = 100}),
                     -1);
    assert_int_equal(f.err.domain, ERROR_TIMEOUT);
    assert_non_null(strstr(f.err.message, "not a byte moved for 0.1 s"));
    /* Slow, but moving. */
    assert_int_equal(fetch(&f, (struct http_request){.timeout_ms = -1, .idle_timeout_ms = 100}), 0);
    assert_true(clock_mono_ms() - start < 2000);
    tear_down(&f);
}

struct cancel_later {
    atomic_bool flag;
    struct script_server *server;
};

static void *cancel_main(void *arg)
{
    struct cancel_later *cancel = arg;

    script_server_wait(cancel->server, 1);
    clock_sleep_ms(50);
    atomic_store(&cancel->flag, true);
    return NULL;
}

static void test_cancel_ends_a_request(void **state)
{
    static const struct script_step steps[] = {{NULL, {BEGIN, CHUNK("x"), GATE(0)}}};
    struct fixture f = set_up(steps, ARRAY_SIZE(steps));
    struct cancel_later cancel = {.server = f.server};
    int64_t start = clock_mono_ms();
    pthread_t thread;

    assert_int_equal(
        thread_start(&thread, "cancel", THREAD_STACK_SMALL, cancel_main, &cancel, &f.err), 0);
    assert_int_equal(fetch(&f, (struct http_request){.cancel = &cancel.flag}), -1);
    assert_int_equal(f.err.domain, ERROR_CANCELED);
    assert_true(clock_mono_ms() - start < 1000);
    pthread_join(thread, NULL);
    tear_down(&f);
}

static void test_nobody_listens(void **state)
{
    struct http_client *client = new_client(&(struct http_client_options){0});
    struct http_response response = HTTP_RESPONSE_INIT(100);
    struct error err = ERROR_INIT;
    const struct http_request refused = {.method = "GET", .url = "http://user:pw@127.0.0.1:1/x"};
    const struct http_request scheme = {.method = "GET", .url = "file:///etc/passwd"};

    assert_int_equal(http_do(client, &refused, &response, &err), -1);
    assert_int_equal(err.domain, ERROR_NETWORK);
    assert_true(err.retryable);
    assert_true(str_starts(err.message, "GET http://127.0.0.1:1/x: "));
    error_clear(&err);
    assert_int_equal(http_do(client, &scheme, &response, &err), -1);
    assert_int_equal(err.domain, ERROR_NETWORK);
    assert_false(err.retryable);
    http_client_free(client);
    http_response_release(&response);
}

static void test_tls_checks_both_sides(void **state)
{
    static const struct script_step once = {NULL, {REPLY(200, "{}")}};
    static const struct {
        const char *shows;
        bool renamed;
        struct tls_options tls;
        const char *failure;
    } cases[] = {
        {"the right CA and certificate",
         false,
         {.ca_pem = TEST_CA_PEM, .cert_pem = TEST_CLIENT_PEM, .key_pem = TEST_CLIENT_KEY},
         NULL},
        {"the system's CAs do not know the server",
         false,
         {.cert_pem = TEST_CLIENT_PEM, .key_pem = TEST_CLIENT_KEY},
         "certificate"},
        {"insecure",
         false,
         {.cert_pem = TEST_CLIENT_PEM, .key_pem = TEST_CLIENT_KEY, .insecure = true},
         NULL},
        {"no client certificate", false, {.ca_pem = TEST_CA_PEM}, ""},
        {"another name in the certificate",
         true,
         {.ca_pem = TEST_CA_PEM, .cert_pem = TEST_CLIENT_PEM, .key_pem = TEST_CLIENT_KEY},
         "127.0.0.1"},
        {"another name, which is expected",
         true,
         {.ca_pem = TEST_CA_PEM,
          .cert_pem = TEST_CLIENT_PEM,
          .key_pem = TEST_CLIENT_KEY,
          .server_name = "kubernetes.default.svc"},
         NULL},
    };

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct script_server_options options = {
            .steps = &once,
            .steps_n = !cases[i].failure,
            .cert_pem = cases[i].renamed ? TEST_RENAMED_PEM : TEST_SERVER_PEM,
            .key_pem = cases[i].renamed ? TEST_RENAMED_KEY : TEST_SERVER_KEY,
            .client_ca_pem = TEST_CA_PEM,
        };
        struct fixture f = {.server = script_server_start(&options),
                            .client =
                                new_client(&(struct http_client_options){.tls = cases[i].tls}),
                            .response = HTTP_RESPONSE_INIT(BODY_MAX)};
        int rc = fetch(&f, (struct http_request){.method = "PUT", .body = "x", .body_len = 1});

        if ((rc == 0) != !cases[i].failure)
            fail_msg("%s: %s", cases[i].shows, rc == 0 ? "accepted" : f.err.message);
        if (cases[i].failure) {
            assert_int_equal(f.err.domain, ERROR_NETWORK);
            assert_non_null(strstr(f.err.message, cases[i].failure));
        } else {
            cleanup_free char *host =
                xasprintf("\r\nHost: 127.0.0.1:%d\r\n", script_server_port(f.server));

            assert_non_null(strstr(script_server_request(f.server, 0), host));
        }
        tear_down(&f);
    }
}

static void test_bad_certificates_are_refused_at_once(void **state)
{
    static const struct {
        struct tls_options tls;
        const char *message;
    } cases[] = {
        {{.ca_pem = "nonsense"}, "the CA holds no PEM certificate"},
        {{.cert_pem = TEST_CLIENT_PEM}, "are needed together"},
        {{.cert_pem = "x", .key_pem = TEST_CLIENT_KEY}, "the client certificate is no PEM"},
        {{.cert_pem = TEST_CLIENT_PEM, .key_pem = "x"}, "the client key is no PEM"},
        {{.cert_pem = TEST_CLIENT_PEM, .key_pem = TEST_SERVER_KEY}, "does not belong"},
    };

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct error err = ERROR_INIT;

        assert_null(http_client_new(&(struct http_client_options){.tls = cases[i].tls}, &err));
        assert_int_equal(err.domain, ERROR_INPUT);
        assert_non_null(strstr(err.message, cases[i].message));
    }
}

struct worker {
    struct fixture *f;
    pthread_t thread;
    int ok;
};

static void *worker_main(void *arg)
{
    struct worker *w = arg;
    cleanup_free char *url = xasprintf("%s/w", script_server_url(w->f->server));
    struct http_response response = HTTP_RESPONSE_INIT(100);
    struct http_request request = {.method = "GET", .url = url};

    for (int i = 0; i < 50; i++) {
        struct error err = ERROR_INIT;

        w->ok += http_do(w->f->client, &request, &response, &err) == 0 && response.status == 200;
    }
    http_response_release(&response);
    return NULL;
}

static void answer_ok(void *arg, const char *request, struct buf *answer)
{
    script_answer(answer, 200, "{}");
}

static void test_threads_share_a_client(void **state)
{
    struct fixture f = {
        .server = script_server_start(&(struct script_server_options){.handler = answer_ok}),
        .client = new_client(&(struct http_client_options){0}),
        .response = HTTP_RESPONSE_INIT(BODY_MAX),
    };
    struct worker workers[4];

    for (size_t i = 0; i < ARRAY_SIZE(workers); i++) {
        workers[i] = (struct worker){.f = &f};
        assert_int_equal(thread_start(&workers[i].thread, "worker", THREAD_STACK_SMALL, worker_main,
                                      &workers[i], &f.err),
                         0);
    }
    for (size_t i = 0; i < ARRAY_SIZE(workers); i++) {
        pthread_join(workers[i].thread, NULL);
        assert_int_equal(workers[i].ok, 50);
    }
    assert_in_range(script_server_connections(f.server), 1, 4);
    tear_down(&f);
}

static int global_init(void **state)
{
    http_global_init();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_methods_and_bodies_go_out_as_given),
        cmocka_unit_test(test_headers_of_the_last_answer_are_kept),
        cmocka_unit_test(test_head_has_no_body),
        cmocka_unit_test(test_body_in_pieces),
        cmocka_unit_test(test_sizes_are_bounded),
        cmocka_unit_test(test_broken_answers_are_network_errors),
        cmocka_unit_test(test_times_are_bounded),
        cmocka_unit_test(test_cancel_ends_a_request),
        cmocka_unit_test(test_nobody_listens),
        cmocka_unit_test(test_tls_checks_both_sides),
        cmocka_unit_test(test_bad_certificates_are_refused_at_once),
        cmocka_unit_test(test_threads_share_a_client),
    };

    return cmocka_run_group_tests(tests, global_init, NULL);
}
