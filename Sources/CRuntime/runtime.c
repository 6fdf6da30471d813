#include "slots.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    const ort_any_function *(*get_table)(uint32_t version);
    const char *(*get_version)(void);
} api_base;

enum { SEVERITY_FATAL = 4, ARENA_ALLOCATOR = 1, MEMORY_DEFAULT = 0 };

ort_status ort_failure(const char *message) {
    ort_status status = {true, strdup(message)};
    return status;
}

void ort_text_free(char *text) { free(text); }

ort_status ort_outcome(const ort_runtime *runtime, OrtStatus *status) {
    ort_status outcome = {false, NULL};
    if (status != NULL) {
        outcome = ort_failure(ORT(runtime, GetErrorMessage)(status));
        ORT(runtime, ReleaseStatus)(status);
    }
    return outcome;
}

/// One arena for all sessions that ask for the environment's allocators, which grows by what is asked for.
static ort_status share_arena(const ort_runtime *runtime) {
    enum { UNLIMITED = 0, AS_REQUESTED = 1, DEFAULT = -1 };
    OrtArenaCfg *arena = NULL;
    ort_status status = ort_outcome(
        runtime, ORT(runtime, CreateArenaCfg)(UNLIMITED, AS_REQUESTED, DEFAULT, DEFAULT, &arena));
    if (status.failed) return status;
    status = ort_outcome(
        runtime, ORT(runtime, CreateAndRegisterAllocator)(runtime->environment, runtime->memory, arena));
    ORT(runtime, ReleaseArenaCfg)(arena);
    return status;
}

static ort_status start(ort_runtime *runtime) {
    ort_status status = ort_outcome(
        runtime, ORT(runtime, CreateEnv)(SEVERITY_FATAL, "resplit", &runtime->environment));
    if (!status.failed)
        status = ort_outcome(
            runtime, ORT(runtime, CreateCpuMemoryInfo)(ARENA_ALLOCATOR, MEMORY_DEFAULT, &runtime->memory));
    if (!status.failed) status = share_arena(runtime);
    if (!status.failed)
        status = ort_outcome(runtime, ORT(runtime, GetAllocatorWithDefaultOptions)(&runtime->allocator));
    return status;
}

ort_status ort_runtime_open(const char *path, ort_runtime **result) {
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) return ort_failure(dlerror());
    const api_base *(*get_base)(void) = (const api_base *(*)(void))dlsym(library, "OrtGetApiBase");
    const api_base *base = get_base == NULL ? NULL : get_base();
    if (base == NULL) return ort_failure("it is not ONNX Runtime: OrtGetApiBase is missing");
    const ort_any_function *table = base->get_table(ORT_API_VERSION_USED);
    if (table == NULL) return ort_failure("it is older than ONNX Runtime 1.17");

    ort_runtime *runtime = calloc(1, sizeof *runtime);
    if (runtime == NULL) return ort_failure("out of memory");
    runtime->table = table;
    runtime->version = base->get_version();
    ort_status status = start(runtime);
    if (status.failed)
        free(runtime);
    else
        *result = runtime;
    return status;
}

const char *ort_runtime_version(const ort_runtime *runtime) { return runtime->version; }

const ort_slot *ort_slots(size_t *count) {
#define ORT_ENTRY(name, slot, result, parameters) {#name, slot},
    static const ort_slot slots[] = {ORT_SLOTS(ORT_ENTRY)};
#undef ORT_ENTRY
    *count = sizeof slots / sizeof slots[0];
    return slots;
}
