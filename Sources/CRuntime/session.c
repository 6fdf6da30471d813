#include "session.h"

#include <stdlib.h>
#include <string.h>

ort_status ort_session_options_create(
    const ort_runtime *runtime, const ort_session_settings *settings, ort_session_options **result) {
    OrtSessionOptions *options = NULL;
    ort_status status = ort_outcome(runtime, ORT(runtime, CreateSessionOptions)(&options));
    if (!status.failed)
        status = ort_outcome(runtime, ORT(runtime, SetIntraOpNumThreads)(options, settings->intra_op_threads));
    if (!status.failed)
        status = ort_outcome(
            runtime, ORT(runtime, SetSessionGraphOptimizationLevel)(options, settings->optimization_level));
    if (!status.failed && settings->profile_prefix != NULL)
        status = ort_outcome(runtime, ORT(runtime, EnableProfiling)(options, settings->profile_prefix));
    if (!status.failed && settings->optimized_model_path != NULL)
        status = ort_outcome(
            runtime, ORT(runtime, SetOptimizedModelFilePath)(options, settings->optimized_model_path));
    if (status.failed)
        ORT(runtime, ReleaseSessionOptions)(options);
    else
        *result = (ort_session_options *)options;
    return status;
}

ort_status ort_session_options_add(
    const ort_runtime *runtime, ort_session_options *options, const char *key, const char *value) {
    return ort_outcome(runtime, ORT(runtime, AddSessionConfigEntry)((OrtSessionOptions *)options, key, value));
}

void ort_session_options_release(const ort_runtime *runtime, ort_session_options *options) {
    ORT(runtime, ReleaseSessionOptions)((OrtSessionOptions *)options);
}

static ort_status read_shape(const ort_runtime *runtime, const OrtTypeInfo *type, ort_port *port) {
    const OrtShapeInfo *info = NULL;
    ort_status status = ort_outcome(runtime, ORT(runtime, CastTypeInfoToTensorInfo)(type, &info));
    if (!status.failed) status = ort_outcome(runtime, ORT(runtime, GetTensorElementType)(info, &port->element_type));
    if (!status.failed) status = ort_outcome(runtime, ORT(runtime, GetDimensionsCount)(info, &port->rank));
    if (status.failed || port->rank == 0) return status;
    int64_t *extents = calloc(port->rank, sizeof *extents);
    port->extents = extents;
    if (extents == NULL) return ort_failure("out of memory");
    return ort_outcome(runtime, ORT(runtime, GetDimensions)(info, extents, port->rank));
}

static ort_status read_port(const ort_session *session, ort_side side, size_t index, ort_port *port, char **name) {
    enum { ONNX_TYPE_TENSOR = 1 };
    const ort_runtime *runtime = session->runtime;
    OrtTypeInfo *type = NULL;
    char *text = NULL;
    ort_status status = ort_outcome(
        runtime, side == ORT_INPUT
                     ? ORT(runtime, SessionGetInputName)(session->handle, index, runtime->allocator, &text)
                     : ORT(runtime, SessionGetOutputName)(session->handle, index, runtime->allocator, &text));
    if (status.failed) return status;
    *name = strdup(text);
    port->name = *name;
    status = ort_outcome(runtime, ORT(runtime, AllocatorFree)(runtime->allocator, text));
    if (*name == NULL) return ort_failure("out of memory");
    if (!status.failed)
        status = ort_outcome(
            runtime, side == ORT_INPUT ? ORT(runtime, SessionGetInputTypeInfo)(session->handle, index, &type)
                                       : ORT(runtime, SessionGetOutputTypeInfo)(session->handle, index, &type));
    int32_t kind = 0;
    if (!status.failed) status = ort_outcome(runtime, ORT(runtime, GetOnnxTypeFromTypeInfo)(type, &kind));
    port->is_tensor = kind == ONNX_TYPE_TENSOR;
    if (!status.failed && port->is_tensor) status = read_shape(runtime, type, port);
    if (type != NULL) ORT(runtime, ReleaseTypeInfo)(type);
    return status;
}

static ort_status read_ports(const ort_session *session, ort_side side, ort_ports *ports) {
    const ort_runtime *runtime = session->runtime;
    ort_status status = ort_outcome(
        runtime, side == ORT_INPUT ? ORT(runtime, SessionGetInputCount)(session->handle, &ports->count)
                                   : ORT(runtime, SessionGetOutputCount)(session->handle, &ports->count));
    if (status.failed || ports->count == 0) return status;
    ports->ports = calloc(ports->count, sizeof *ports->ports);
    ports->names = calloc(ports->count, sizeof *ports->names);
    if (ports->ports == NULL || ports->names == NULL) {
        ports->count = 0;
        return ort_failure("out of memory");
    }
    for (size_t i = 0; i < ports->count && !status.failed; i++)
        status = read_port(session, side, i, &ports->ports[i], &ports->names[i]);
    return status;
}

static void free_ports(ort_ports *ports) {
    for (size_t i = 0; i < ports->count; i++) {
        free((void *)ports->ports[i].extents);
        free(ports->names[i]);
    }
    free(ports->ports);
    free(ports->names);
}

ort_status ort_session_create(
    const ort_runtime *runtime, const char *path, const void *model, size_t byte_count,
    const ort_session_options *settings, ort_session **result) {
    ort_session *session = calloc(1, sizeof *session);
    if (session == NULL) return ort_failure("out of memory");
    session->runtime = runtime;
    const OrtSessionOptions *options = (const OrtSessionOptions *)settings;
    ort_status status = ort_outcome(
        runtime, path != NULL ? ORT(runtime, CreateSession)(runtime->environment, path, options, &session->handle)
                              : ORT(runtime, CreateSessionFromArray)(
                                    runtime->environment, model, byte_count, options, &session->handle));
    if (!status.failed) status = read_ports(session, ORT_INPUT, &session->inputs);
    if (!status.failed) status = read_ports(session, ORT_OUTPUT, &session->outputs);
    if (status.failed)
        ort_session_release(session);
    else
        *result = session;
    return status;
}

void ort_session_release(ort_session *session) {
    if (session->handle != NULL) ORT(session->runtime, ReleaseSession)(session->handle);
    free_ports(&session->inputs);
    free_ports(&session->outputs);
    free(session);
}

size_t ort_session_input_count(const ort_session *session) { return session->inputs.count; }
size_t ort_session_output_count(const ort_session *session) { return session->outputs.count; }
const ort_port *ort_session_input(const ort_session *session, size_t index) { return &session->inputs.ports[index]; }
const ort_port *ort_session_output(const ort_session *session, size_t index) { return &session->outputs.ports[index]; }

ort_status ort_session_end_profiling(const ort_session *session, char **path) {
    const ort_runtime *runtime = session->runtime;
    char *text = NULL;
    ort_status status = ort_outcome(
        runtime, ORT(runtime, SessionEndProfiling)(session->handle, runtime->allocator, &text));
    if (status.failed) return status;
    *path = strdup(text);
    status = ort_outcome(runtime, ORT(runtime, AllocatorFree)(runtime->allocator, text));
    if (*path == NULL) return ort_failure("out of memory");
    return status;
}
