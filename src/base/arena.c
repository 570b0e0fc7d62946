#include "base/arena.h"

#include <stdalign.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"

#define ARENA_BLOCK 4096

struct arena_block {
    struct arena_block *next;
    size_t used, size;
    alignas(max_align_t) char data[];
};

void arena_release(struct arena *arena)
{
    while (arena->blocks) {
        struct arena_block *next = arena->blocks->next;

        free(arena->blocks);
        arena->blocks = next;
    }
}

void *arena_alloc(struct arena *arena, size_t n)
{
    const size_t align = alignof(max_align_t);
    struct arena_block *block = arena->blocks;
    size_t need;
    char *p;

    if (__builtin_add_overflow(n, align - 1, &need))
        abort();
    need &= ~(align - 1);
    if (!block || block->size - block->used < need) {
        size_t size = need > ARENA_BLOCK ? need : ARENA_BLOCK;

        block = xmalloc(sizeof(*block) + size);
        block->used = 0;
        block->size = size;
        block->next = arena->blocks;
        arena->blocks = block;
    }
    p = block->data + block->used;
    block->used += need;
    memset(p, 0, need);
    return p;
}

void *arena_array(struct arena *arena, size_t count, size_t size)
{
    size_t n;

    if (__builtin_mul_overflow(count, size, &n))
        abort();
    return arena_alloc(arena, n);
}

void *arena_memdup(struct arena *arena, const void *p, size_t n)
{
    void *q = arena_alloc(arena, n);

    if (n > 0)
        memcpy(q, p, n);
    return q;
}

char *arena_strndup(struct arena *arena, const char *s, size_t n)
{
    size_t len = strnlen(s, n);
    char *q = arena_alloc(arena, len + 1);

    memcpy(q, s, len);
    return q;
}

char *arena_strdup(struct arena *arena, const char *s)
{
    return s ? arena_strndup(arena, s, strlen(s)) : NULL;
}

char *arena_printf(struct arena *arena, const char *fmt, ...)
{
    va_list ap, again;
    char *s;
    int n;

    va_start(ap, fmt);
    va_copy(again, ap);
    n = vsnprintf(NULL, 0, fmt, again);
    va_end(again);
    s = arena_alloc(arena, (size_t)n + 1);
    vsnprintf(s, (size_t)n + 1, fmt, ap);
    va_end(ap);
    return s;
}
