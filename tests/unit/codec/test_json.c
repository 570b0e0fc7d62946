#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/str.h"
#include "codec/json.h"

static struct json_object *parse(const char *text)
{
    struct error err = ERROR_INIT;
    struct json_object *value = NULL;

    if (json_parse(text, strlen(text), &value, &err) < 0)
        fail_msg("%s", err.message);
    return value;
}

static char *repeat(char c, size_t n)
{
    char *s = xmalloc(n + 1);

    memset(s, c, n);
    s[n] = '\0';
    return s;
}

static void test_parse_refuses_what_is_not_one_strict_value(void **state)
{
    static const struct {
        const char *shows, *text, *message;
    } cases[] = {
        {"nothing", "", "JSON: the text ends too early, at offset 0"},
        {"an object that does not end", "{\"a\":1", "ends too early, at offset 6"},
        {"a string that does not end", "\"abc", "ends too early, at offset 4"},
        {"two values", "{} {}", "at offset 3"},
        {"a trailing comma", "[1,]", "at offset 3"},
        {"a comment", "/* */1", "at offset 0"},
        {"bytes that are not UTF-8", "\"\xff\"", "at offset 1"},
        {"a bare word", "nope", "at offset 1"},
    };
    static const char zero[] = {'"', 0, '"'};
    struct error err = ERROR_INIT;
    struct json_object *value = NULL;
    cleanup_free char *deep = repeat('[', JSON_DEPTH_MAX + 2);

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        error_clear(&err);
        if (json_parse(cases[i].text, strlen(cases[i].text), &value, &err) == 0)
            fail_msg("accepted: %s", cases[i].shows);
        assert_int_equal(err.domain, ERROR_FORMAT);
        if (!strstr(err.message, cases[i].message))
            fail_msg("%s: \"%s\" lacks \"%s\"", cases[i].shows, err.message, cases[i].message);
    }
    error_clear(&err);
    assert_int_equal(json_parse(zero, sizeof(zero), &value, &err), -1);
    assert_string_equal(err.message, "JSON: byte 0 at offset 1");
    error_clear(&err);
    assert_int_equal(json_parse(deep, strlen(deep), &value, &err), -1);
    assert_string_equal(err.message, "JSON: nesting too deep at offset 65");
    assert_null(value);
}

static void test_parse_takes_every_kind_of_value(void **state)
{
    cleanup_json struct json_object *v =
        parse(" {\"i\":9007199254740993,\"n\":null,\"s\":\"\\u00e9\\n\",\"d\":1.5,\"b\":true} ");
    struct json_object *null = v, *number = parse("12");

    assert_int_equal(json_i64(v, 0, "i"), 9007199254740993);
    assert_string_equal(json_str(v, "s"), "\xc3\xa9\n");
    assert_true(json_bool(v, false, "b"));
    null = parse("null");
    assert_null(null);
    assert_int_equal(json_object_get_int64(number), 12);
    json_object_put(number);
}

static void test_access_treats_other_types_as_absent(void **state)
{
    cleanup_json struct json_object *v =
        parse("{\"metadata\":{\"name\":\"a\",\"gen\":7,\"labels\":{\"x.y/z\":\"1\"}},"
              "\"list\":[{\"n\":1},{\"n\":2}],\"zero\":\"a\\u0000b\",\"f\":3.0}");
    int64_t sum = 0;

    assert_string_equal(json_str(v, "metadata", "name"), "a");
    assert_string_equal(json_str(v, "metadata", "labels", "x.y/z"), "1");
    assert_null(json_str(v, "metadata", "gen"));
    assert_null(json_str(v, "metadata", "name", "deeper"));
    assert_null(json_str(v, "nope", "name"));
    assert_null(json_str(NULL, "a"));
    assert_null(json_str(v, "zero"));
    assert_null(json_arr(v, "metadata"));
    assert_null(json_obj(v, "list"));
    assert_int_equal(json_i64(v, -1, "metadata", "gen"), 7);
    assert_int_equal(json_i64(v, -1, "metadata", "name"), -1);
    assert_int_equal(json_i64(v, -1, "f"), -1);
    assert_true(json_bool(v, true, "metadata", "gen"));
    assert_int_equal(json_count(json_arr(v, "list")), 2);
    assert_null(json_item(json_arr(v, "list"), 2));
    json_each(json_arr(v, "list"), item)
    {
        if (json_i64(item, 0, "n") == 1)
            continue;
        sum += json_i64(item, 0, "n");
    }
    json_each(json_arr(v, "list"), item)
    {
        sum += 10 * json_i64(item, 0, "n");
        break;
    }
    json_each(json_arr(v, "absent"), item)
    {
        sum += 1000 + (item != NULL);
    }
    assert_int_equal(sum, 12);
}

