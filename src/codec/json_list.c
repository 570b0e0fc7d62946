#include <string.h>

#include "base/str.h"
#include "codec/json.h"

enum state {
    BEFORE_LIST,
    BEFORE_FIRST_KEY,
    BEFORE_KEY,
    IN_KEY,
    BEFORE_COLON,
    BEFORE_VALUE,
    BEFORE_FIRST_ITEM,
    BEFORE_ITEM,
    IN_VALUE, /* an item, or the value of a member of the list */
    AFTER_ITEM,
    AFTER_VALUE,
    AFTER_LIST,
};

/* In scanner->part, besides enum json_list_part. */
#define PART_SKIPPED (-1)

void json_list_scanner_init(struct json_list_scanner *scanner, size_t element_max,
                            int (*on_part)(void *arg, enum json_list_part part, const char *text,
                                           size_t n, struct error *err),
                            void *arg)
{
    *scanner = (struct json_list_scanner){
        .on_part = on_part,
        .arg = arg,
        .state = BEFORE_LIST,
        .text = BUF_INIT(element_max),
    };
}

void json_list_scanner_release(struct json_list_scanner *scanner)
{
    buf_release(&scanner->text);
}

static bool is_space(char c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

static int unexpected(const struct json_list_scanner *s, char c, const char *expected,
                      struct error *err)
{
    return error_set(err, ERROR_FORMAT, 0, "JSON list: byte 0x%02x instead of %s at offset %llu",
                     (unsigned char)c, expected, (unsigned long long)s->offset);
}

static void begin_value(struct json_list_scanner *s, int part)
{
    s->state = IN_VALUE;
    s->part = part;
    s->depth = 0;
    s->in_string = s->escaped = s->in_scalar = false;
    buf_clear(&s->text);
}

static int end_value(struct json_list_scanner *s, struct error *err)
{
    int part = s->part;

    s->state = part == JSON_LIST_ITEM ? AFTER_ITEM : AFTER_VALUE;
    if (part == PART_SKIPPED)
        return 0;
    return s->on_part(s->arg, part, buf_cstr(&s->text), s->text.len, err);
}

/* Takes bytes of a value up to its end; *ret_used of them belong to it. */
static int scan_value(struct json_list_scanner *s, const char *data, size_t n, size_t *ret_used,
                      struct error *err)
{
    bool ended = false;
    size_t i = 0;

    while (i < n && !ended) {
        char c = data[i];

        if (s->in_scalar) {
            ended = is_space(c) || c == ',' || c == ']' || c == '}';
            i += !ended;
        } else if (s->in_string) {
            i++;
            if (s->escaped)
                s->escaped = false;
            else if (c == '\\')
                s->escaped = true;
            else if (c == '"')
                s->in_string = false;
            ended = !s->in_string && s->depth == 0;
        } else if (c == '"') {
            i++;
            s->in_string = true;
        } else if (c == '{' || c == '[') {
            i++;
            if (++s->depth > JSON_DEPTH_MAX)
                return error_set(err, ERROR_FORMAT, 0, "JSON list: nested too deep at offset %llu",
                                 (unsigned long long)(s->offset + i));
        } else if (c == '}' || c == ']') {
            i++;
            ended = --s->depth == 0;
        } else {
            i++;
            s->in_scalar = s->depth == 0;
        }
    }
    if (s->part != PART_SKIPPED && buf_append(&s->text, data, i) < 0)
        return error_set(err, ERROR_INPUT, 0,
                         "JSON list: an element is larger than the limit of %zu bytes",
                         s->text.limit);
    *ret_used = i;
    return ended ? end_value(s, err) : 0;
}

static int begin_item(struct json_list_scanner *s, char c, struct error *err)
{
    if (c == ',' || c == ']' || c == '}' || c == ':')
        return unexpected(s, c, "an item", err);
    begin_value(s, JSON_LIST_ITEM);
    return 0;
}

static int begin_member(struct json_list_scanner *s, char c, struct error *err)
{
    bool items = s->key_n == 5 && memcmp(s->key, "items", 5) == 0;
    bool metadata = s->key_n == 8 && memcmp(s->key, "metadata", 8) == 0;

    if (items && c != '[' && c != 'n')
        return unexpected(s, c, "the array of items", err);
    if (c == ',' || c == ']' || c == '}' || c == ':')
        return unexpected(s, c, "a value", err);
    if (items && c == '[')
        s->state = BEFORE_FIRST_ITEM;
    else
        begin_value(s, metadata ? JSON_LIST_METADATA : PART_SKIPPED);
    return 0;
}

/* Takes one byte outside of values, white space excluded except in keys. Sets *ret_again when the
 * byte is the first one of a value. */
static int step(struct json_list_scanner *s, char c, bool *ret_again, struct error *err)
{
    switch ((enum state)s->state) {
    case BEFORE_LIST:
        if (c != '{')
            return unexpected(s, c, "'{'", err);
        s->state = BEFORE_FIRST_KEY;
        return 0;
    case BEFORE_FIRST_KEY:
        if (c == '}') {
            s->state = AFTER_LIST;
            return 0;
        }
        /* fallthrough */
    case BEFORE_KEY:
        if (c != '"')
            return unexpected(s, c, "a key", err);
        s->state = IN_KEY;
        s->key_n = 0;
        s->escaped = false;
        return 0;
    case IN_KEY:
        if (c == '"' && !s->escaped) {
            s->state = BEFORE_COLON;
            return 0;
        }
        s->escaped = c == '\\' && !s->escaped;
        if (s->key_n < sizeof(s->key))
            s->key[s->key_n++] = c;
        return 0;
    case BEFORE_COLON:
        if (c != ':')
            return unexpected(s, c, "':'", err);
        s->state = BEFORE_VALUE;
        return 0;
    case BEFORE_VALUE:
        if (begin_member(s, c, err) < 0)
            return -1;
        *ret_again = s->state == IN_VALUE;
        return 0;
    case BEFORE_FIRST_ITEM:
        if (c == ']') {
            s->state = AFTER_VALUE;
            return 0;
        }
        /* fallthrough */
    case BEFORE_ITEM:
        *ret_again = true;
        return begin_item(s, c, err);
    case AFTER_ITEM:
        if (c != ',' && c != ']')
            return unexpected(s, c, "',' or ']'", err);
        s->state = c == ',' ? BEFORE_ITEM : AFTER_VALUE;
        return 0;
    case AFTER_VALUE:
        if (c != ',' && c != '}')
            return unexpected(s, c, "',' or '}'", err);
        s->state = c == ',' ? BEFORE_KEY : AFTER_LIST;
        return 0;
    case AFTER_LIST:
        return unexpected(s, c, "the end", err);
    case IN_VALUE:
        break;
    }
    abort();
}

int json_list_scanner_feed(struct json_list_scanner *scanner, const char *data, size_t n,
                           struct error *err)
{
    struct json_list_scanner *s = scanner;

    while (n > 0) {
        size_t used = 1;
        bool again = false;

        if (s->state == IN_VALUE) {
            if (scan_value(s, data, n, &used, err) < 0)
                return -1;
        } else if (!is_space(*data) || s->state == IN_KEY) {
            if (step(s, *data, &again, err) < 0)
                return -1;
            used = !again;
        }
        data += used;
        n -= used;
        s->offset += used;
    }
    return 0;
}

int json_list_scanner_finish(struct json_list_scanner *scanner, struct error *err)
{
    if (scanner->state == AFTER_LIST)
        return 0;
    return error_set_retryable(err, ERROR_FORMAT, 0,
                               "JSON list: the text ends too early, at offset %llu",
                               (unsigned long long)scanner->offset);
}
