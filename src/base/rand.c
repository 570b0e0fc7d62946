#include "base/rand.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/random.h>

void rand_bytes(void *out, size_t n)
{
    char *p = out;

    while (n > 0) {
        ssize_t r = getrandom(p, n, 0);

        if (r < 0 && errno == EINTR)
            continue;
        if (r < 0)
            abort();
        p += r;
        n -= (size_t)r;
    }
}

uint64_t rand_below(uint64_t limit)
{
    uint64_t value, threshold = (0 - limit) % limit;

    assert(limit > 0);
    do {
        rand_bytes(&value, sizeof(value));
    } while (value < threshold);
    return value % limit;
}

int64_t rand_backoff_ms(unsigned attempt, int64_t base_ms, int64_t max_ms)
{
    int64_t delay = base_ms;

    while (attempt-- > 0 && delay < max_ms)
        delay *= 2;
    if (delay > max_ms)
        delay = max_ms;
    return delay / 2 + (int64_t)rand_below((uint64_t)(delay - delay / 2) + 1);
}
