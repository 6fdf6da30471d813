#ifndef ALLOCATIONS_H
#define ALLOCATIONS_H

/// Blocks that the calling thread has taken from the heap so far, by whatever function of the C library; -1 where they
/// can't be counted.
long allocations_so_far(void);

/// Bytes that the process holds of the allocator, by its own account; -1 where that is not known.
long bytes_held(void);

#endif
