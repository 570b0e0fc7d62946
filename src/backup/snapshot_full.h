/* A full snapshot: one pass from etcd's Snapshot stream to an object in a store.
 *
 *     bytes of the stream -> SHA-256, revision of the image -> gzip in parallel -> upload in parts
 *
 * The caller pushes the stream's blobs in order, the closing digest among them, and then commits.
 * Nothing is visible in the store before snapshot_full_commit returned 0, and the object that
 * appears is whole, verified against the digest that etcd sent, and named after the revision that
 * its own image holds. No temporary file; memory is bounded by the store's parts, the compressor's
 * blocks and 8 bytes per page of the database.
 *
 * Not thread-safe; calls block for as long as compressor and store need. Typical use:
 *
 *     writer = snapshot_full_new(&options, err);
 *     for each blob: snapshot_full_write(writer, blob, n, err);
 *     snapshot_full_commit(writer, &result, err);
 *     snapshot_full_free(writer); */
#ifndef BACKUP_SNAPSHOT_FULL_H
#define BACKUP_SNAPSHOT_FULL_H

#include "backup/names.h"
#include "store/store.h"

struct snapshot_full_options {
    struct store *store; /* borrowed, outlives the writer */
    unsigned threads;    /* compressing; 0 = in the calling thread */
    int level;           /* of gzip, 0 = 1 */
    bool plain;          /* no compression: the name has no suffix */
    /* Asked when all bytes are at the store and before the call that makes the object visible: may
     * this still be written? -1 with *err set gives it up. NULL = yes. */
    int (*confirm)(void *arg, struct error *err);
    void *confirm_arg;
};

struct snapshot_full_result {
    struct snapshot_name name;
    char key[SNAPSHOT_NAME_SIZE]; /* below the location */
    int64_t revision;             /* of the image */
    uint64_t image_bytes;         /* without the digest */
    uint64_t stored_bytes;
};

struct snapshot_full;

struct snapshot_full *snapshot_full_new(const struct snapshot_full_options *options,
                                        struct error *err);

/* Tells the revision that the image is known to have, which a caller can learn by a linearizable
 * Range before it opens the stream and one after the first blob: when both are equal, so is the
 * image's. Optional, before or during the first SNAPSHOT_FULL_EXPECT_WITHIN bytes. It spares stores
 * that cannot rename (S3) a server-side copy of a large object; an image that turns out to have
 * another revision is a retryable error. */
#define SNAPSHOT_FULL_EXPECT_WITHIN ((uint64_t)1 << 20)
void snapshot_full_expect_revision(struct snapshot_full *writer, int64_t revision);

/* Errors: the store's, or ERROR_FORMAT when the bytes are no etcd database. After a failure only
 * snapshot_full_free may follow. */
int snapshot_full_write(struct snapshot_full *writer, const void *data, size_t n,
                        struct error *err);
/* Verifies size and digest (a stream that ended early is ERROR_FORMAT, retryable), publishes under
 * Full-00000000-<revision>-<now>.gz, never over an object that exists (STORE_EXISTS). */
int snapshot_full_commit(struct snapshot_full *writer, struct snapshot_full_result *ret,
                         struct error *err);
void snapshot_full_free(struct snapshot_full *writer); /* NULL is fine; aborts what is not done */

#endif
