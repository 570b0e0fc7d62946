/* Unit tests of src/base. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/fs.h"
#include "base/rand.h"
#include "base/str.h"

static void error_carries_its_context(void **state)
{
    struct error err = ERROR_INIT;

    assert_int_equal(error_set_errno(&err, ENOENT, "open %s", "/x"), -1);
    assert_int_equal(error_wrap(&err, "restore %s", "m0"), -1);
    assert_string_equal(err.message, "restore m0: open /x: No such file or directory");
    assert_true(error_is(&err, ERROR_SYSTEM, ENOENT));
    assert_false(err.retryable);
    error_clear(&err);
    assert_false(error_is_set(&err));
}

static void error_message_is_cut_not_overrun(void **state)
{
    struct error err = ERROR_INIT;
    char big[2 * ERROR_MESSAGE_MAX];

    memset(big, 'a', sizeof(big) - 1);
    big[sizeof(big) - 1] = '\0';
    error_set(&err, ERROR_INPUT, 0, "%s", big);
    assert_int_equal(strlen(err.message), ERROR_MESSAGE_MAX - 1);
    error_wrap(&err, "%s", "context");
    assert_true(str_starts(err.message, "context: aaa"));
    assert_int_equal(strlen(err.message), ERROR_MESSAGE_MAX - 1);
    error_wrap(&err, "%s", big);
    assert_true(strlen(err.message) < ERROR_MESSAGE_MAX);
}

static void buf_keeps_its_limit(void **state)
{
    cleanup_buf struct buf buf = BUF_INIT(10);

    assert_string_equal(buf_cstr(&buf), "");
    assert_int_equal(buf_append_str(&buf, "0123456789"), 0);
    assert_int_equal(buf_append_char(&buf, 'x'), -1);
    assert_int_equal(buf_appendf(&buf, "%d", 1), -1);
    assert_string_equal(buf_cstr(&buf), "0123456789");
    buf_consume(&buf, 4);
    assert_string_equal(buf_cstr(&buf), "456789");
    assert_null(buf_reserve(&buf, 5));
    assert_non_null(buf_reserve(&buf, 4));
}

static void numbers_are_strict(void **state)
{
    static const struct {
        const char *text;
        int ok;
        int64_t value;
    } cases[] = {
        {"0", 0, 0},
        {"-9223372036854775808", 0, INT64_MIN},
        {"9223372036854775807", 0, INT64_MAX},
        {"9223372036854775808", -1, 0},
        {"", -1, 0},
        {"-", -1, 0},
        {" 1", -1, 0},
        {"1 ", -1, 0},
        {"+1", -1, 0},
        {"0x10", -1, 0},
    };

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        int64_t value = 0;

        assert_int_equal(str_to_i64(cases[i].text, INT64_MIN, INT64_MAX, &value), cases[i].ok);
        assert_int_equal(value, cases[i].value);
    }
    uint64_t hex = 0;

    assert_int_equal(str_hex_to_u64("ffffffffffffffff", &hex), 0);
    assert_true(hex == UINT64_MAX);
    assert_int_equal(str_hex_to_u64("10000000000000000", &hex), -1);
    assert_int_equal(str_hex_to_u64("g", &hex), -1);
}

static void vectors_split_and_sort(void **state)
{
    cleanup_strv struct strv v = STRV_INIT;

    strv_split(&v, "b,,a", ',');
    assert_int_equal(v.n, 3);
    strv_sort(&v);
    assert_string_equal(v.items[0], "");
    assert_string_equal(v.items[1], "a");
    assert_true(strv_contains(&v, "b"));
    assert_null(v.items[3]);
}

static void times_round_trip(void **state)
{
    static const struct {
        const char *text;
        int64_t ms; /* -1: refused */
    } cases[] = {
        {"1970-01-01T00:00:00Z", 0},
        {"2026-11-24T16:21:05Z", 1795537265000},
        {"2026-11-24T16:21:05.123456789Z", 1795537265123},
        {"2026-11-24T21:51:05+05:30", 1795537265000},
        {"2024-02-29T00:00:00Z", 1709164800000},
        {"2026-02-29T00:00:00Z", -1},
        {"2026-11-24 16:21:05Z", -1},
        {"2026-11-24T16:21:05", -1},
        {"2026-11-24T16:21:05.Z", -1},
        {"2026-11-24T16:21:05Zx", -1},
        {"2026-13-24T16:21:05Z", -1},
    };
    char text[CLOCK_RFC3339_SIZE];

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        int64_t ms = -1;

        assert_int_equal(clock_parse(cases[i].text, &ms), cases[i].ms < 0 ? -1 : 0);
        assert_true(ms == cases[i].ms);
    }
    clock_format(1795537265999, text);
    assert_string_equal(text, "2026-11-24T16:21:05Z");
    clock_format_micro(1795537265123, text);
    assert_string_equal(text, "2026-11-24T16:21:05.123000Z");
}

