/* Cron schedules: when is the next time.
 *
 *     minute hour day-of-month month day-of-week
 *
 * Each field is `*`, a number, a range `a-b`, any of them with a step `/n` (`a/n` is `a-max/n`),
 * or a comma list of those. Months and days of the week also by English name of three letters, any
 * case; Sunday is 0 or 7. When both day fields are restricted (neither begins with `*`) a day that
 * fits either counts. `@yearly @annually @monthly @weekly @daily @midnight @hourly` stand for the
 * five fields. `TZ=Area/City ` or `CRON_TZ=Area/City ` in front gives the time zone, else UTC.
 *
 * Daylight saving: a time that the clock jumps over comes at the end of the jump, and a time that
 * the clock shows twice comes the first time; schedules that name every hour just go on ticking
 * through both (no extra tick, none missing).
 *
 * Immutable once parsed: safe from any thread. */
#ifndef CODEC_CRON_H
#define CODEC_CRON_H

#include <stdint.h>

#include "base/error.h"

#define CRON_TEXT_MAX 256
#define CRON_NEVER INT64_MAX

struct cron;

/* NULL with ERROR_INPUT saying what is wrong in which field, or that the schedule never comes
 * (30 February), or that the time zone is not known here. */
struct cron *cron_parse(const char *text, struct error *err);
void cron_free(struct cron *cron); /* NULL is fine */

/* The first tick strictly after `after_ms`; both wall milliseconds, the result a whole minute.
 * Pure. CRON_NEVER past the year 9000. */
int64_t cron_next(const struct cron *cron, int64_t after_ms);

#endif
