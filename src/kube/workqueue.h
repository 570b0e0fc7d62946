/* A queue of keys for reconciling: a key that is added many times is worked on once, never by two
 * workers at a time; a key added while it is worked on comes again afterwards.
 *
 * Thread-safe. */
#ifndef KUBE_WORKQUEUE_H
#define KUBE_WORKQUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct workqueue;

struct workqueue_options {
    int64_t backoff_base_ms; /* first delay of workqueue_retry; 0 = 100 */
    int64_t backoff_max_ms;  /* 0 = 60,000 */
};

struct workqueue *workqueue_new(const struct workqueue_options *options); /* NULL = defaults */
/* No worker may be inside. */
void workqueue_free(struct workqueue *queue);

/* As soon as possible; also overrides a later time. Ignored after shutdown. */
void workqueue_add(struct workqueue *queue, const char *key);
/* In delay_ms at the latest: of several times the earliest wins. */
void workqueue_add_after(struct workqueue *queue, const char *key, int64_t delay_ms);
/* After a failure: with an exponential delay (jittered) that grows until workqueue_forget.
 * Returns the delay. */
int64_t workqueue_retry(struct workqueue *queue, const char *key);
/* After a success: the next failure starts with the shortest delay again. */
void workqueue_forget(struct workqueue *queue, const char *key);

/* Blocks until a key is due and takes it (heap string; hand it to workqueue_done). NULL after
 * shutdown. Among due keys the one that is due longest comes first. */
char *workqueue_get(struct workqueue *queue);
/* Ends the work on a key taken before, and frees it. */
void workqueue_done(struct workqueue *queue, char *key);

/* Wakes all workers with NULL; keys not yet taken are dropped. */
void workqueue_shutdown(struct workqueue *queue);
/* Waits until no key is being worked on; false when time is up first. */
bool workqueue_drain(struct workqueue *queue, int64_t timeout_ms);

struct workqueue_stats {
    size_t depth;   /* keys due now and not taken */
    size_t waiting; /* keys that are due later */
    size_t working;
    int64_t oldest_ms; /* how long the oldest of `depth` has been due */
    uint64_t adds, retries;
};
void workqueue_stats(struct workqueue *queue, struct workqueue_stats *ret);

#endif
