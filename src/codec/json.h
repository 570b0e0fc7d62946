/* JSON on top of json-c: bounded parsing, typed access by path, objects built from a template,
 * comparison, canonical text, and a scanner that takes a Kubernetes List apart piece by piece.
 *
 * A value is json-c's `struct json_object`, reference-counted: json_object_get adds a reference,
 * json_object_put drops one; JSON's null is a NULL pointer. Integers keep 64 bits. The functions
 * are thread-safe as long as each value is used by one thread at a time (counts are not atomic).
 *
 * Functions named json_object_* are json-c's; everything else named json_* is ours. */
#ifndef CODEC_JSON_H
#define CODEC_JSON_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <json-c/json_object.h>
#include <json-c/linkhash.h> /* json_object_object_foreach */

#include "base/buf.h"
#include "base/error.h"

#define JSON_DEPTH_MAX 64 /* objects and arrays inside each other */

static inline void cleanup_json_p(struct json_object **value)
{
    json_object_put(*value);
}
#define cleanup_json __attribute__((cleanup(cleanup_json_p)))

/* ---- Parsing ---- */

/* Exactly one JSON value (strict but for single quotes, NaN, and raw control bytes in strings,
 * which json-c lets pass), UTF-8 checked, white space around it allowed. The caller owns *ret; a
 * text of `null` gives NULL. The caller bounds n. ERROR_FORMAT names the byte offset. */
int json_parse(const char *text, size_t n, struct json_object **ret, struct error *err);

/* ---- Access ----
 *
 * Paths are member names, outermost first:  json_str(pod, "metadata", "name").
 * Nothing fails: a value that is absent, null, of another type, or below something that is not an
 * object is "not there" and gives NULL or the default. What is returned is borrowed from `obj`,
 * which may be NULL. */
#define json_at(obj, ...) json_at_path(obj, __VA_ARGS__, NULL)
#define json_str(obj, ...) json_str_path(obj, __VA_ARGS__, NULL)
#define json_obj(obj, ...) json_obj_path(obj, __VA_ARGS__, NULL) /* objects only */
#define json_arr(obj, ...) json_arr_path(obj, __VA_ARGS__, NULL) /* arrays only */
#define json_i64(obj, def, ...) json_i64_path(obj, def, __VA_ARGS__, NULL)
#define json_bool(obj, def, ...) json_bool_path(obj, def, __VA_ARGS__, NULL)

struct json_object *json_at_path(struct json_object *obj, ...) __attribute__((sentinel));
const char *json_str_path(struct json_object *obj, ...) __attribute__((sentinel));
struct json_object *json_obj_path(struct json_object *obj, ...) __attribute__((sentinel));
struct json_object *json_arr_path(struct json_object *obj, ...) __attribute__((sentinel));
/* Integers only: 3.0 or "3" are not there. Values beyond int64 are its limits. */
int64_t json_i64_path(struct json_object *obj, int64_t def, ...) __attribute__((sentinel));
bool json_bool_path(struct json_object *obj, int def, ...) __attribute__((sentinel));

/* Elements of an array, members of an object; 0 for anything else. */
size_t json_count(struct json_object *value);
/* Borrowed; NULL past the end and for anything but an array. */
struct json_object *json_item(struct json_object *array, size_t i);
/* The string of a string value, else NULL. */
const char *json_text(struct json_object *value);

/* for-loop over an array (NULL is an empty one):
 *     json_each(containers, c)
 *         if (str_eq(json_str(c, "name"), "etcd")) ... */
