/* Logging: one line per event on stderr, `time level message key=value ...`, or one JSON object
 * with --log-format json. The owner of an operation logs; libraries return errors instead.
 * Never a secret. Thread-safe: one write(2) per line. */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdbool.h>

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARNING, LOG_ERROR };
enum log_format { LOG_TEXT, LOG_JSON };

/* Before the first thread. */
void log_setup(enum log_level level, enum log_format format);
bool log_level_parse(const char *s, enum log_level *ret); /* debug, info, warning, error */

/* Pairs of (const char *key, const char *value), ended by NULL; a NULL value is left out:
 *     log_info("snapshot uploaded", "name", name, "store", url, NULL); */
void log_event(enum log_level level, const char *message, ...) __attribute__((sentinel));

#define log_debug(...) log_event(LOG_DEBUG, __VA_ARGS__)
#define log_info(...) log_event(LOG_INFO, __VA_ARGS__)
#define log_warning(...) log_event(LOG_WARNING, __VA_ARGS__)
#define log_error(...) log_event(LOG_ERROR, __VA_ARGS__)

#endif
