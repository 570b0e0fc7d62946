/* gzip, written in parallel: the input is cut into blocks, each becomes a gzip member of its own,
 * compressed by a few threads and handed on in order. Readers of the format join members (RFC 1952
 * section 2.2). A block that does not shrink is stored. The same input and block size give the same
 * output, whatever the number of threads. Member headers hold no name, no time and no system.
 *
 * Memory: (threads + 2) blocks of input and output. A writer belongs to one thread; `sink` is
 * called from that thread only, inside gzip_writer_write and gzip_writer_finish. */
#ifndef CODEC_GZIP_H
#define CODEC_GZIP_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

#define GZIP_BLOCK_DEFAULT ((size_t)1 << 20)
#define GZIP_THREADS_MAX 64

struct gzip_writer_options {
    unsigned threads; /* compressing beside the caller's; 0 = the caller's thread does it itself */
    size_t block;     /* bytes of input per member, 0 = GZIP_BLOCK_DEFAULT */
    int level;        /* 1 fast to 12 small, 0 = 1 */
    /* Takes compressed bytes; -1 with *err set ends the stream with that error. */
    int (*sink)(void *arg, const void *data, size_t n, struct error *err);
    void *sink_arg;
};

struct gzip_writer;

/* Errors: a thread could not be started. */
struct gzip_writer *gzip_writer_new(const struct gzip_writer_options *options, struct error *err);
/* Blocks while all blocks are in work. After a failure only gzip_writer_free may follow. */
int gzip_writer_write(struct gzip_writer *writer, const void *data, size_t n, struct error *err);
/* Compresses what is left and waits for all of it. No input at all gives one empty member. */
int gzip_writer_finish(struct gzip_writer *writer, struct error *err);
void gzip_writer_free(struct gzip_writer *writer); /* NULL is fine; ends its threads */

#endif
