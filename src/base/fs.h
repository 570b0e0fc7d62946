/* Files that survive a crash. Paths borrow; errors name the path. Thread-safe. */
#ifndef BASE_FS_H
#define BASE_FS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/error.h"

/* The whole file appended to `out`; one larger than out's limit is an error. */
int fs_read_file(const char *path, struct buf *out, struct error *err);
/* Writes `<path>.part`, fsyncs, renames over path, fsyncs the directory: afterwards the file is
 * the old one or the new one, whatever happens. */
int fs_write_file(const char *path, const void *data, size_t n, mode_t mode, struct error *err);
int fs_write_all(int fd, const void *data, size_t n, const char *path, struct error *err);
int fs_mkdir_p(const char *path, mode_t mode, struct error *err);
int fs_fsync_dir(const char *path, struct error *err);
/* rename(2), then fsync of both directories. */
int fs_rename(const char *from, const char *to, struct error *err);
/* Removes a file or a tree; what is not there is success. Never follows symbolic links. */
int fs_remove_tree(const char *path, struct error *err);
bool fs_exists(const char *path); /* lstat succeeds */
/* Heap strings. */
char *fs_join(const char *dir, const char *name);
char *fs_dirname(const char *path);

#endif
