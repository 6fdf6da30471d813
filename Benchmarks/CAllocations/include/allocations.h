#ifndef ALLOCATIONS_H
#define ALLOCATIONS_H

/// Allocations by the calling thread since it began, of an executable that links this.
unsigned long allocation_count(void);

#endif
