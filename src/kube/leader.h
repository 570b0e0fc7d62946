/* Leader election by a coordination.k8s.io Lease, compatible with client-go's.
 *
 * At most one candidate holds the Lease, provided clocks run at about the same speed (their
 * settings do not matter): a candidate takes over only after it has seen the Lease unchanged for
 * the full lease duration, and a holder considers itself out `renew_deadline` after it sent its
 * last successful renewal, which is sooner. */
#ifndef KUBE_LEADER_H
#define KUBE_LEADER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "kube/client.h"

struct kube_leader;

struct kube_leader_options {
    struct kube_client *client; /* borrowed */
    const char *ns, *name;      /* of the Lease; copied */
    const char *identity;       /* unique per process: pod name + random part; copied */
    int64_t lease_duration_ms;  /* 0 = 15 s */
    int64_t renew_deadline_ms;  /* 0 = 10 s; less than lease_duration */
    int64_t retry_period_ms;    /* 0 = 2 s; less than renew_deadline */
    /* On the election's thread; may be NULL. Keep them short: renewals wait meanwhile. */
    void (*on_gained)(void *arg);
    void (*on_lost)(void *arg); /* after on_gained only */
    void *arg;
};

/* Starts the thread. Errors: the thread cannot be started, or durations that contradict. */
struct kube_leader *kube_leader_new(const struct kube_leader_options *options, struct error *err);
/* Stops; when held, calls on_lost and then releases the Lease so that another takes it at once (one
 * request, at most 2 s). Every worker must have stopped acting by the end of on_lost. */
void kube_leader_free(struct kube_leader *leader);

/* True only while no other can hold it: by the monotonic clock, counted from before the last
 * successful renewal was sent. Lock-free; ask right before each disruptive step. */
bool kube_leader_is_held(struct kube_leader *leader);
/* Waits until held; false when time is up (< 0 = never) or kube_leader_free began. */
bool kube_leader_wait(struct kube_leader *leader, int64_t timeout_ms);
/* Identity of the holder that was last seen; heap, "" = none. */
char *kube_leader_holder(struct kube_leader *leader);

#endif
