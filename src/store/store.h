/* Object stores behind one vtable.
 *
 * A store is one location: a container plus a prefix. Keys are relative to it, '/'-separated, and
 * the prefix matches by whole components ("prod" never sees "prod-eu"). An object is visible whole
 * or not at all. Calls block, are bounded in time, retry with backoff and jitter what is worth
 * retrying (never a refusal), and stop early on `cancel`. A store may be used from several threads;
 * a writer from one. No secret appears in an error or a log line. */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"

/* code of ERROR_STORE */
enum store_error {
    STORE_NOT_FOUND = 1, /* no such object */
    STORE_NO_CONTAINER,  /* no such bucket, container or volume */
    STORE_EXISTS,        /* conditional create lost */
    STORE_DENIED,        /* credentials refused or not allowed; message says which key was used */
    STORE_UNAVAILABLE,   /* 5xx, throttled or unreachable after all retries; retryable */
    STORE_INVALID, /* the location or its configuration cannot work; message says what to do */
    STORE_FULL,    /* no space or over quota; retryable */
};

struct store_object {
    char *key; /* relative to the location */
    uint64_t size;
    int64_t modified_ms; /* wall time */
};

struct store_list {
    struct store_object *objects; /* sorted bytewise by key */
    size_t n;
};

struct store;
struct store_writer;

void store_free(struct store *store);
/* "s3://bucket/prefix" for people; owned by the store. */
const char *store_url(const struct store *store);

/* All objects below `dir` ("" = all of the location; "v2" sees "v2/x", never "v2x"). */
int store_list(struct store *store, const char *dir, struct store_list *ret, struct error *err);
void store_list_release(struct store_list *list);

/* Streams bytes [offset, offset + n) to on_data; n = UINT64_MAX reads to the end. A transfer that
 * breaks resumes where it stopped. */
int store_get(struct store *store, const char *key, uint64_t offset, uint64_t n,
              int (*on_data)(void *arg, const void *data, size_t n, struct error *err), void *arg,
              struct error *err);
/* A small object whole, within out's limit. */
int store_get_small(struct store *store, const char *key, struct buf *out, struct error *err);

/* Streaming write of an object of unknown size, in parts uploaded in parallel while the caller goes
 * on; memory is bounded by the parts in flight. Nothing is visible before store_writer_commit
 * returned 0; free without commit leaves nothing behind.
 *
 * The key is given at the commit. Stores that cannot rename (S3) upload what does not fit one part
 * below STORE_TMP_DIR then and copy it on the server at the commit, unless the key was set before
 * the first part was full. */
#define STORE_TMP_DIR "druid/tmp"
struct store_writer *store_writer_new(struct store *store, struct error *err);
void store_writer_set_key(struct store_writer *writer, const char *key);
/* After a failure only free may follow. */
int store_writer_write(struct store_writer *writer, const void *data, size_t n, struct error *err);
/* Waits until everything written is at the store, as far as it can be before the commit. */
int store_writer_flush(struct store_writer *writer, struct error *err);
/* Makes the object visible, durable before the return. `key` must equal the one set before, if
 * one was. `exclusive`: STORE_EXISTS when the key is there already, where the store can tell. */
int store_writer_commit(struct store_writer *writer, const char *key, bool exclusive,
                        struct error *err);
void store_writer_free(struct store_writer *writer); /* aborts what was not committed */

/* A small object at once. */
int store_put_small(struct store *store, const char *key, const void *data, size_t n,
                    bool exclusive, struct error *err);
/* What is not there is success. */
int store_delete(struct store *store, const char *key, struct error *err);
/* Removes what uploads that were cut off (a killed process) left behind, older than `age_ms`:
 * temporary objects and files, unfinished multipart uploads. */
int store_sweep(struct store *store, int64_t age_ms, struct error *err);

/* Ends running calls soon with ERROR_CANCELED (at shutdown). */
void store_cancel(struct store *store);

/* ---- making one ---- */

enum store_provider { STORE_S3, STORE_LOCAL };

/* Where and how, all strings borrowed, NULL = not given. */
struct store_config {
    enum store_provider provider;
    const char *container; /* bucket; for local a directory that exists */
    const char *prefix;    /* without leading or trailing '/' */
    const char *endpoint;  /* URL; NULL = the provider's */
    const char *region;
    const struct store_credentials *credentials;
    unsigned parallel; /* parts in flight, 0 = 4 */
    size_t part_size;  /* bytes, 0 = 5 MiB and growing with the object */
};

/* Key/value pairs as they stand in a Secret's data or in a directory of files. */
struct store_credentials {
    struct store_credential {
        const char *name;
        const char *value; /* NUL-terminated; len excludes it */
        size_t len;
    } * items;
    size_t n;
};

struct store *store_new(const struct store_config *config, struct error *err);

/* provider names of the API, any case: s3, aws, local. -1 with ERROR_INPUT naming what exists. */
int store_provider_parse(const char *name, enum store_provider *ret, struct error *err);
/* The provider that a Secret's keys point to, else STORE_S3 (design: section 3). */
enum store_provider store_provider_guess(const struct store_credentials *credentials);

#endif
