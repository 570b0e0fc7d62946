#include "base/log.h"

#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/str.h"

#define LOG_LINE_MAX 8192

static enum log_level min_level = LOG_INFO;
static enum log_format line_format = LOG_TEXT;

static const char *const level_names[] = {"debug", "info", "warning", "error"};

void log_setup(enum log_level level, enum log_format format)
{
    min_level = level;
    line_format = format;
}

bool log_level_parse(const char *s, enum log_level *ret)
{
    for (size_t i = 0; i < ARRAY_SIZE(level_names); i++) {
        if (str_eq(s, level_names[i])) {
            *ret = (enum log_level)i;
            return true;
        }
    }
    return false;
}

/* A string in quotes, valid as JSON and safe on a terminal. */
static void append_quoted(struct buf *line, const char *s)
{
    buf_append_char(line, '"');
    for (; *s; s++) {
        unsigned char c = (unsigned char)*s;

        if (c == '"' || c == '\\')
            buf_appendf(line, "\\%c", c);
        else if (c == '\n')
            buf_append_str(line, "\\n");
        else if (c < 0x20 || c == 0x7f)
            buf_appendf(line, "\\u%04x", c);
        else
            buf_append_char(line, (char)c);
    }
    buf_append_char(line, '"');
}

static bool is_plain(const char *s)
{
    if (!*s)
        return false;
    for (; *s; s++)
        if ((unsigned char)*s <= ' ' || *s == '"' || *s == '=' || *s == '\\' || *s == 0x7f)
            return false;
    return true;
}

void log_event(enum log_level level, const char *message, ...)
{
    cleanup_buf struct buf line = BUF_INIT(LOG_LINE_MAX);
    char time[CLOCK_RFC3339_SIZE];
    const char *key, *value;
    va_list ap;

    if (level < min_level)
        return;
    clock_format_micro(clock_wall_ms(), time);
    if (line_format == LOG_JSON) {
        buf_appendf(&line, "{\"time\":\"%s\",\"level\":\"%s\",\"message\":", time,
                    level_names[level]);
        append_quoted(&line, message);
    } else {
        buf_appendf(&line, "%s %-7s %s", time, level_names[level], message);
    }
    va_start(ap, message);
    while ((key = va_arg(ap, const char *))) {
        value = va_arg(ap, const char *);
        if (!value)
            continue;
        if (line_format == LOG_JSON) {
            buf_append_char(&line, ',');
            append_quoted(&line, key);
            buf_append_char(&line, ':');
            append_quoted(&line, value);
        } else {
            buf_appendf(&line, " %s=", key);
            if (is_plain(value))
                buf_append_str(&line, value);
            else
                append_quoted(&line, value);
        }
    }
    va_end(ap);
    if (line_format == LOG_JSON)
        buf_append_char(&line, '}');
    line.limit++;
    buf_append_char(&line, '\n');
    if (write(STDERR_FILENO, line.data, line.len) < 0)
        return; /* nowhere left to say it */
}
