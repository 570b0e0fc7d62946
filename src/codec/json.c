#include "codec/json.h"

#include <json-c/json_tokener.h>
#include <limits.h>
#include <string.h>

#include "base/str.h"

static inline void tokener_free_p(struct json_tokener **tokener)
{
    if (*tokener)
        json_tokener_free(*tokener);
}

int json_parse(const char *text, size_t n, struct json_object **ret, struct error *err)
{
    cleanup_with(tokener_free_p) struct json_tokener *tokener = NULL;
    struct json_object *value;
    enum json_tokener_error rc;
    const char *nul = memchr(text, '\0', n);

    if (nul)
        return error_set(err, ERROR_FORMAT, 0, "JSON: byte 0 at offset %td", nul - text);
    if (n > INT_MAX)
        return error_set(err, ERROR_FORMAT, 0, "JSON: text of %zu bytes is too long", n);
    tokener = json_tokener_new_ex(JSON_DEPTH_MAX + 1);
    if (!tokener)
        abort();
    json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
    value = json_tokener_parse_ex(tokener, text, (int)n);
    rc = json_tokener_get_error(tokener);
    if (rc == json_tokener_continue) {
        /* A number at the very end: only a terminator tells that it is complete. */
        value = json_tokener_parse_ex(tokener, "", 1);
        rc = json_tokener_get_error(tokener);
        if (rc == json_tokener_continue || rc == json_tokener_error_parse_eof)
            return error_set(err, ERROR_FORMAT, 0, "JSON: the text ends too early, at offset %zu",
                             n);
    }
    if (rc != json_tokener_success) {
        json_object_put(value);
        return error_set(err, ERROR_FORMAT, 0, "JSON: %s at offset %zu",
                         json_tokener_error_desc(rc), json_tokener_get_parse_end(tokener));
    }
    *ret = value;
    return 0;
}

static struct json_object *walk(struct json_object *obj, va_list ap)
{
    const char *key;

    while ((key = va_arg(ap, const char *))) {
        struct json_object *next;

        if (!json_object_is_type(obj, json_type_object) ||
            !json_object_object_get_ex(obj, key, &next))
            return NULL;
        obj = next;
    }
    return obj;
}

#define WALK(obj, last)                                                                            \
    ({                                                                                             \
        va_list ap_;                                                                               \
        struct json_object *found_;                                                                \
        va_start(ap_, last);                                                                       \
        found_ = walk(obj, ap_);                                                                   \
        va_end(ap_);                                                                               \
        found_;                                                                                    \
    })

struct json_object *json_at_path(struct json_object *obj, ...)
{
    return WALK(obj, obj);
}

const char *json_text(struct json_object *value)
{
    const char *s;

    if (!json_object_is_type(value, json_type_string))
        return NULL;
    s = json_object_get_string(value);
    /* A string with a zero byte inside would be read as a shorter one. */
    return strlen(s) == (size_t)json_object_get_string_len(value) ? s : NULL;
}

const char *json_str_path(struct json_object *obj, ...)
{
    return json_text(WALK(obj, obj));
}

struct json_object *json_obj_path(struct json_object *obj, ...)
{
    struct json_object *value = WALK(obj, obj);

    return json_object_is_type(value, json_type_object) ? value : NULL;
}

struct json_object *json_arr_path(struct json_object *obj, ...)
{
    struct json_object *value = WALK(obj, obj);

    return json_object_is_type(value, json_type_array) ? value : NULL;
}

int64_t json_i64_path(struct json_object *obj, int64_t def, ...)
{
    struct json_object *value = WALK(obj, def);

    return json_object_is_type(value, json_type_int) ? json_object_get_int64(value) : def;
}

bool json_bool_path(struct json_object *obj, int def, ...)
{
    struct json_object *value = WALK(obj, def);

    return json_object_is_type(value, json_type_boolean) ? json_object_get_boolean(value) : def;
}

size_t json_count(struct json_object *value)
{
    switch (json_object_get_type(value)) {
    case json_type_array:
        return json_object_array_length(value);
    case json_type_object:
        return (size_t)json_object_object_length(value);
    default:
        return 0;
    }
}

struct json_object *json_item(struct json_object *array, size_t i)
{
    return json_object_is_type(array, json_type_array) ? json_object_array_get_idx(array, i) : NULL;
}
