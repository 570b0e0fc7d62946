/* Which snapshots are too many, and their deletion.
 *
 * `max_backups` counts full snapshots; a full takes the deltas of its chain with it. The newest
 * restorable chain is never deleted, whatever the number says. */
#ifndef BACKUP_RETENTION_H
#define BACKUP_RETENTION_H

#include "backup/list.h"

struct retention_plan {
    size_t *items; /* indices into the list, in the order of deletion */
    size_t n;
    size_t fulls; /* how many of them are fulls */
};

#define cleanup_retention_plan __attribute__((cleanup(retention_plan_release)))

/* Pure. Oldest chains first, and within a chain the newest delta first and the full last, so that
 * what is left is restorable at every moment. max_backups = 0 counts as 1. Objects too short to be
 * an image do not count as backups and protect nothing. `ret` must be zeroed. */
void retention_decide(const struct snapshot_list *list, unsigned max_backups,
                      struct retention_plan *ret);
void retention_plan_release(struct retention_plan *plan);

struct retention_result {
    size_t fulls, deltas; /* deleted */
};

/* Lists, decides, deletes, and removes what interrupted uploads left behind (older than a day).
 * Stops at the first object that cannot be deleted; *ret counts what was deleted, also on error. A
 * store that cannot be listed loses nothing. */
int retention_apply(struct store *store, unsigned max_backups, struct retention_result *ret,
                    struct error *err);

#endif
