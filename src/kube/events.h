/* Writes Events (events.k8s.io/v1) about objects, at best effort, from a thread of its own.
 *
 * kube_event never blocks. The same (object, type, reason, note) within a window of 10 minutes is
 * not written again but counted, and the count is written as the Event's series when it reaches a
 * power of two, and at most once in 30 s. Per object at most 25 new Events in a burst and one more
 * every 10 s. The queue holds 256; what does not fit is dropped and counted. */
#ifndef KUBE_EVENTS_H
#define KUBE_EVENTS_H

#include <stdint.h>

#include "base/error.h"
#include "kube/client.h"

#define KUBE_EVENTS_CONTROLLER "etcd.gardener.cloud/etcd-druid"
#define KUBE_EVENT_NOTE_MAX 1024

struct kube_events;

struct kube_event_object {
    const struct kube_resource *resource;
    const char *ns, *name, *uid; /* copied */
};

enum kube_event_type { KUBE_EVENT_NORMAL, KUBE_EVENT_WARNING };

/* `instance` (pod name, for instance; copied) becomes reportingInstance. */
struct kube_events *kube_events_new(struct kube_client *client, const char *instance,
                                    struct error *err);
/* Writes what is queued, for at most 2 s, and ends the thread. */
void kube_events_free(struct kube_events *events);

/* reason and action are CamelCase words, e.g. "MemberAdded", "AddMember". The note is a sentence
 * for a person; longer ones are cut at the end of a character. Thread-safe. */
void kube_event(struct kube_events *events, const struct kube_event_object *about,
                enum kube_event_type type, const char *reason, const char *action,
                const char *note_fmt, ...) __attribute__((format(printf, 6, 7)));

/* Events that were lost (queue full, rate, or refused by the server) since the start. */
uint64_t kube_events_dropped(struct kube_events *events);

#endif
