/* Client of the Kubernetes API: one blocking call per request.
 *
 * Thread-safe: each call blocks its own thread and takes a connection from a pool. Every call ends
 * within its timeout (30 s unless said otherwise), or within 200 ms of kube_client_stop.
 *
 * Errors are ERROR_KUBE with the HTTP status as code and the server's own message, or what the
 * connection reported (ERROR_NETWORK, ERROR_TIMEOUT, ERROR_CANCELED). `retryable` is set for 408,
 * 429, every 5xx and for connection trouble; a conflict (409) is not retryable as it stands: read
 * the object again first. A write that ended with a timeout or a broken connection may have
 * happened. A 401 renews the credentials and tries once more; a 429 or 503 with a Retry-After of a
 * few seconds is waited for and tried again, twice at most (not for evictions, where 429 means that
 * the PodDisruptionBudget says no).
 *
 * Names and namespaces that are given must be valid ones (they become parts of a path): others are
 * refused with ERROR_INPUT before anything is sent. `ns` is NULL for cluster-wide kinds. */
#ifndef KUBE_CLIENT_H
#define KUBE_CLIENT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "codec/json.h"
#include "kube/config.h"
#include "kube/resource.h"

#define KUBE_FIELD_MANAGER "etcd-druid"
#define KUBE_OBJECT_MAX ((size_t)4 << 20) /* bytes of one object's JSON; etcd's limit is 1.5 MiB   \
                                           */

struct kube_client;

/* Takes the config (also on failure). field_manager NULL = KUBE_FIELD_MANAGER. Errors: a CA,
 * certificate or key that cannot be parsed. Nothing is sent. Call http_global_init() first. */
struct kube_client *kube_client_new(struct kube_config *config, const char *field_manager,
                                    struct error *err);
/* No call may be running. NULL is fine. */
void kube_client_free(struct kube_client *client);
/* Ends every running call, and every later one at once, with ERROR_CANCELED. For shutdown: release
 * the leader Lease and flush events first. */
void kube_client_stop(struct kube_client *client);
const char *kube_client_namespace(const struct kube_client *client);

static inline bool kube_error_is(const struct error *err, int http_status)
{
    return error_is(err, ERROR_KUBE, http_status);
}
/* 404, 409. A taken name on create is a 409 too. */
static inline bool kube_error_not_found(const struct error *err)
{
    return kube_error_is(err, 404);
}
static inline bool kube_error_conflict(const struct error *err)
{
    return kube_error_is(err, 409);
}

/* `ret` may be NULL where it says optional: the answer is then not even parsed. What is returned
 * belongs to the caller (json_object_put). Bodies are borrowed. */

int kube_get(struct kube_client *client, const struct kube_resource *resource, const char *ns,
             const char *name, struct json_object **ret, struct error *err);

/* POST. `ret` optional. apiVersion and kind are filled in when the body has none. */
int kube_create(struct kube_client *client, const struct kube_resource *resource, const char *ns,
                struct json_object *body, struct json_object **ret, struct error *err);

/* Server-side apply with force: we own every field of `body`, and fields of ours that it lacks are
 * removed. A `metadata.uid` in the body makes it fail with 409 when the object was replaced (put
 * one in to never create). `subresource`: NULL or "status". `ret` optional. */
int kube_apply(struct kube_client *client, const struct kube_resource *resource, const char *ns,
               const char *name, const char *subresource, struct json_object *body,
               struct json_object **ret, struct error *err);

enum kube_patch {
    KUBE_PATCH_MERGE, /* RFC 7386; put metadata.resourceVersion or .uid in to make it conditional */
    KUBE_PATCH_JSON,  /* RFC 6902: an array of operations */
};
int kube_patch(struct kube_client *client, const struct kube_resource *resource, const char *ns,
               const char *name, const char *subresource, enum kube_patch type,
               struct json_object *body, struct json_object **ret, struct error *err);

