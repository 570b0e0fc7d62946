#include "base/fs.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/str.h"

#define READ_CHUNK 65536

int fs_read_file(const char *path, struct buf *out, struct error *err)
{
    cleanup_close int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return error_set_errno(err, errno, "open %s", path);
    for (;;) {
        size_t room = out->limit - out->len < READ_CHUNK ? out->limit - out->len : READ_CHUNK;
        char probe;
        ssize_t n;

        if (room == 0) {
            n = read(fd, &probe, 1);
            if (n > 0)
                return error_set(err, ERROR_INPUT, 0, "%s is larger than the limit of %zu bytes",
                                 path, out->limit);
        } else {
            char *p = buf_reserve(out, room);

            n = read(fd, p, room);
            if (n > 0) {
                out->len += (size_t)n;
                out->data[out->len] = '\0';
            }
        }
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return error_set_errno(err, errno, "read %s", path);
        if (n == 0)
            return 0;
    }
}

int fs_write_all(int fd, const void *data, size_t n, const char *path, struct error *err)
{
    const char *p = data;

    while (n > 0) {
        ssize_t r = write(fd, p, n);

        if (r < 0 && errno == EINTR)
            continue;
        if (r < 0)
            return error_set_errno(err, errno, "write %s", path);
        p += r;
        n -= (size_t)r;
    }
    return 0;
}

int fs_fsync_dir(const char *path, struct error *err)
{
    cleanup_close int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0)
        return error_set_errno(err, errno, "open %s", path);
    if (fsync(fd) < 0)
        return error_set_errno(err, errno, "fsync %s", path);
    return 0;
}

int fs_rename(const char *from, const char *to, struct error *err)
{
    cleanup_free char *from_dir = fs_dirname(from);
    cleanup_free char *to_dir = fs_dirname(to);

    if (rename(from, to) < 0)
        return error_set_errno(err, errno, "rename %s to %s", from, to);
    if (fs_fsync_dir(to_dir, err) < 0)
        return -1;
    return str_eq(from_dir, to_dir) ? 0 : fs_fsync_dir(from_dir, err);
}

int fs_write_file(const char *path, const void *data, size_t n, mode_t mode, struct error *err)
{
    cleanup_free char *part = xasprintf("%s.part", path);
    cleanup_close int fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
    int r;

    if (fd < 0)
        return error_set_errno(err, errno, "create %s", part);
    r = fs_write_all(fd, data, n, part, err);
    if (r == 0 && fsync(fd) < 0)
        r = error_set_errno(err, errno, "fsync %s", part);
    if (r == 0)
        r = fs_rename(part, path, err);
    if (r < 0)
        unlink(part);
    return r;
}

int fs_mkdir_p(const char *path, mode_t mode, struct error *err)
{
    cleanup_free char *copy = xstrdup(path);
    struct stat st;

    for (char *p = copy + 1;; p++) {
        char c = *p;

        if (c != '/' && c != '\0')
            continue;
        *p = '\0';
        if (mkdir(copy, mode) < 0 && errno != EEXIST)
            return error_set_errno(err, errno, "create directory %s", copy);
        *p = c;
        if (c == '\0')
            break;
    }
    if (stat(path, &st) < 0)
        return error_set_errno(err, errno, "stat %s", path);
    if (!S_ISDIR(st.st_mode))
        return error_set_errno(err, ENOTDIR, "create directory %s", path);
    return 0;
}

int fs_remove_tree(const char *path, struct error *err)
{
    char *paths[] = {(char *)(uintptr_t)path, NULL};
    FTS *fts;
    FTSENT *entry;
    int r = 0;

    if (!fs_exists(path))
        return 0;
    fts = fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR | FTS_XDEV, NULL);
    if (!fts)
        return error_set_errno(err, errno, "open %s", path);
    while (r == 0 && (entry = fts_read(fts))) {
        switch (entry->fts_info) {
        case FTS_D:
            break;
        case FTS_DNR:
        case FTS_ERR:
        case FTS_NS:
            r = error_set_errno(err, entry->fts_errno, "read %s", entry->fts_path);
            break;
        default:
            if (remove(entry->fts_accpath) < 0 && errno != ENOENT)
                r = error_set_errno(err, errno, "remove %s", entry->fts_path);
        }
    }
    fts_close(fts);
    return r;
}

bool fs_exists(const char *path)
{
    struct stat st;

    return lstat(path, &st) == 0;
}

char *fs_join(const char *dir, const char *name)
{
    return xasprintf("%s%s%s", dir, str_ends(dir, "/") ? "" : "/", name);
}

char *fs_dirname(const char *path)
{
    const char *slash = strrchr(path, '/');

    if (!slash)
        return xstrdup(".");
    if (slash == path)
        return xstrdup("/");
    return xstrndup(path, (size_t)(slash - path));
}
