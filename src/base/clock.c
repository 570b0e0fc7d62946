#include "base/clock.h"

#include <errno.h>
#include <stdio.h>
#include <time.h>

static int64_t read_clock(clockid_t id)
{
    struct timespec ts;

    clock_gettime(id, &ts);
    return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

int64_t clock_wall_ms(void)
{
    return read_clock(CLOCK_REALTIME);
}

int64_t clock_mono_ms(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

void clock_sleep_ms(int64_t ms)
{
    struct timespec ts = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};

    if (ms <= 0)
        return;
    while (clock_nanosleep(CLOCK_MONOTONIC, 0, &ts, &ts) == EINTR)
        ;
}

static void format(int64_t wall_ms, char out[CLOCK_RFC3339_SIZE], int micro)
{
    time_t seconds = (time_t)(wall_ms / 1000);
    struct tm tm;
    size_t n;

    gmtime_r(&seconds, &tm);
    n = strftime(out, CLOCK_RFC3339_SIZE, "%Y-%m-%dT%H:%M:%S", &tm);
    if (micro)
        snprintf(out + n, CLOCK_RFC3339_SIZE - n, ".%03d000Z", (int)(wall_ms % 1000));
    else
        snprintf(out + n, CLOCK_RFC3339_SIZE - n, "Z");
}

void clock_format(int64_t wall_ms, char out[CLOCK_RFC3339_SIZE])
{
    format(wall_ms, out, 0);
}

void clock_format_micro(int64_t wall_ms, char out[CLOCK_RFC3339_SIZE])
{
    format(wall_ms, out, 1);
}

/* Exactly n digits at *s; moves *s behind them. */
static int digits(const char **s, int n, int *ret)
{
    int value = 0;

    for (int i = 0; i < n; i++) {
        char c = (*s)[i];

        if (c < '0' || c > '9')
            return -1;
        value = value * 10 + (c - '0');
    }
    *s += n;
    *ret = value;
    return 0;
}

static int expect(const char **s, char c)
{
    if (**s != c)
        return -1;
    (*s)++;
    return 0;
}

int clock_parse(const char *s, int64_t *ret_wall_ms)
{
    static const int month_days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int year, month, day, hour, minute, second, ms = 0, offset = 0, last;
    struct tm tm = {0};

    if (digits(&s, 4, &year) || expect(&s, '-') || digits(&s, 2, &month) || expect(&s, '-') ||
        digits(&s, 2, &day))
        return -1;
    if (*s != 'T' && *s != 't')
        return -1;
    s++;
    if (digits(&s, 2, &hour) || expect(&s, ':') || digits(&s, 2, &minute) || expect(&s, ':') ||
        digits(&s, 2, &second))
        return -1;
    if (*s == '.') {
        int scale = 100;

        s++;
        if (*s < '0' || *s > '9')
            return -1;
        for (; *s >= '0' && *s <= '9'; s++) {
            ms += (*s - '0') * scale;
            scale /= 10;
        }
    }
    if (*s == 'Z' || *s == 'z') {
        s++;
    } else if (*s == '+' || *s == '-') {
        int sign = *s++ == '-' ? -1 : 1, h, m;

        if (digits(&s, 2, &h) || expect(&s, ':') || digits(&s, 2, &m) || h > 23 || m > 59)
            return -1;
        offset = sign * (h * 60 + m);
    } else {
        return -1;
    }
    if (*s || year < 1970 || month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 ||
        second > 60)
        return -1;
    last = month_days[month - 1];
    if (month == 2 && ((year % 4 == 0 && year % 100 != 0) || year % 400 == 0))
        last = 29;
    if (day > last)
        return -1;
    tm.tm_year = year - 1900;
    tm.tm_mon = month - 1;
    tm.tm_mday = day;
    tm.tm_hour = hour;
    tm.tm_min = minute;
    tm.tm_sec = second;
    *ret_wall_ms = ((int64_t)timegm(&tm) - (int64_t)offset * 60) * 1000 + ms;
    return 0;
}
