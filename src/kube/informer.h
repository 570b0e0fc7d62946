/* A local copy of the objects of one kind, kept current by list and watch.
 *
 * Each informer has a thread of its own. It lists in pages, then watches from there with bookmarks,
 * resumes a watch that ended by the last resourceVersion, lists again when that is too old (410),
 * and backs off (0.2 to 30 s) when something fails, with one log line per distinct failure. Objects
 * are kept as what `decode` makes of them; JSON is dropped at once.
 *
 * An object is immutable once it is in: an update replaces it, readers keep theirs by reference.
 * Reading is safe from any thread. Callbacks run on the informer's thread with no lock held, in the
 * order of the changes; they should only enqueue. They may call informer_get and the like. */
#ifndef KUBE_INFORMER_H
#define KUBE_INFORMER_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "codec/json.h"
#include "kube/client.h"

/* One object: its metadata that everyone needs, and what decode made of it. */
struct kube_object {
    atomic_int refs;
    void (*free_data)(void *data);
    char *ns; /* "" for cluster-wide kinds */
    char *name;
    char *uid;
    char *resource_version;
    void *data; /* decode's result */
};

struct kube_object *kube_object_ref(struct kube_object *object);
void kube_object_unref(struct kube_object *object); /* NULL is fine */
static inline void cleanup_kube_object_p(struct kube_object **object)
{
    kube_object_unref(*object);
}
#define cleanup_kube_object __attribute__((cleanup(cleanup_kube_object_p)))

struct informer_options {
    struct kube_client *client;           /* borrowed, outlives the informer */
    const struct kube_resource *resource; /* static */
    /* Copied. For several namespaces make several informers. */
    const char *ns; /* NULL = all */
    const char *label_selector, *field_selector;

    /* Makes a small struct of an object (borrowed JSON), which the informer owns from then on and
     * frees by free_data (any thread). NULL with *err set: the object is logged and kept out, as if
     * it did not exist. NULL without an error: not interesting, kept out silently. */
    void *(*decode)(void *arg, struct json_object *object, struct error *err);
    void (*free_data)(void *data);

    /* old NULL: added; new NULL: deleted; both: updated (their resourceVersions differ; or their
     * uids, when an object was deleted and made again unseen). Borrowed for the call. May be NULL.
     * After a fresh list, what has vanished meanwhile comes as deleted. */
    void (*on_change)(void *arg, struct kube_object *old, struct kube_object *new);
    void *arg;
};

struct informer;

/* Starts the thread. Errors: the thread cannot be started. */
struct informer *informer_new(const struct informer_options *options, struct error *err);
/* Stops the thread (within 200 ms or after the running callback) and frees everything; references
 * that others hold stay valid. NULL is fine. */
void informer_free(struct informer *informer);

/* True once the first list is complete; never goes back. */
bool informer_synced(struct informer *informer);
/* Waits for that; timeout < 0 = for ever. False when time is up or the informer is being stopped.
 */
bool informer_wait_synced(struct informer *informer, int64_t timeout_ms);
/* Milliseconds since the API server was last heard on this informer; INT64_MAX before the first
 * time. */
int64_t informer_silence_ms(struct informer *informer);

/* A reference that the caller drops, or NULL. ns "" or NULL for cluster-wide kinds. */
struct kube_object *informer_get(struct informer *informer, const char *ns, const char *name);
/* Calls fn for each object of namespace `ns` (NULL = all), in no order, under the informer's lock:
 * fn is short and calls no function of this informer; kube_object_ref is fine. A true from fn ends
 * the walk; the result says whether that happened. */
bool informer_each(struct informer *informer, const char *ns,
                   bool (*fn)(void *arg, struct kube_object *object), void *arg);
size_t informer_count(struct informer *informer);

#endif