#define json_each(array, item)                                                                     \
    for (size_t item##_i = 0, item##_n = json_count(array); item##_i < item##_n;                   \
         item##_i = item##_n)                                                                      \
        for (struct json_object * item;                                                            \
             item##_i < item##_n && ((item = json_item(array, item##_i)), true); item##_i++)
/* Over the members of an object: json-c's json_object_object_foreach(obj, key, value). */

/* ---- Building ----
 *
 * json_build makes a value from a template: JSON, a little relaxed, with printf conversions where
 * values go, checked by the compiler like printf.
 *
 *     json_build("{apiVersion: 'apps/v1', kind: 'StatefulSet',"
 *                " metadata: {name: %s, namespace: %s, labels: %p},"
 *                " spec: {replicas: %d, serviceName: '%s-peer', template: %p}}",
 *                name, ns, labels, replicas, name, pod_template);
 *
 *   %s        a string; NULL leaves the member (or element) out
 *   %d %u %ld %lu %lld %llu (PRId64, PRIu64)   an integer
 *   %p        a struct json_object *, whose reference is taken; NULL leaves the member out
 *   'text'    a string; inside it %s and the integer conversions are filled in (%s not NULL),
 *             %% is a percent sign, and there are no escapes ("text", with double quotes, is the
 *             same)
 *   key       letters, digits, _ . / - $ need no quotes; 'quoted' keys and %s are keys too
 *   12 -3 1.5 true false null     as in JSON (null writes a null: to remove a field by merge patch)
 *
 * Commas may trail; white space is free. The result has one reference, the caller's. A template
 * is our own code: a mistake in it aborts with the place. */
struct json_object *json_build(const char *template, ...) __attribute__((format(printf, 1, 2)));
struct json_object *json_vbuild(const char *template, va_list ap)
    __attribute__((format(printf, 1, 0)));

/* obj.key = value, which is taken; NULL does nothing (json_object_object_add writes a null). */
void json_set(struct json_object *obj, const char *key, struct json_object *value);
void json_set_str(struct json_object *obj, const char *key, const char *value);
/* Adds a taken value at the end; NULL does nothing. */
void json_append(struct json_object *array, struct json_object *value);

/* ---- Whole values ---- */

/* A copy that shares nothing. NULL gives NULL. */
struct json_object *json_copy(struct json_object *value);
/* Members in any order, elements in order, 1 equals 1.0, null equals only null. */
bool json_equal(struct json_object *a, struct json_object *b);
/* Compact text, appended; -1 when out's limit would be passed. */
int json_write(struct buf *out, struct json_object *value);
/* As json_write with members sorted by name: equal values have equal text. */
int json_write_canonical(struct buf *out, struct json_object *value);
/* SHA-256 of the canonical text as 64 hexadecimal digits. */
void json_hash(struct json_object *value, char out[65]);
/* Appends s as a JSON string with its quotes. */
int json_write_str(struct buf *out, const char *s);

/* ---- Lists, one element at a time ----
 *
 * Takes the text {..., "metadata": {...}, "items": [e, e, ...], ...} in pieces of any size and
 * hands over the bytes of each element, and of the metadata, as soon as they are complete. Memory:
 * the largest element. The scanner checks only the structure (strings, brackets, commas);
 * json_parse then checks each element. */
enum json_list_part { JSON_LIST_ITEM, JSON_LIST_METADATA };

struct json_list_scanner {
    int (*on_part)(void *arg, enum json_list_part part, const char *text, size_t n,
                   struct error *err);
    void *arg;
    /* The rest is private. */
    int state, depth, part;
    bool in_string, escaped, in_scalar;
    uint64_t offset;
    char key[16];
    size_t key_n;
    struct buf text;
};

/* element_max bounds one element (and the metadata) in bytes. */
void json_list_scanner_init(struct json_list_scanner *scanner, size_t element_max,
                            int (*on_part)(void *arg, enum json_list_part part, const char *text,
                                           size_t n, struct error *err),
                            void *arg);
void json_list_scanner_release(struct json_list_scanner *scanner);
/* ERROR_FORMAT with the byte offset, ERROR_INPUT for an element above the limit, or what on_part
 * set. After a failure only release may follow. */
int json_list_scanner_feed(struct json_list_scanner *scanner, const char *data, size_t n,
                           struct error *err);
/* ERROR_FORMAT when the list has not ended. */
int json_list_scanner_finish(struct json_list_scanner *scanner, struct error *err);

#endif
