/* json_build: a recursive-descent reader of templates. Templates are our own, so that a mistake in
 * one is a bug, shown with its place, and ends the program. */
#include <assert.h>
#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "codec/json.h"

#define BUILD_STRING_MAX ((size_t)1 << 20)

struct builder {
    const char *template, *p;
    va_list ap;
};

__attribute__((noreturn)) static void bad_template(const struct builder *b, const char *expected)
{
    fprintf(stderr, "json_build: expected %s at offset %td of the template, at \"%.40s\"\n",
            expected, b->p - b->template, b->p);
    abort();
}

static char next_char(struct builder *b)
{
    while (isspace((unsigned char)*b->p))
        b->p++;
    return *b->p;
}

static bool take_char(struct builder *b, char c)
{
    if (next_char(b) != c)
        return false;
    b->p++;
    return true;
}

static bool take_text(struct builder *b, const char *text)
{
    size_t n = strlen(text);

    if (strncmp(b->p, text, n) != 0)
        return false;
    b->p += n;
    return true;
}

/* An integer conversion, after its '%'. */
static bool take_integer(struct builder *b, struct json_object **ret)
{
    if (take_text(b, "d"))
        *ret = json_object_new_int64(va_arg(b->ap, int));
    else if (take_text(b, "u"))
        *ret = json_object_new_int64(va_arg(b->ap, unsigned));
    else if (take_text(b, "ld") || take_text(b, "lld") || take_text(b, "zd"))
        *ret = json_object_new_int64(va_arg(b->ap, int64_t));
    else if (take_text(b, "lu") || take_text(b, "llu") || take_text(b, "zu"))
        *ret = json_object_new_uint64(va_arg(b->ap, uint64_t));
    else
        return false;
    return true;
}

/* A quoted text with its conversions filled in; b->p is behind the opening quote. */
static char *read_quoted(struct builder *b, char quote)
{
    struct buf text = BUF_INIT(BUILD_STRING_MAX);
    int rc = 0;

    while (*b->p != quote) {
        struct json_object *number;

        if (*b->p == '\0')
            bad_template(b, "the end of a quoted text");
        if (*b->p != '%') {
            rc |= buf_append_char(&text, *b->p++);
            continue;
        }
        b->p++;
        if (take_text(b, "%")) {
            rc |= buf_append_char(&text, '%');
        } else if (take_text(b, "s")) {
            const char *s = va_arg(b->ap, const char *);

            if (!s)
                bad_template(b, "a string that is not NULL for the %s before");
            rc |= buf_append_str(&text, s);
        } else if (take_integer(b, &number)) {
            rc |= buf_append_str(&text, json_object_get_string(number));
            json_object_put(number);
        } else {
            bad_template(b, "a conversion");
        }
    }
    b->p++;
    assert(rc == 0 && "a string of the template is too long");
    return buf_take(&text);
}

static bool is_bare_char(char c)
{
    return isalnum((unsigned char)c) || (c && strchr("_./-$", c));
}

static char *read_key(struct builder *b)
{
    char c = next_char(b);
    const char *start = b->p;

    if (c == '\'' || c == '"') {
        b->p++;
        return read_quoted(b, c);
    }
    if (take_text(b, "%s")) {
        const char *key = va_arg(b->ap, const char *);

        if (!key)
            bad_template(b, "a key that is not NULL for the %s before");
        return xstrdup(key);
    }
    while (is_bare_char(*b->p))
        b->p++;
    if (b->p == start)
        bad_template(b, "a key");
    return xstrndup(start, (size_t)(b->p - start));
}

static struct json_object *read_word(struct builder *b)
{
    struct error err = ERROR_INIT;
    struct json_object *value = NULL;
    const char *start = b->p;

    while (is_bare_char(*b->p) || *b->p == '+')
        b->p++;
    if (b->p == start || json_parse(start, (size_t)(b->p - start), &value, &err) < 0) {
        b->p = start;
        bad_template(b, "a value");
    }
    return value;
}

/* False: left out, because its conversion got NULL. */
static bool read_value(struct builder *b, struct json_object **ret);

static struct json_object *read_object(struct builder *b)
{
    struct json_object *object = json_object_new_object();

    while (!take_char(b, '}')) {
        cleanup_free char *key = read_key(b);
        struct json_object *value;

        if (!take_char(b, ':'))
            bad_template(b, "':'");
        if (read_value(b, &value))
            json_object_object_add(object, key, value);
        if (!take_char(b, ',') && next_char(b) != '}')
            bad_template(b, "',' or '}'");
    }
    return object;
}

static struct json_object *read_array(struct builder *b)
{
    struct json_object *array = json_object_new_array();

    while (!take_char(b, ']')) {
        struct json_object *value;

        if (read_value(b, &value))
            json_object_array_add(array, value);
        if (!take_char(b, ',') && next_char(b) != ']')
            bad_template(b, "',' or ']'");
    }
    return array;
}

static bool read_value(struct builder *b, struct json_object **ret)
{
    char c = next_char(b);
    const char *s;

    *ret = NULL;
    if (take_char(b, '{')) {
        *ret = read_object(b);
    } else if (take_char(b, '[')) {
        *ret = read_array(b);
    } else if (take_char(b, '\'') || take_char(b, '"')) {
        cleanup_free char *text = read_quoted(b, c);

        *ret = json_object_new_string(text);
    } else if (!take_char(b, '%')) {
        *ret = read_word(b);
    } else if (take_text(b, "s")) {
        s = va_arg(b->ap, const char *);
        *ret = s ? json_object_new_string(s) : NULL;
        return s != NULL;
    } else if (take_text(b, "p")) {
        *ret = va_arg(b->ap, void *);
        return *ret != NULL;
    } else if (!take_integer(b, ret)) {
        bad_template(b, "a conversion");
    }
    return true;
}

struct json_object *json_vbuild(const char *template, va_list ap)
{
    struct builder b = {.template = template, .p = template};
    struct json_object *value;

    va_copy(b.ap, ap);
    read_value(&b, &value);
    va_end(b.ap);
    if (next_char(&b) != '\0')
        bad_template(&b, "the end");
    return value;
}

struct json_object *json_build(const char *template, ...)
{
    struct json_object *value;
    va_list ap;

    va_start(ap, template);
    value = json_vbuild(template, ap);
    va_end(ap);
    return value;
}

void json_set(struct json_object *obj, const char *key, struct json_object *value)
{
    if (value)
        json_object_object_add(obj, key, value);
}

void json_set_str(struct json_object *obj, const char *key, const char *value)
{
    if (value)
        json_object_object_add(obj, key, json_object_new_string(value));
}

void json_append(struct json_object *array, struct json_object *value)
{
    if (value)
        json_object_array_add(array, value);
}
