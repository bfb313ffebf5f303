// Loaded before libc: while the file FULL_DISK_SIGN is there, nothing can be written to FULL_DISK_FILE and to what
// lies beside it under a name that begins the same (SQLite's log). What is written elsewhere is written.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static int is_full(int fd) {
  const char *file = getenv("FULL_DISK_FILE"), *sign = getenv("FULL_DISK_SIGN");
  char link[64], path[PATH_MAX];
  if (!file || !sign || access(sign, F_OK) != 0) return 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  return strncmp(path, file, strlen(file)) == 0;
}

#define WRITES_AT(name, offset_t)                                                  \
  ssize_t name(int fd, const void *bytes, size_t count, offset_t at) {             \
    static ssize_t (*real)(int, const void *, size_t, offset_t);                   \
    if (!real) *(void **)&real = dlsym(RTLD_NEXT, #name);                          \
    if (is_full(fd)) return errno = ENOSPC, -1;                                    \
    return real(fd, bytes, count, at);                                             \
  }

WRITES_AT(pwrite, off_t)
WRITES_AT(pwrite64, off64_t)

ssize_t write(int fd, const void *bytes, size_t count) {
  static ssize_t (*real)(int, const void *, size_t);
  if (!real) *(void **)&real = dlsym(RTLD_NEXT, "write");
  if (is_full(fd)) return errno = ENOSPC, -1;
  return real(fd, bytes, count);
}
