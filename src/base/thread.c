#include "base/thread.h"

#include <signal.h>
#include <stdio.h>
#include <time.h>

int thread_start(pthread_t *ret_thread, const char *name, size_t stack, void *(*fn)(void *),
                 void *arg, struct error *err)
{
    pthread_attr_t attr;
    pthread_t thread;
    sigset_t all, before;
    char short_name[16];
    int rc;

    pthread_attr_init(&attr);
    pthread_attr_setstacksize(&attr, stack);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    rc = pthread_create(&thread, &attr, fn, arg);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attr);
    if (rc != 0)
        return error_set_errno(err, rc, "start thread %s", name);
    snprintf(short_name, sizeof(short_name), "%.15s", name);
    pthread_setname_np(thread, short_name);
    *ret_thread = thread;
    return 0;
}

void thread_cond_init(pthread_cond_t *cond)
{
    pthread_condattr_t attr;

    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(cond, &attr);
    pthread_condattr_destroy(&attr);
}

void thread_cond_wait_until(pthread_cond_t *cond, pthread_mutex_t *lock, int64_t deadline_ms)
{
    struct timespec deadline;

    if (deadline_ms == INT64_MAX) {
        pthread_cond_wait(cond, lock);
        return;
    }
    deadline.tv_sec = deadline_ms / 1000;
    deadline.tv_nsec = deadline_ms % 1000 * 1000000;
    pthread_cond_timedwait(cond, lock, &deadline);
}
