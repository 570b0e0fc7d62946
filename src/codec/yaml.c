#include "codec/yaml.h"

#include <errno.h>
#include <math.h>
#include <string.h>
#include <yaml.h>

#include "base/str.h"

struct reader {
    yaml_parser_t parser;
    yaml_event_t event; /* the current one */
    bool has_event;
    int depth;
    size_t nodes;
    struct error *err;
};

static void reader_release(struct reader *r)
{
    if (r->has_event)
        yaml_event_delete(&r->event);
    yaml_parser_delete(&r->parser);
}

static int refuse(struct reader *r, const yaml_mark_t *mark, const char *what)
{
    return error_set(r->err, ERROR_FORMAT, 0, "YAML: %s at line %zu, column %zu", what,
                     mark->line + 1, mark->column + 1);
}

static int next_event(struct reader *r)
{
    if (r->has_event)
        yaml_event_delete(&r->event);
    r->has_event = false;
    if (!yaml_parser_parse(&r->parser, &r->event)) {
        const char *problem = r->parser.problem ? r->parser.problem : "cannot be read";
        const yaml_mark_t *mark =
            r->parser.problem_mark.line ? &r->parser.problem_mark : &r->parser.mark;

        return refuse(r, mark, problem);
    }
    r->has_event = true;
    return 0;
}

static bool one_of(const char *s, const char *const *words)
{
    for (; *words; words++)
        if (str_eq(s, *words))
            return true;
    return false;
}

/* YAML 1.2, section 10.3.2: [-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )? */
static bool is_float(const char *s)
{
    size_t before, after = 0;

    s += *s == '-' || *s == '+';
    before = strspn(s, "0123456789");
    s += before;
    if (*s == '.')
        after = strspn(++s, "0123456789");
    s += after;
    if (before + after == 0)
        return false;
    if (*s == 'e' || *s == 'E') {
        s++;
        s += *s == '-' || *s == '+';
        if (!*s || strspn(s, "0123456789") != strlen(s))
            return false;
        return true;
    }
    return *s == '\0';
}

static struct json_object *plain_scalar(const char *s)
{
    static const char *const nulls[] = {"", "~", "null", "Null", "NULL", NULL};
    static const char *const trues[] = {"true", "True", "TRUE", NULL};
    static const char *const falses[] = {"false", "False", "FALSE", NULL};
    int64_t i;
    uint64_t u;

    if (one_of(s, nulls))
        return NULL;
    if (one_of(s, trues))
        return json_object_new_boolean(true);
    if (one_of(s, falses))
        return json_object_new_boolean(false);
    if (str_to_i64(*s == '+' ? s + 1 : s, INT64_MIN, INT64_MAX, &i) == 0)
        return json_object_new_int64(i);
    if (str_starts(s, "0x") && str_hex_to_u64(s + 2, &u) == 0)
        return json_object_new_uint64(u);
    if (is_float(s) && isfinite(strtod(s, NULL)))
        return json_object_new_double(strtod(s, NULL));
    return json_object_new_string(s);
}

static int read_node(struct reader *r, struct json_object **ret);

static int read_scalar(struct reader *r, struct json_object **ret)
{
    const char *text = (const char *)r->event.data.scalar.value;
    size_t n = r->event.data.scalar.length;

    if (strlen(text) != n)
        return refuse(r, &r->event.start_mark, "a zero byte in a scalar");
    if (r->event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE)
        *ret = plain_scalar(text);
    else
        *ret = json_object_new_string(text);
    return 0;
}

static int read_sequence(struct reader *r, struct json_object **ret)
{
    cleanup_json struct json_object *array = json_object_new_array();

    for (;;) {
        struct json_object *item = NULL;

        if (next_event(r) < 0)
            return -1;
        if (r->event.type == YAML_SEQUENCE_END_EVENT)
            break;
        if (read_node(r, &item) < 0)
            return -1;
        json_object_array_add(array, item);
    }
    *ret = take_ptr(array);
    return 0;
}

static int read_mapping(struct reader *r, struct json_object **ret)
{
    cleanup_json struct json_object *object = json_object_new_object();

    for (;;) {
        cleanup_free char *key = NULL;
        struct json_object *value = NULL;

        if (next_event(r) < 0)
            return -1;
        if (r->event.type == YAML_MAPPING_END_EVENT)
            break;
        if (r->event.type != YAML_SCALAR_EVENT)
            return refuse(r, &r->event.start_mark, "a key that is not a scalar");
        if (r->event.data.scalar.anchor || r->event.data.scalar.tag)
            return refuse(r, &r->event.start_mark, "an anchor or a tag, which is not supported,");
        key = xstrdup((const char *)r->event.data.scalar.value);
        if (json_object_object_get_ex(object, key, NULL))
            return refuse(r, &r->event.start_mark, "a key that is there twice");
        if (next_event(r) < 0 || read_node(r, &value) < 0)
            return -1;
        json_object_object_add(object, key, value);
    }
    *ret = take_ptr(object);
    return 0;
}

/* The node that begins with the current event. */
static int read_node(struct reader *r, struct json_object **ret)
{
    yaml_mark_t mark = r->event.start_mark;
    const yaml_char_t *anchor = NULL, *tag = NULL;
    int rc;

    if (++r->nodes > YAML_NODES_MAX)
        return refuse(r, &mark, "too many nodes");
    switch (r->event.type) {
    case YAML_SCALAR_EVENT:
        anchor = r->event.data.scalar.anchor;
        tag = r->event.data.scalar.tag;
        break;
    case YAML_SEQUENCE_START_EVENT:
        anchor = r->event.data.sequence_start.anchor;
        tag = r->event.data.sequence_start.tag;
        break;
    case YAML_MAPPING_START_EVENT:
        anchor = r->event.data.mapping_start.anchor;
        tag = r->event.data.mapping_start.tag;
        break;
    default:
        return refuse(r, &mark, "an alias, which is not supported,");
    }
    if (anchor || tag)
        return refuse(r, &mark, "an anchor or a tag, which is not supported,");
    if (r->event.type == YAML_SCALAR_EVENT)
        return read_scalar(r, ret);
    if (++r->depth > JSON_DEPTH_MAX)
        return refuse(r, &mark, "nested too deep");
    rc = r->event.type == YAML_SEQUENCE_START_EVENT ? read_sequence(r, ret) : read_mapping(r, ret);
    r->depth--;
    return rc;
}

int yaml_parse(const char *text, size_t n, struct json_object **ret, struct error *err)
{
    cleanup_with(reader_release) struct reader r = {.err = err};
    cleanup_json struct json_object *value = NULL;

    if (!yaml_parser_initialize(&r.parser))
        abort();
    yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&r.parser, (const unsigned char *)text, n);
    if (next_event(&r) < 0 || next_event(&r) < 0) /* stream start; document start or stream end */
        return -1;
    if (r.event.type == YAML_DOCUMENT_START_EVENT) {
        if (next_event(&r) < 0 || read_node(&r, &value) < 0)
            return -1;
        if (next_event(&r) < 0 || next_event(&r) < 0) /* document end, stream end */
            return -1;
        if (r.event.type != YAML_STREAM_END_EVENT)
            return refuse(&r, &r.event.start_mark, "a second document");
    }
    *ret = take_ptr(value);
    return 0;
}