static void check_text(struct json_object *taken, const char *expected)
{
    cleanup_buf struct buf text = BUF_INIT(4096);

    assert_int_equal(json_write(&text, taken), 0);
    assert_string_equal(buf_cstr(&text), expected);
    json_object_put(taken);
}

static void test_build_fills_templates(void **state)
{
    const char *volatile nothing = NULL; /* or the compiler warns of a NULL for %s */
    const char *absent = nothing;

    check_text(json_build("{}"), "{}");
    check_text(json_build("[]"), "[]");
    check_text(json_build("null"), "null");
    check_text(json_build("%d", -3), "-3");
    check_text(json_build("{a: 1, 'b c': 'text', \"d\": [true, false, null, -1.5],}"),
               "{\"a\":1,\"b c\":\"text\",\"d\":[true,false,null,-1.5]}");
    check_text(json_build("{app.kubernetes.io/name: %s, %s: %d, n: %ld, u: %lu}", "x", "key", 5,
                          INT64_MAX, UINT64_MAX),
               "{\"app.kubernetes.io/name\":\"x\",\"key\":5,\"n\":9223372036854775807,"
               "\"u\":18446744073709551615}");
    check_text(json_build("{absent: %s, gone: %p, a: [%s, %s, %p]}", absent, (void *)NULL, absent,
                          "one", (void *)NULL),
               "{\"a\":[\"one\"]}");
    check_text(json_build("{image: '%s:v%s', p: \"%d%%\", q: %s}", "repo", "3.5.9", 7, "\"\\"),
               "{\"image\":\"repo:v3.5.9\",\"p\":\"7%\",\"q\":\"\\\"\\\\\"}");
    check_text(json_build("{'%s-%d': %p}", "data", 0,
                          (void *)json_build("{x: [%p]}", (void *)parse("[1]"))),
               "{\"data-0\":{\"x\":[[1]]}}");
}

static void test_set_leaves_out_null(void **state)
{
    struct json_object *v = json_build("{list: []}");

    json_set(v, "a", NULL);
    json_set_str(v, "b", NULL);
    json_set_str(v, "c", "x");
    json_append(json_arr(v, "list"), NULL);
    json_append(json_arr(v, "list"), json_build("1"));
    check_text(v, "{\"list\":[1],\"c\":\"x\"}");
}

static void test_equal_looks_at_values_not_at_order(void **state)
{
    static const struct {
        const char *a, *b;
        bool equal;
    } cases[] = {
        {"{\"a\":1,\"b\":[1,2]}", "{\"b\":[1,2],\"a\":1}", true},
        {"[1,2]", "[2,1]", false},
        {"1", "1.0", true},
        {"1", "1.5", false},
        {"1", "\"1\"", false},
        {"null", "null", true},
        {"{\"a\":null}", "{}", false},
        {"{\"a\":1}", "{\"a\":1,\"b\":1}", false},
        {"{\"a\":1}", "{\"b\":1}", false},
        {"true", "false", false},
        {"\"a\\u0000b\"", "\"a\\u0000c\"", false},
        {"9223372036854775807", "9223372036854775808", false},
        {"[[],{}]", "[{},[]]", false},
    };

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        cleanup_json struct json_object *a = parse(cases[i].a), *b = parse(cases[i].b);
        cleanup_json struct json_object *copy = json_copy(a);

        assert_int_equal(json_equal(a, b), cases[i].equal);
        assert_int_equal(json_equal(b, a), cases[i].equal);
        assert_true(json_equal(a, copy));
    }
}

static void test_canonical_text_is_the_same_for_equal_values(void **state)
{
    cleanup_json struct json_object *a = parse("{\"b\":1.0,\"a\":{\"z\":\"\\u0001/\",\"y\":[]}}");
    cleanup_json struct json_object *b = parse("{\"a\":{\"y\":[],\"z\":\"\\u0001/\"},\"b\":1}");
    cleanup_buf struct buf x = BUF_INIT(100), y = BUF_INIT(100), tight = BUF_INIT(10);

    json_write_canonical(&x, a);
    json_write_canonical(&y, b);
    assert_string_equal(buf_cstr(&x), "{\"a\":{\"y\":[],\"z\":\"\\u0001/\"},\"b\":1}");
    assert_string_equal(buf_cstr(&x), buf_cstr(&y));
    buf_append_str(&tight, "abc");
    assert_int_equal(json_write_canonical(&tight, a), -1);
    assert_string_equal(buf_cstr(&tight), "abc");
}

/* ---- The list scanner ---- */

