/* YAML read into the same values as JSON (codec/json.h): the part of YAML that configuration files
 * use. Plain scalars follow YAML 1.2's core schema (null, true/false, integers, floats, else a
 * string), quoted ones are strings. Refused: anchors and aliases, tags, keys that are no scalars,
 * duplicate keys, more than one document. */
#ifndef CODEC_YAML_H
#define CODEC_YAML_H

#include <stddef.h>

#include "base/error.h"
#include "codec/json.h"

#define YAML_NODES_MAX 100000 /* scalars, mappings and sequences in one document */

/* The caller owns *ret; an empty document gives NULL. Depth at most JSON_DEPTH_MAX; the caller
 * bounds n. ERROR_FORMAT names line and column. Thread-safe. */
int yaml_parse(const char *text, size_t n, struct json_object **ret, struct error *err);

#endif
