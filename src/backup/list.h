/* The snapshots of a location, sorted and grouped into chains.
 *
 * A chain is a full snapshot and the deltas that follow it up to the next full. */
#ifndef BACKUP_LIST_H
#define BACKUP_LIST_H

#include "backup/names.h"
#include "store/store.h"

#define SNAPSHOT_LIST_MAX 1000000

struct snapshot {
    struct snapshot_name name;
    char *key; /* below the location: "v2/Full-…"; owned by the list */
    uint64_t size;
};

struct snapshot_list {
    struct snapshot *items; /* by snapshot_name_compare */
    size_t n;
};

#define SNAPSHOT_LIST_INIT                                                                         \
    (struct snapshot_list)                                                                         \
    {                                                                                              \
        .items = NULL, .n = 0                                                                      \
    }
#define cleanup_snapshot_list __attribute__((cleanup(snapshot_list_release)))

/* One listing of the store. Foreign objects, other directories and chunk objects are passed over.
 * An empty location is success with n = 0; a store that cannot be listed is an error. `ret` must be
 * empty. */
int snapshot_list_load(struct store *store, struct snapshot_list *ret, struct error *err);
/* The same from keys that the caller has already (tests, simulations). Copies. */
void snapshot_list_build(const struct store_list *objects, struct snapshot_list *ret);
void snapshot_list_release(struct snapshot_list *list);

/* Items [first, first + n) of one chain; `full` is items[first], or NULL for deltas that come
 * before the first full. */
struct snapshot_chain {
    const struct snapshot *full;
    size_t first, n;
};

/* Walks the chains, oldest first: start with *pos = 0; false at the end. */
bool snapshot_chain_next(const struct snapshot_list *list, size_t *pos, struct snapshot_chain *ret);
/* The newest full that can be whole (not shorter than the smallest image), or NULL. */
const struct snapshot *snapshot_list_newest_full(const struct snapshot_list *list);

#endif