static void files_are_replaced_whole(void **state)
{
    char dir[] = "/tmp/druid-base-XXXXXX";
    cleanup_buf struct buf buf = BUF_INIT(8);
    struct error err = ERROR_INIT;
    cleanup_free char *path = NULL, *deep = NULL, *part = NULL;

    assert_non_null(mkdtemp(dir));
    path = fs_join(dir, "file");
    part = xasprintf("%s.part", path);
    assert_int_equal(fs_write_file(path, "one", 3, 0600, &err), 0);
    assert_int_equal(fs_write_file(path, "second", 6, 0600, &err), 0);
    assert_false(fs_exists(part));
    assert_int_equal(fs_read_file(path, &buf, &err), 0);
    assert_string_equal(buf_cstr(&buf), "second");
    buf_clear(&buf);
    assert_int_equal(fs_write_file(path, "123456789", 9, 0600, &err), 0);
    assert_int_equal(fs_read_file(path, &buf, &err), -1);
    assert_int_equal(err.domain, ERROR_INPUT);
    error_clear(&err);
    deep = xasprintf("%s/a/b/c", dir);
    assert_int_equal(fs_mkdir_p(deep, 0700, &err), 0);
    assert_int_equal(fs_mkdir_p(path, 0700, &err), -1);
    error_clear(&err);
    assert_int_equal(fs_remove_tree(dir, &err), 0);
    assert_false(fs_exists(dir));
    assert_int_equal(fs_remove_tree(dir, &err), 0);
}

static void arena_serves_small_and_large(void **state)
{
    cleanup_arena struct arena arena = ARENA_INIT;
    char *small = arena_strdup(&arena, "small");
    char *large = arena_alloc(&arena, 100000);

    for (size_t i = 0; i < 100000; i++)
        assert_int_equal(large[i], 0);
    assert_string_equal(small, "small");
    assert_string_equal(arena_printf(&arena, "%s-%d", "m", 1), "m-1");
    assert_null(arena_strdup(&arena, NULL));
}

static void backoff_stays_in_its_bounds(void **state)
{
    for (unsigned attempt = 0; attempt < 100; attempt++) {
        int64_t delay = rand_backoff_ms(attempt, 100, 5000);

        assert_true(delay >= 50 && delay <= 5000);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(error_carries_its_context),
        cmocka_unit_test(error_message_is_cut_not_overrun),
        cmocka_unit_test(buf_keeps_its_limit),
        cmocka_unit_test(numbers_are_strict),
        cmocka_unit_test(vectors_split_and_sort),
        cmocka_unit_test(times_round_trip),
        cmocka_unit_test(files_are_replaced_whole),
        cmocka_unit_test(arena_serves_small_and_large),
        cmocka_unit_test(backoff_stays_in_its_bounds),
    };

    return cmocka_run_group_tests_name("base", tests, NULL, NULL);
}