/* PUT of the whole object; its metadata.resourceVersion guards it. */
int kube_replace(struct kube_client *client, const struct kube_resource *resource, const char *ns,
                 const char *name, const char *subresource, struct json_object *body,
                 struct json_object **ret, struct error *err);

struct kube_delete_options {
    const char *uid;              /* only this very object; else 409 */
    const char *resource_version; /* only this state of it; else 409 */
    const char *propagation;      /* "Background", "Foreground", "Orphan"; NULL = the server's */
    int grace_seconds;            /* -1 = the object's own */
};
#define KUBE_DELETE_OPTIONS_INIT                                                                   \
    (struct kube_delete_options)                                                                   \
    {                                                                                              \
        .grace_seconds = -1                                                                        \
    }
/* options may be NULL. Success means accepted: finalizers and grace periods may still run. */
int kube_delete(struct kube_client *client, const struct kube_resource *resource, const char *ns,
                const char *name, const struct kube_delete_options *options, struct error *err);

/* Asks the Eviction API to delete a pod, only if it still has that uid. 429 = a
 * PodDisruptionBudget does not allow it now; 409 = another pod by now; 404 = gone. */
int kube_evict(struct kube_client *client, const char *ns, const char *pod, const char *uid,
               struct error *err);

/* ---- Lists and watches ---- */

struct kube_list_options {
    const char *ns; /* NULL = all namespaces */
    const char *label_selector, *field_selector;
    /* NULL = the newest state (a quorum read); "0" = whatever the server has at hand. */
    const char *resource_version;
    int page_size;             /* 0 = 100 */
    const atomic_bool *cancel; /* NULL, or ends the call like kube_client_stop */
};

/* Lists in pages; on_item gets one element at a time, borrowed, as its bytes arrive (an element of
 * a built-in kind has no apiVersion and kind of its own). ret_resource_version (optional, heap) is
 * where a watch can start. A -1 from on_item with *err set ends the list with it. A snapshot that
 * expired between two pages ends with 410: list again from the start. */
int kube_list(struct kube_client *client, const struct kube_resource *resource,
              const struct kube_list_options *options,
              int (*on_item)(void *arg, struct json_object *item, struct error *err), void *arg,
              char **ret_resource_version, struct error *err);

enum kube_watch_event {
    KUBE_WATCH_ADDED,
    KUBE_WATCH_MODIFIED,
    KUBE_WATCH_DELETED,  /* the object is its last state */
    KUBE_WATCH_BOOKMARK, /* only metadata.resourceVersion counts */
};

struct kube_watch_options {
    const char *ns;
    const char *label_selector, *field_selector;
    const char *resource_version; /* after this one; required */
    int64_t timeout_ms;           /* the server ends the watch then; 0 = 5 to 6 minutes */
    int64_t idle_timeout_ms;      /* without a byte for so long it is broken; 0 = 2.5 minutes */
    const atomic_bool *cancel;
};

/* Blocks while the watch lasts. 0 when the server ended it in the usual way (resume with the last
 * resourceVersion seen). -1: 410 when the resourceVersion is too old (by status or by an ERROR
 * event), any other status or ERROR event, a broken connection, a line that is not JSON, or what
 * on_event set. */
int kube_watch(struct kube_client *client, const struct kube_resource *resource,
               const struct kube_watch_options *options,
               int (*on_event)(void *arg, enum kube_watch_event event, struct json_object *object,
                               struct error *err),
               void *arg, struct error *err);

/* ---- For metrics ---- */

/* Calls fn for every (verb, resource, code) seen, in a stable order; code 0 = no answer. Verbs are
 * get, list, watch, create, apply, patch, replace, delete, evict; resource is the plural, with
 * "/status" where it applies. fn runs under a lock: it must not call the client. */
void kube_client_requests(struct kube_client *client,
                          void (*fn)(void *arg, const char *verb, const char *resource, int code,
                                     uint64_t count),
                          void *arg);

#endif
