#ifndef RESPLIT_CRUNTIME_SESSION_H
#define RESPLIT_CRUNTIME_SESSION_H

#include "slots.h"

typedef enum { ORT_INPUT, ORT_OUTPUT } ort_side;

/// The inputs or the outputs of a model; the names also as the array that `Run` takes.
typedef struct {
    size_t count;
    ort_port *ports;
    char **names;
} ort_ports;

struct ort_session {
    const ort_runtime *runtime;
    OrtSession *handle;
    ort_ports inputs;
    ort_ports outputs;
};

#endif
