/* Names of snapshots in a location, as etcd-backup-restore writes and reads them:
 *
 *     <prefix>/v2/Full-00000000-<revision %08d>-<unix seconds>[.gz|.Z|.zlib][.final]
 *     <prefix>/v2/Incr-<first %08d>-<last %08d>-<unix seconds>[.gz|.Z|.zlib][.final]
 *
 * A full starts at 0 and its last revision is that of its image. Pure functions, thread-safe. */
#ifndef BACKUP_NAMES_H
#define BACKUP_NAMES_H

#include <stdbool.h>
#include <stdint.h>

/* The directory of snapshots below a location. */
#define SNAPSHOT_DIR "v2"
/* Room for any name that snapshot_name_format writes and for any key. */
#define SNAPSHOT_NAME_SIZE 112

enum snapshot_kind { SNAPSHOT_FULL, SNAPSHOT_DELTA };
enum snapshot_codec { SNAPSHOT_PLAIN, SNAPSHOT_GZIP, SNAPSHOT_LZW, SNAPSHOT_ZLIB };

struct snapshot_name {
    enum snapshot_kind kind;
    int64_t start, last; /* revisions, 0 <= start <= last */
    int64_t created_s;   /* unix seconds */
    enum snapshot_codec codec;
    bool final; /* etcd-backup-restore's mark of a snapshot taken before deletion */
};

/* "Full-00000000-00000003-1795342880.gz" */
void snapshot_name_format(const struct snapshot_name *name, char out[SNAPSHOT_NAME_SIZE]);
/* The same below the location: "v2/Full-…", the key in the store. */
void snapshot_key_format(const struct snapshot_name *name, char out[SNAPSHOT_NAME_SIZE]);

/* The last component of a key. False: not a snapshot (or of a codec that does not exist), to be
 * passed over. Exact: what parses formats back to the same text, but for revisions that were
 * written with fewer than eight digits. */
bool snapshot_name_parse(const char *text, struct snapshot_name *ret);

/* Order of a chain: by last revision, then the time, then deltas before fulls (a full of the same
 * moment begins the next chain), then the start. <0, 0, >0. */
int snapshot_name_compare(const struct snapshot_name *a, const struct snapshot_name *b);

#endif
