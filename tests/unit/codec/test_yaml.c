#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/str.h"
#include "codec/json.h"
#include "codec/yaml.h"

static void test_documents_become_json(void **state)
{
    static const struct {
        const char *shows, *yaml, *json;
    } cases[] = {
        {"nothing", "", "null"},
        {"a comment alone", "# nothing\n", "null"},
        {"block style", "a:\n  - b: 1\n    c: x y\n  - 2\n", "{\"a\":[{\"b\":1,\"c\":\"x y\"},2]}"},
        {"flow style", "{a: [1, 'two', \"th\\nree\"], b: {}}",
         "{\"a\":[1,\"two\",\"th\\nree\"],\"b\":{}}"},
        {"JSON", "{\"a\": {\"b\": null, \"c\": true}}", "{\"a\":{\"b\":null,\"c\":true}}"},
        {"a literal block", "a: |\n  x\n  y\n", "{\"a\":\"x\\ny\\n\"}"},
        {"the core schema", "[~, null, True, false, yes, 12, +7, -3, 0x1F, 1.5, .5, 1e2, 1.2.3, -]",
         "[null,null,true,false,\"yes\",12,7,-3,31,1.5,0.5,100,\"1.2.3\",\"-\"]"},
        {"quoted is always a string", "['12', \"true\", '~']", "[\"12\",\"true\",\"~\"]"},
        {"a number too large for 64 bits", "[18446744073709551616]", "[18446744073709551616.0]"},
        {"marked as a document", "---\na: 1\n...\n", "{\"a\":1}"},
    };

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct error err = ERROR_INIT;
        cleanup_json struct json_object *got = NULL, *expected = NULL;
        cleanup_buf struct buf text = BUF_INIT(4096);

        if (yaml_parse(cases[i].yaml, strlen(cases[i].yaml), &got, &err) < 0 ||
            json_parse(cases[i].json, strlen(cases[i].json), &expected, &err) < 0)
            fail_msg("%s: %s", cases[i].shows, err.message);
        json_write(&text, got);
        if (!json_equal(got, expected))
            fail_msg("%s: got %s", cases[i].shows, buf_cstr(&text));
    }
}

static void test_what_is_refused_is_named(void **state)
{
    static const struct {
        const char *yaml, *message;
    } cases[] = {
        {"a: &x 1\nb: *x\n", "an anchor or a tag, which is not supported, at line 1, column 4"},
        {"b: *x\n", "an alias, which is not supported, at line 1, column 4"},
        {"a: !!str 1\n", "an anchor or a tag, which is not supported, at line 1, column 4"},
        {"a: 1\na: 2\n", "a key that is there twice at line 2, column 1"},
        {"[a]: 1\n", "a key that is not a scalar at line 1, column 1"},
        {"a: 1\n---\nb: 2\n", "a second document at line 2, column 1"},
        {"a: [1\n", "YAML: "},
        {"a: \"x\\0y\"\n", "a zero byte in a scalar at line 1, column 4"},
        {"a: \xff\n", "YAML: "},
        {"\ta: 1\n", "YAML: "},
    };

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct error err = ERROR_INIT;
        struct json_object *got = NULL;

        if (yaml_parse(cases[i].yaml, strlen(cases[i].yaml), &got, &err) == 0)
            fail_msg("accepted: %s", cases[i].yaml);
        assert_int_equal(err.domain, ERROR_FORMAT);
        if (!strstr(err.message, cases[i].message))
            fail_msg("\"%s\" lacks \"%s\"", err.message, cases[i].message);
    }
}

static void test_depth_and_size_are_bounded(void **state)
{
    cleanup_buf struct buf deep = BUF_INIT(BUF_UNLIMITED), wide = BUF_INIT(BUF_UNLIMITED);
    struct error err = ERROR_INIT;
    struct json_object *got = NULL;

    for (int i = 0; i <= JSON_DEPTH_MAX; i++)
        buf_append_char(&deep, '[');
    for (int i = 0; i <= JSON_DEPTH_MAX; i++)
        buf_append_char(&deep, ']');
    assert_int_equal(yaml_parse(deep.data, deep.len, &got, &err), -1);
    assert_non_null(strstr(err.message, "nested too deep"));
    error_clear(&err);
    for (int i = 0; i < YAML_NODES_MAX; i++)
        buf_append_str(&wide, "- 1\n");
    assert_int_equal(yaml_parse(wide.data, wide.len, &got, &err), -1);
    assert_non_null(strstr(err.message, "too many nodes"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_documents_become_json),
        cmocka_unit_test(test_what_is_refused_is_named),
        cmocka_unit_test(test_depth_and_size_are_bounded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
