/* Named threads with small stacks. */
#ifndef BASE_THREAD_H
#define BASE_THREAD_H

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

#define THREAD_STACK_SMALL ((size_t)256 * 1024)

/* Starts fn(arg) with all signals blocked, so that signals reach the main thread alone. `name` is
 * cut to 15 bytes. The caller joins. Errors: ERROR_SYSTEM, retryable. */
int thread_start(pthread_t *ret_thread, const char *name, size_t stack, void *(*fn)(void *),
                 void *arg, struct error *err);

/* A condition variable that waits on the monotonic clock. */
void thread_cond_init(pthread_cond_t *cond);
/* Waits until signaled or until clock_mono_ms() reaches deadline_ms; INT64_MAX = no deadline.
 * Spurious wake-ups happen, as with any condition variable. */
void thread_cond_wait_until(pthread_cond_t *cond, pthread_mutex_t *lock, int64_t deadline_ms);

static inline void cleanup_unlock_p(pthread_mutex_t **lock)
{
    if (*lock)
        pthread_mutex_unlock(*lock);
}

static inline pthread_mutex_t *thread_lock(pthread_mutex_t *lock)
{
    pthread_mutex_lock(lock);
    return lock;
}

/* Holds the lock until the end of the enclosing block:  THREAD_GUARD(&queue->lock); */
#define THREAD_GUARD_NAME2(line) guard_##line
#define THREAD_GUARD_NAME(line) THREAD_GUARD_NAME2(line)
#define THREAD_GUARD(lock)                                                                         \
    __attribute__((cleanup(cleanup_unlock_p), unused)) pthread_mutex_t *THREAD_GUARD_NAME(         \
        __LINE__) = thread_lock(lock)

#endif
