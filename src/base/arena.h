/* Memory for one request or one reconcile: many small allocations, freed at once.
 *
 * Not thread-safe. Pointers stay valid until arena_release. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct arena {
    struct arena_block *blocks;
};

#define ARENA_INIT                                                                                 \
    (struct arena)                                                                                 \
    {                                                                                              \
        .blocks = NULL                                                                             \
    }
#define cleanup_arena __attribute__((cleanup(arena_release)))

void arena_release(struct arena *arena);
void *arena_alloc(struct arena *arena, size_t n); /* zeroed, aligned for any type */
void *arena_array(struct arena *arena, size_t count, size_t size);
void *arena_memdup(struct arena *arena, const void *p, size_t n);
char *arena_strdup(struct arena *arena, const char *s); /* NULL stays NULL */
char *arena_strndup(struct arena *arena, const char *s, size_t n);
char *arena_printf(struct arena *arena, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
