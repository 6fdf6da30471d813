// ONNX Runtime, opened at run time. Its interface is one exported function, `OrtGetApiBase`, and an append-only table of
// functions, addressed here by slot number (see slots.h).
#ifndef RESPLIT_CRUNTIME_H
#define RESPLIT_CRUNTIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Outcome of a call. `failed` is false on success; else `message` is the runtime's own text, for `ort_text_free` (NULL where
/// memory ran out).
typedef struct {
    bool failed;
    char *message;
} ort_status;

void ort_text_free(char *text);

/// The opened library with one environment. Never closed: the runtime does not support being unloaded.
typedef struct ort_runtime ort_runtime;

/// A model ready to run. Running it from several threads at a time is safe.
typedef struct ort_session ort_session;

/// Opens the library at `path` (a bare name is looked up by the system's loader). Only fatal errors of the runtime are
/// logged to standard error: all others come back as an `ort_status`.
ort_status ort_runtime_open(const char *path, ort_runtime **runtime);

/// The library's version, such as "1.31.1". Valid as long as the process.
const char *ort_runtime_version(const ort_runtime *runtime);

typedef struct {
    int32_t intra_op_threads;
    /// The runtime's `GraphOptimizationLevel`: 0 none, 1 basic, 2 extended, 99 all.
    int32_t optimization_level;
    /// NULL: no profiling.
    const char *profile_prefix;
    /// NULL: the optimised model is not written.
    const char *optimized_model_path;
} ort_session_settings;

typedef struct ort_session_options ort_session_options;

ort_status ort_session_options_create(
    const ort_runtime *runtime, const ort_session_settings *settings, ort_session_options **options);
ort_status ort_session_options_add(
    const ort_runtime *runtime, ort_session_options *options, const char *key, const char *value);
void ort_session_options_release(const ort_runtime *runtime, ort_session_options *options);

/// A session from a file (`path` not NULL) or from `byte_count` bytes at `model`, which the runtime has parsed into memory of
/// its own when this returns. `runtime` must outlive the session.
ort_status ort_session_create(
    const ort_runtime *runtime, const char *path, const void *model, size_t byte_count,
    const ort_session_options *options, ort_session **session);
void ort_session_release(ort_session *session);

/// An input or output of a model. The session owns what the pointers point to.
typedef struct {
    const char *name;
    /// False: a sequence, map, optional or sparse tensor; then the fields below are zero.
    bool is_tensor;
    /// The runtime's `ONNXTensorElementDataType`.
    int32_t element_type;
    /// -1 where the extent is known only when the model runs.
    const int64_t *extents;
    size_t rank;
} ort_port;

size_t ort_session_input_count(const ort_session *session);
size_t ort_session_output_count(const ort_session *session);
const ort_port *ort_session_input(const ort_session *session, size_t index);
const ort_port *ort_session_output(const ort_session *session, size_t index);

/// Elements in the caller's memory, which must stay in place for the length of the call they are handed to.
typedef struct {
    const void *data;
    size_t byte_count;
    const int64_t *extents;
    size_t rank;
    int32_t element_type;
} ort_tensor_view;

/// An output in the runtime's memory, until `ort_output_release`.
typedef struct {
    void *value;
    void *info;
    const void *data;
    size_t rank;
    int32_t element_type;
} ort_output;

/// Runs the model. `inputs` holds one view for each input, in the session's order; the outputs at `output_indices` are computed
/// and written to `outputs`, each to be released by the caller. On failure no output needs releasing.
ort_status ort_session_run(
    const ort_session *session, const ort_tensor_view *inputs, const size_t *output_indices, size_t output_count,
    ort_output *outputs);

/// Writes the `rank` extents of an output.
ort_status ort_output_extents(const ort_session *session, const ort_output *output, int64_t *extents);
void ort_output_release(const ort_session *session, ort_output *output);

/// Ends profiling; `path` is the file written, for `ort_text_free`.
ort_status ort_session_end_profiling(const ort_session *session, char **path);

/// One function of the table that this library calls.
typedef struct {
    const char *name;
    size_t slot;
} ort_slot;

/// The slots called, for a check against the official header; `count` is set to their number.
const ort_slot *ort_slots(size_t *count);

#endif