static int collect(void *arg, enum json_list_part part, const char *text, size_t n,
                   struct error *err)
{
    buf_appendf(arg, "%c(%.*s)", part == JSON_LIST_ITEM ? 'i' : 'm', (int)n, text);
    if (memmem(text, n, "stop", 4))
        return error_set(err, ERROR_INTERNAL, 0, "stopped");
    return 0;
}

/* Feeds the text in pieces of `step` bytes; "parts" on success, else the error's message. */
static char *scan(const char *text, size_t step, size_t max)
{
    struct json_list_scanner scanner;
    struct error err = ERROR_INIT;
    struct buf out = BUF_INIT(4096);
    size_t n = strlen(text);
    int rc = 0;

    json_list_scanner_init(&scanner, max, collect, &out);
    for (size_t i = 0; i < n && rc == 0; i += step)
        rc = json_list_scanner_feed(&scanner, text + i, n - i < step ? n - i : step, &err);
    if (rc == 0)
        rc = json_list_scanner_finish(&scanner, &err);
    json_list_scanner_release(&scanner);
    if (rc < 0) {
        buf_clear(&out);
        buf_append_str(&out, err.message);
    }
    return buf_take(&out);
}

static void test_list_scanner_finds_each_element(void **state)
{
    static const struct {
        const char *shows, *text, *expected;
    } cases[] = {
        {"an empty list", "{\"items\":[]}", ""},
        {"no items at all", "{}", ""},
        {"null items, as Go writes them", "{\"items\":null,\"x\":1}", ""},
        {"the shape of a Kubernetes list",
         "{\"kind\":\"PodList\",\"metadata\":{\"continue\":\"a]b\"},\"items\": [ {\"a\":[1,{}]} ,\n"
         "{\"b\":\"}\\\"]{\"}],\"n\":[[{\"items\":[7]}]]}\n",
         "m({\"continue\":\"a]b\"})i({\"a\":[1,{}]})i({\"b\":\"}\\\"]{\"})"},
        {"elements of every type", "{\"items\":[1,\"x\",null,[2],-3.5e1 ],\"metadata\":null}",
         "i(1)i(\"x\")i(null)i([2])i(-3.5e1)m(null)"},
        {"metadata behind the items", "{\"items\":[{}],\"metadata\":{\"r\":\"1\"}}",
         "i({})m({\"r\":\"1\"})"},
        {"items of somebody else", "{\"x\":{\"items\":[1]},\"itemsx\":[2],\"it\\\"ems\":[3]}", ""},
        {"what is no list", "[]", "JSON list: byte 0x5b instead of '{' at offset 0"},
        {"an end too early", "{\"items\":[{}", "JSON list: the text ends too early, at offset 12"},
        {"no comma", "{\"items\":[{}{}]}",
         "JSON list: byte 0x7b instead of ',' or ']' at offset 12"},
        {"a trailing comma", "{\"items\":[{},]}",
         "JSON list: byte 0x5d instead of an item at offset 13"},
        {"items that are no array", "{\"items\":{}}",
         "JSON list: byte 0x7b instead of the array of items at offset 9"},
        {"text behind the list", "{}x", "JSON list: byte 0x78 instead of the end at offset 2"},
        {"no value", "{\"a\":}", "JSON list: byte 0x7d instead of a value at offset 5"},
        {"no colon", "{\"a\" 1}", "JSON list: byte 0x31 instead of ':' at offset 5"},
        {"an element above the limit", "{\"items\":[\"0123456789012345678901234567890123456789\"]}",
         "JSON list: an element is larger than the limit of 32 bytes"},
        {"a callback that fails", "{\"items\":[1,\"stop\",2]}", "stopped"},
    };

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        for (size_t step = 1; step < 80; step += step < 8 ? 1 : 13) {
            cleanup_free char *got = scan(cases[i].text, step, 32);

            if (!str_eq(got, cases[i].expected))
                fail_msg("%s, in pieces of %zu: got %s", cases[i].shows, step, got);
        }
    }
}

static void test_list_scanner_bounds_the_depth(void **state)
{
    cleanup_free char *deep = repeat('[', 200);
    cleanup_free char *text = xasprintf("{\"x\":%s", deep);
    cleanup_free char *got = scan(text, 7, 4096);

    assert_non_null(strstr(got, "nested too deep"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parse_refuses_what_is_not_one_strict_value),
        cmocka_unit_test(test_parse_takes_every_kind_of_value),
        cmocka_unit_test(test_access_treats_other_types_as_absent),
        cmocka_unit_test(test_build_fills_templates),
        cmocka_unit_test(test_set_leaves_out_null),
        cmocka_unit_test(test_equal_looks_at_values_not_at_order),
        cmocka_unit_test(test_canonical_text_is_the_same_for_equal_values),
        cmocka_unit_test(test_list_scanner_finds_each_element),
        cmocka_unit_test(test_list_scanner_bounds_the_depth),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
