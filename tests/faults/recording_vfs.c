/* A SQLite VFS that does what the default one does and writes down every write, truncation, sync, deletion and
 * creation of the files below one folder, so that a power cut can be replayed at any of them.
 *
 * Loaded into the very SQLite of the product: `install` gets that library's sqlite3_vfs_find and
 * sqlite3_vfs_register. The declarations below are the public, stable interface of SQLite (sqlite.org/vfs.html);
 * no header of another version is needed.
 *
 * One record: char kind, int32 object, int64 offset, int32 length, then `length` bytes. Kinds: C created (bytes:
 * name), O opened as it was (name), W write, T truncate to offset, S sync, D deleted (name), M a mark of the test.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef int64_t i64;
typedef struct File File;
typedef struct Methods Methods;
typedef struct Vfs Vfs;
struct File { const Methods *methods; };
struct Methods {
  int version;
  int (*close)(File *);
  int (*read)(File *, void *, int, i64);
  int (*write)(File *, const void *, int, i64);
  int (*truncate)(File *, i64);
  int (*sync)(File *, int);
  int (*size)(File *, i64 *);
  int (*lock)(File *, int);
  int (*unlock)(File *, int);
  int (*reserved)(File *, int *);
  int (*control)(File *, int, void *);
  int (*sector)(File *);
  int (*traits)(File *);
  int (*shm_map)(File *, int, int, int, void volatile **);
  int (*shm_lock)(File *, int, int, int);
  void (*shm_barrier)(File *);
  int (*shm_unmap)(File *, int);
};
struct Vfs {
  int version, file_bytes, path_bytes;
  Vfs *next;
  const char *name;
  void *data;
  int (*open)(Vfs *, const char *, File *, int, int *);
  int (*remove)(Vfs *, const char *, int);
  int (*access)(Vfs *, const char *, int, int *);
  int (*full)(Vfs *, const char *, int, char *);
  void *rest[12]; /* dynamic loading, randomness, time, system calls: handed on as they are */
};
typedef struct {
  File base;
  const Methods *mine;
  int object; /* -1: not below the folder */
  File *real;
} Recorded;

static Vfs *real_vfs;
static Vfs vfs;
static FILE *out;
static char folder[4096];
static int objects;
static const char *names[4096];

static void note(char kind, int object, i64 offset, int length, const void *bytes) {
  int32_t o = object, l = length;
  fwrite(&kind, 1, 1, out);
  fwrite(&o, 4, 1, out);
  fwrite(&offset, 8, 1, out);
  fwrite(&l, 4, 1, out);
  if (length > 0 && bytes) fwrite(bytes, 1, (size_t)length, out);
}
static Recorded *r(File *file) { return (Recorded *)file; }

static int f_close(File *f) { return r(f)->real->methods->close(r(f)->real); }
static int f_read(File *f, void *b, int n, i64 at) { return r(f)->real->methods->read(r(f)->real, b, n, at); }
static int f_write(File *f, const void *b, int n, i64 at) {
  if (r(f)->object >= 0) note('W', r(f)->object, at, n, b);
  return r(f)->real->methods->write(r(f)->real, b, n, at);
}
static int f_truncate(File *f, i64 size) {
  if (r(f)->object >= 0) note('T', r(f)->object, size, 0, 0);
  return r(f)->real->methods->truncate(r(f)->real, size);
}
static int f_sync(File *f, int flags) {
  int said = r(f)->real->methods->sync(r(f)->real, flags);
  if (r(f)->object >= 0 && said == 0) note('S', r(f)->object, 0, 0, 0);
  return said;
}
static int f_size(File *f, i64 *s) { return r(f)->real->methods->size(r(f)->real, s); }
static int f_lock(File *f, int l) { return r(f)->real->methods->lock(r(f)->real, l); }
static int f_unlock(File *f, int l) { return r(f)->real->methods->unlock(r(f)->real, l); }
static int f_reserved(File *f, int *l) { return r(f)->real->methods->reserved(r(f)->real, l); }
static int f_control(File *f, int op, void *a) { return r(f)->real->methods->control(r(f)->real, op, a); }
static int f_sector(File *f) { return r(f)->real->methods->sector(r(f)->real); }
static int f_traits(File *f) { return r(f)->real->methods->traits(r(f)->real); }
static int f_shm_map(File *f, int a, int b, int c, void volatile **p) {
  return r(f)->real->methods->shm_map(r(f)->real, a, b, c, p);
}
static int f_shm_lock(File *f, int a, int b, int c) { return r(f)->real->methods->shm_lock(r(f)->real, a, b, c); }
static void f_shm_barrier(File *f) { r(f)->real->methods->shm_barrier(r(f)->real); }
static int f_shm_unmap(File *f, int d) { return r(f)->real->methods->shm_unmap(r(f)->real, d); }

static const Methods methods = {
    2,         f_close,    f_read,  f_write,  f_truncate, f_sync,    f_size,     f_lock,        f_unlock,
    f_reserved, f_control, f_sector, f_traits, f_shm_map,  f_shm_lock, f_shm_barrier, f_shm_unmap,
};

static int ours(const char *path) { return path && strncmp(path, folder, strlen(folder)) == 0; }

static int v_open(Vfs *v, const char *path, File *file, int flags, int *got) {
  Recorded *mine = r(file);
  struct stat before;
  int was_there, said;
  (void)v;
  mine->base.methods = 0;
  mine->object = -1;
  mine->real = (File *)(mine + 1);
  was_there = path && stat(path, &before) == 0;
  said = real_vfs->open(real_vfs, path, mine->real, flags, got);
  if (mine->real->methods) mine->base.methods = &methods;
  if (said == 0 && ours(path)) {
    int n = -1, i;
    for (i = 0; i < objects && was_there; i++)
      if (names[i] && strcmp(names[i], path) == 0) n = i;
    if (n < 0 && objects < 4096) {
      n = objects++;
      names[n] = strdup(path);
      note(was_there ? 'O' : 'C', n, 0, (int)strlen(path), path);
    }
    mine->object = n;
  }
  return said;
}
static int v_remove(Vfs *v, const char *path, int sync) {
  int i, said = real_vfs->remove(real_vfs, path, sync);
  (void)v;
  if (said == 0 && ours(path))
    for (i = 0; i < objects; i++)
      if (names[i] && strcmp(names[i], path) == 0) {
        note('D', i, sync, 0, 0);
        free((void *)names[i]);
        names[i] = 0;
      }
  return said;
}

/* The files below `below` are written down in `log` from now on; every file opened after this call. */
int install(Vfs *(*find)(const char *), int (*enter)(Vfs *, int), const char *below, const char *log) {
  real_vfs = find(0);
  if (!real_vfs || real_vfs->version < 1) return 1;
  out = fopen(log, "wb");
  if (!out) return 2;
  snprintf(folder, sizeof folder, "%s", below);
  vfs = *real_vfs;
  vfs.name = "recording";
  vfs.next = 0;
  vfs.file_bytes = (int)sizeof(Recorded) + real_vfs->file_bytes;
  vfs.open = v_open;
  vfs.remove = v_remove;
  return enter(&vfs, 1);
}
void mark(int number) { note('M', number, 0, 0, 0); }
void finish(void) { fflush(out); }
