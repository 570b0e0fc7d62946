/* Randomness from the kernel. Thread-safe. */
#ifndef BASE_RAND_H
#define BASE_RAND_H

#include <stddef.h>
#include <stdint.h>

void rand_bytes(void *out, size_t n);
uint64_t rand_below(uint64_t limit); /* uniform in [0, limit), limit > 0 */

/* Exponential backoff with full jitter on its upper half: base * 2^attempt, at most max, then
 * between half of that and all of it. Milliseconds; attempt counts from 0. */
int64_t rand_backoff_ms(unsigned attempt, int64_t base_ms, int64_t max_ms);

#endif
