// The slots of the runtime's function table that are called, with the official header's names and signatures.
#ifndef RESPLIT_CRUNTIME_SLOTS_H
#define RESPLIT_CRUNTIME_SLOTS_H

#include "CRuntime.h"

typedef struct OrtStatus OrtStatus;
typedef struct OrtEnv OrtEnv;
typedef struct OrtSession OrtSession;
typedef struct OrtSessionOptions OrtSessionOptions;
typedef struct OrtRunOptions OrtRunOptions;
typedef struct OrtValue OrtValue;
typedef struct OrtAllocator OrtAllocator;
typedef struct OrtMemoryInfo OrtMemoryInfo;
typedef struct OrtTypeInfo OrtTypeInfo;
typedef struct OrtShapeInfo OrtShapeInfo;
typedef struct OrtArenaCfg OrtArenaCfg;

/// Every table since version 1.17 of the runtime has these slots.
enum { ORT_API_VERSION_USED = 17 };

// The header's enumerations are `int32_t` here.
// X(name, slot, result, parameters)
#define ORT_SLOTS(X)                                                                                                   \
    X(GetErrorMessage, 2, const char *, (const OrtStatus *))                                                           \
    X(CreateEnv, 3, OrtStatus *, (int32_t severity, const char *id, OrtEnv **))                                        \
    X(CreateSession, 7, OrtStatus *, (const OrtEnv *, const char *path, const OrtSessionOptions *, OrtSession **))     \
    X(CreateSessionFromArray, 8, OrtStatus *,                                                                          \
      (const OrtEnv *, const void *, size_t, const OrtSessionOptions *, OrtSession **))                                \
    X(Run, 9, OrtStatus *,                                                                                             \
      (OrtSession *, const OrtRunOptions *, const char *const *input_names, const OrtValue *const *inputs,             \
       size_t input_count, const char *const *output_names, size_t output_count, OrtValue **outputs))                  \
    X(CreateSessionOptions, 10, OrtStatus *, (OrtSessionOptions **))                                                   \
    X(SetOptimizedModelFilePath, 11, OrtStatus *, (OrtSessionOptions *, const char *))                                 \
    X(EnableProfiling, 14, OrtStatus *, (OrtSessionOptions *, const char *prefix))                                     \
    X(SetSessionGraphOptimizationLevel, 23, OrtStatus *, (OrtSessionOptions *, int32_t))                               \
    X(SetIntraOpNumThreads, 24, OrtStatus *, (OrtSessionOptions *, int))                                               \
    X(SessionGetInputCount, 30, OrtStatus *, (const OrtSession *, size_t *))                                           \
    X(SessionGetOutputCount, 31, OrtStatus *, (const OrtSession *, size_t *))                                          \
    X(SessionGetInputTypeInfo, 33, OrtStatus *, (const OrtSession *, size_t, OrtTypeInfo **))                          \
    X(SessionGetOutputTypeInfo, 34, OrtStatus *, (const OrtSession *, size_t, OrtTypeInfo **))                         \
    X(SessionGetInputName, 36, OrtStatus *, (const OrtSession *, size_t, OrtAllocator *, char **))                     \
    X(SessionGetOutputName, 37, OrtStatus *, (const OrtSession *, size_t, OrtAllocator *, char **))                    \
    X(CreateTensorWithDataAsOrtValue, 49, OrtStatus *,                                                                 \
      (const OrtMemoryInfo *, void *data, size_t byte_count, const int64_t *extents, size_t rank, int32_t type,        \
       OrtValue **))                                                                                                   \
    X(GetTensorMutableData, 51, OrtStatus *, (OrtValue *, void **))                                                    \
    X(CastTypeInfoToTensorInfo, 55, OrtStatus *, (const OrtTypeInfo *, const OrtShapeInfo **))                         \
    X(GetOnnxTypeFromTypeInfo, 56, OrtStatus *, (const OrtTypeInfo *, int32_t *))                                      \
    X(GetTensorElementType, 60, OrtStatus *, (const OrtShapeInfo *, int32_t *))                                        \
    X(GetDimensionsCount, 61, OrtStatus *, (const OrtShapeInfo *, size_t *))                                           \
    X(GetDimensions, 62, OrtStatus *, (const OrtShapeInfo *, int64_t *, size_t))                                       \
    X(GetTensorTypeAndShape, 65, OrtStatus *, (const OrtValue *, OrtShapeInfo **))                                     \
    X(CreateCpuMemoryInfo, 69, OrtStatus *, (int32_t allocator, int32_t memory, OrtMemoryInfo **))                     \
    X(AllocatorFree, 76, OrtStatus *, (OrtAllocator *, void *))                                                        \
    X(GetAllocatorWithDefaultOptions, 78, OrtStatus *, (OrtAllocator **))                                              \
    X(ReleaseStatus, 93, void, (OrtStatus *))                                                                          \
    X(ReleaseSession, 95, void, (OrtSession *))                                                                        \
    X(ReleaseValue, 96, void, (OrtValue *))                                                                            \
    X(ReleaseTypeInfo, 98, void, (OrtTypeInfo *))                                                                      \
    X(ReleaseTensorTypeAndShapeInfo, 99, void, (OrtShapeInfo *))                                                       \
    X(ReleaseSessionOptions, 100, void, (OrtSessionOptions *))                                                         \
    X(SessionEndProfiling, 110, OrtStatus *, (OrtSession *, OrtAllocator *, char **))                                  \
    X(AddSessionConfigEntry, 130, OrtStatus *, (OrtSessionOptions *, const char *key, const char *value))              \
    X(CreateAndRegisterAllocator, 144, OrtStatus *, (OrtEnv *, const OrtMemoryInfo *, const OrtArenaCfg *))            \
    X(CreateArenaCfg, 156, OrtStatus *,                                                                                \
      (size_t max_bytes, int extension, int first_chunk_bytes, int dead_bytes_per_chunk, OrtArenaCfg **))              \
    X(ReleaseArenaCfg, 157, void, (OrtArenaCfg *))

#define ORT_DECLARE(name, slot, result, parameters)                                                                    \
    enum { ORT_SLOT_##name = slot };                                                                                   \
    typedef result(*ort_##name##_function) parameters;
ORT_SLOTS(ORT_DECLARE)
#undef ORT_DECLARE

typedef void (*ort_any_function)(void);

struct ort_runtime {
    const ort_any_function *table;
    const char *version;
    OrtEnv *environment;
    OrtMemoryInfo *memory;
    OrtAllocator *allocator;
};

/// The function `name` of the runtime's table: `ORT(runtime, Run)(…)`.
#define ORT(runtime, name) ((ort_##name##_function)(runtime)->table[ORT_SLOT_##name])

/// Success, or a copy of the text in `status`, which is released.
ort_status ort_outcome(const ort_runtime *runtime, OrtStatus *status);

/// A failure of our own, with a copy of `message`.
ort_status ort_failure(const char *message);

#endif
