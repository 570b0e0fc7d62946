/* Time. Wall time is milliseconds since 1970 UTC, durations are milliseconds; the monotonic clock
 * is only good for differences. Thread-safe. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stddef.h>
#include <stdint.h>

#define CLOCK_SECOND ((int64_t)1000)
#define CLOCK_MINUTE (60 * CLOCK_SECOND)
#define CLOCK_HOUR (60 * CLOCK_MINUTE)
#define CLOCK_RFC3339_SIZE 32

int64_t clock_wall_ms(void);
int64_t clock_mono_ms(void);
void clock_sleep_ms(int64_t ms);

/* "2026-11-24T16:21:05Z", whole seconds, as metav1.Time writes it. */
void clock_format(int64_t wall_ms, char out[CLOCK_RFC3339_SIZE]);
/* "2026-11-24T16:21:05.123000Z", as metav1.MicroTime writes it. */
void clock_format_micro(int64_t wall_ms, char out[CLOCK_RFC3339_SIZE]);
/* RFC 3339 with any fraction (cut to milliseconds) and any offset; years 1970 to 9999. 0 or -1. */
int clock_parse(const char *s, int64_t *ret_wall_ms);

#endif
