#include "allocations.h"

#ifdef __linux__

#include <errno.h>
#include <malloc.h>
#include <stddef.h>

/* The program's own definitions come before those of the C library for every module that is loaded, the Swift runtime among
   them. Each counts and passes on to the library's, whose `free` takes the blocks back. */

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *block, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

static _Thread_local long allocations;

long allocations_so_far(void) { return allocations; }

long bytes_held(void) {
    struct mallinfo2 account = mallinfo2();
    return (long)(account.uordblks + account.hblkhd);
}

void *malloc(size_t size) {
    allocations++;
    return __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
    allocations++;
    return __libc_calloc(count, size);
}

void *realloc(void *block, size_t size) {
    allocations++;
    return __libc_realloc(block, size);
}

void *memalign(size_t alignment, size_t size) {
    allocations++;
    return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }

int posix_memalign(void **block, size_t alignment, size_t size) {
    void *taken = memalign(alignment, size);
    if (taken == NULL) return ENOMEM;
    *block = taken;
    return 0;
}

#else

long allocations_so_far(void) { return -1; }
long bytes_held(void) { return -1; }

#endif
