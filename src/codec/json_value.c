#include <string.h>

#include "base/str.h"
#include "codec/json.h"

struct json_object *json_copy(struct json_object *value)
{
    struct json_object *copy = NULL;

    if (value && json_object_deep_copy(value, &copy, NULL) < 0)
        abort();
    return copy;
}

static bool is_number(enum json_type type)
{
    return type == json_type_int || type == json_type_double;
}

static bool numbers_equal(struct json_object *a, struct json_object *b)
{
    if (json_object_is_type(a, json_type_double) || json_object_is_type(b, json_type_double))
        return json_object_get_double(a) == json_object_get_double(b);
    /* Integers beyond int64 are unsigned, and clamped when read as signed. */
    return json_object_get_int64(a) == json_object_get_int64(b) &&
           json_object_get_uint64(a) == json_object_get_uint64(b);
}

static bool objects_equal(struct json_object *a, struct json_object *b)
{
    if (json_object_object_length(a) != json_object_object_length(b))
        return false;
    json_object_object_foreach(a, key, value)
    {
        struct json_object *other;

        if (!json_object_object_get_ex(b, key, &other) || !json_equal(value, other))
            return false;
    }
    return true;
}

static bool arrays_equal(struct json_object *a, struct json_object *b)
{
    size_t n = json_object_array_length(a);

    if (json_object_array_length(b) != n)
        return false;
    for (size_t i = 0; i < n; i++)
        if (!json_equal(json_object_array_get_idx(a, i), json_object_array_get_idx(b, i)))
            return false;
    return true;
}

bool json_equal(struct json_object *a, struct json_object *b)
{
    enum json_type type = json_object_get_type(a), other = json_object_get_type(b);

    if (is_number(type) && is_number(other))
        return numbers_equal(a, b);
    if (type != other)
        return false;
    switch (type) {
    case json_type_object:
        return objects_equal(a, b);
    case json_type_array:
        return arrays_equal(a, b);
    case json_type_string:
        return json_object_get_string_len(a) == json_object_get_string_len(b) &&
               memcmp(json_object_get_string(a), json_object_get_string(b),
                      (size_t)json_object_get_string_len(a)) == 0;
    case json_type_boolean:
        return json_object_get_boolean(a) == json_object_get_boolean(b);
    default:
        return true;
    }
}

static int write_string(struct buf *out, const char *s, size_t n)
{
    static const char hex[] = "0123456789abcdef";
    int rc = buf_append_char(out, '"');

    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)s[i];

        if (c == '"' || c == '\\') {
            char escape[] = {'\\', (char)c};

            rc |= buf_append(out, escape, sizeof(escape));
        } else if (c == '\n') {
            rc |= buf_append_str(out, "\\n");
        } else if (c < 0x20) {
            char escape[] = {'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15]};

            rc |= buf_append(out, escape, sizeof(escape));
        } else {
            rc |= buf_append_char(out, (char)c);
        }
    }
    return rc | buf_append_char(out, '"');
}

int json_write_str(struct buf *out, const char *s)
{
    return write_string(out, s, strlen(s));
}

static int compare_keys(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int write_value(struct buf *out, struct json_object *value, bool sorted);

static int write_object(struct buf *out, struct json_object *object, bool sorted)
{
    size_t n = json_count(object), i = 0;
    cleanup_free const char **keys = xcalloc(n + 1, sizeof(*keys));
    int rc = buf_append_char(out, '{');

    json_object_object_foreach(object, name, unused)
    {
        (void)unused;
        keys[i++] = name;
    }
    if (sorted)
        qsort(keys, n, sizeof(*keys), compare_keys);
    for (i = 0; i < n; i++) {
        if (i > 0)
            rc |= buf_append_char(out, ',');
        rc |= json_write_str(out, keys[i]);
        rc |= buf_append_char(out, ':');
        rc |= write_value(out, json_object_object_get(object, keys[i]), sorted);
    }
    return rc | buf_append_char(out, '}');
}

static int write_array(struct buf *out, struct json_object *array, bool sorted)
{
    size_t n = json_count(array);
    int rc = buf_append_char(out, '[');

    for (size_t i = 0; i < n; i++) {
        if (i > 0)
            rc |= buf_append_char(out, ',');
        rc |= write_value(out, json_item(array, i), sorted);
    }
    return rc | buf_append_char(out, ']');
}

static int write_value(struct buf *out, struct json_object *value, bool sorted)
{
    switch (json_object_get_type(value)) {
    case json_type_object:
        return write_object(out, value, sorted);
    case json_type_array:
        return write_array(out, value, sorted);
    case json_type_string:
        return write_string(out, json_object_get_string(value),
                            (size_t)json_object_get_string_len(value));
    case json_type_double: {
        double d = json_object_get_double(value);

        /* 1.0 and 1 are equal, so they are written alike; 2^53 bounds what a double can count. */
        if (d > -9007199254740992.0 && d < 9007199254740992.0 && d == (double)(int64_t)d)
            return buf_appendf(out, "%lld", (long long)d);
        return buf_append_str(out, json_object_get_string(value));
    }
    default:
        return buf_append_str(out, value ? json_object_get_string(value) : "null");
    }
}

int json_write(struct buf *out, struct json_object *value)
{
    size_t before = out->len;

    if (write_value(out, value, false) == 0)
        return 0;
    out->len = before;
    if (out->data)
        out->data[before] = '\0';
    return -1;
}

int json_write_canonical(struct buf *out, struct json_object *value)
{
    size_t before = out->len;

    if (write_value(out, value, true) == 0)
        return 0;
    out->len = before;
    if (out->data)
        out->data[before] = '\0';
    return -1;
}
