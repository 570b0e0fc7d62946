/* Durations as Go writes them: "5m", "1h30m", "1.5h", "250ms", "0". Units: h m s ms us ns. */
#ifndef CODEC_DURATION_H
#define CODEC_DURATION_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

#define DURATION_TEXT_SIZE 32

/* Milliseconds (finer parts are cut), not negative, at most 100 years. ERROR_INPUT otherwise. */
int duration_parse(const char *text, int64_t *ret_ms, struct error *err);
/* The shortest form that parses back: "1h30m", "250ms", "0s". */
void duration_format(int64_t ms, char out[DURATION_TEXT_SIZE]);

#endif
