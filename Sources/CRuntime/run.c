#include "session.h"

#include <stdlib.h>

/// Room on the stack for most models' inputs and outputs.
enum { FEW = 16 };

static ort_status wrap_inputs(
    const ort_runtime *runtime, const ort_tensor_view *views, size_t count, OrtValue **values) {
    static const char nothing = 0;
    ort_status status = {false, NULL};
    for (size_t i = 0; i < count && !status.failed; i++) {
        const ort_tensor_view *view = &views[i];
        // The runtime reads inputs only; an empty tensor still needs an address.
        void *data = (void *)(view->byte_count == 0 ? &nothing : view->data);
        status = ort_outcome(
            runtime, ORT(runtime, CreateTensorWithDataAsOrtValue)(
                         runtime->memory, data, view->byte_count, view->extents, view->rank, view->element_type,
                         &values[i]));
    }
    return status;
}

static ort_status read_output(const ort_runtime *runtime, ort_output *output) {
    OrtValue *value = output->value;
    if (value == NULL) return ort_failure("an output has no value");
    OrtShapeInfo *info = NULL;
    void *data = NULL;
    ort_status status = ort_outcome(runtime, ORT(runtime, GetTensorTypeAndShape)(value, &info));
    output->info = info;
    if (!status.failed)
        status = ort_outcome(runtime, ORT(runtime, GetTensorElementType)(info, &output->element_type));
    if (!status.failed) status = ort_outcome(runtime, ORT(runtime, GetDimensionsCount)(info, &output->rank));
    if (!status.failed) status = ort_outcome(runtime, ORT(runtime, GetTensorMutableData)(value, &data));
    output->data = data;
    return status;
}

ort_status ort_session_run(
    const ort_session *session, const ort_tensor_view *inputs, const size_t *output_indices, size_t output_count,
    ort_output *outputs) {
    const ort_runtime *runtime = session->runtime;
    size_t input_count = session->inputs.count;
    void *few[3 * FEW] = {0};
    size_t needed = input_count + 2 * output_count;
    void **pointers = needed <= 3 * FEW ? few : calloc(needed, sizeof *pointers);
    if (pointers == NULL) return ort_failure("out of memory");
    OrtValue **input_values = (OrtValue **)pointers;
    OrtValue **output_values = (OrtValue **)(pointers + input_count);
    const char **output_names = (const char **)(pointers + input_count + output_count);
    for (size_t i = 0; i < output_count; i++) {
        output_names[i] = session->outputs.names[output_indices[i]];
        outputs[i] = (ort_output){0};
    }

    ort_status status = wrap_inputs(runtime, inputs, input_count, input_values);
    if (!status.failed)
        status = ort_outcome(
            runtime, ORT(runtime, Run)(
                         session->handle, NULL, (const char *const *)session->inputs.names,
                         (const OrtValue *const *)input_values, input_count, output_names, output_count, output_values));
    for (size_t i = 0; i < output_count; i++) {
        outputs[i].value = output_values[i];
        if (!status.failed) status = read_output(runtime, &outputs[i]);
    }
    if (status.failed)
        for (size_t i = 0; i < output_count; i++) ort_output_release(session, &outputs[i]);
    for (size_t i = 0; i < input_count; i++)
        if (input_values[i] != NULL) ORT(runtime, ReleaseValue)(input_values[i]);
    if (pointers != few) free(pointers);
    return status;
}

ort_status ort_output_extents(const ort_session *session, const ort_output *output, int64_t *extents) {
    if (output->rank == 0) return (ort_status){false, NULL};
    const ort_runtime *runtime = session->runtime;
    return ort_outcome(runtime, ORT(runtime, GetDimensions)(output->info, extents, output->rank));
}

void ort_output_release(const ort_session *session, ort_output *output) {
    const ort_runtime *runtime = session->runtime;
    if (output->info != NULL) ORT(runtime, ReleaseTensorTypeAndShapeInfo)(output->info);
    if (output->value != NULL) ORT(runtime, ReleaseValue)(output->value);
}
