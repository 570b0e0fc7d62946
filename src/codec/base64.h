/* base64 (RFC 4648 section 4, with padding) and lower-case hexadecimal. */
#ifndef CODEC_BASE64_H
#define CODEC_BASE64_H

#include <stddef.h>

#include "base/buf.h"
#include "base/error.h"

/* Appends; 0, or -1 when out's limit would be passed. */
int base64_encode(struct buf *out, const void *data, size_t n);
/* Strict: padding present, unused bits zero, no white space. ERROR_INPUT names the byte; out is
 * unchanged then. */
int base64_decode(struct buf *out, const char *text, size_t n, struct error *err);

/* Writes 2n digits and a NUL. */
void hex_encode(char *out, const void *data, size_t n);
/* Exactly n bytes from 2n digits, any case, the whole string. 0 or -1. */
int hex_decode(void *out, size_t n, const char *text);

#endif
