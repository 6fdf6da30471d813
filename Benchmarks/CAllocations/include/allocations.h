#ifndef ALLOCATIONS_H
#define ALLOCATIONS_H

/// Allocations by the calling thread since it began, of an executable that links this.
unsigned long allocation_count(void);

/// Bytes that the process holds of the allocator, by its own account.
unsigned long held_bytes(void);

#endif
