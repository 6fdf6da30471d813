"""Measures the exported model with onnxruntime: sizes, arithmetic, accuracy, rounding, latency.

    python evaluate.py
"""

from __future__ import annotations

import csv
import tempfile
import time
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import GraphProto, ModelProto, numpy_helper
from onnx.utils import Extractor
from PIL import Image

from digits import Renderer, load_split
from network import INPUT_SIZE

HERE = Path(__file__).resolve().parent
MODEL = HERE / "resplit-digits.onnx"
SAMPLES = HERE / "samples"
NARROW = ("block1.project", "block2.add", "block3.project", "block4.add", "block8.project")
BITS = (8, 6, 4, 3, 2)


def session_for(model: ModelProto | Path) -> onnxruntime.InferenceSession:
    """A single-threaded session."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    source = str(model) if isinstance(model, Path) else model.SerializeToString()
    return onnxruntime.InferenceSession(source, options, providers=["CPUExecutionProvider"])


def run(session: onnxruntime.InferenceSession, value: np.ndarray) -> np.ndarray:
    return session.run(None, {session.get_inputs()[0].name: value})[0]


def load_samples() -> tuple[list[np.ndarray], np.ndarray]:
    """The PNG files as network inputs, and their labels."""
    with open(SAMPLES / "labels.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    pictures = [np.asarray(Image.open(SAMPLES / row["file"]).convert("RGB")) for row in rows]
    inputs = [(picture.transpose(2, 0, 1)[None] / np.float32(255)).astype(np.float32) for picture in pictures]
    return inputs, np.array([int(row["label"]) for row in rows])


def shapes_of(graph: GraphProto) -> dict[str, tuple[int, ...]]:
    infos = [*graph.input, *graph.value_info, *graph.output]
    return {info.name: tuple(d.dim_value for d in info.type.tensor_type.shape.dim) for info in infos}


def print_arithmetic(model: ModelProto) -> None:
    """Multiply-accumulates of each convolution and of the classifier, and the size of its output."""
    weights = {tensor.name: numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
    shapes = shapes_of(model.graph)
    nodes = [node for node in model.graph.node if node.op_type in ("Conv", "Gemm")]
    macs = [int(np.prod(shapes[node.output[0]])) * int(np.prod(weights[node.input[1]].shape[1:])) for node in nodes]
    total, done = sum(macs), 0
    for node, count in zip(nodes, macs, strict=True):
        done += count
        shape = shapes[node.output[0]]
        print(f"{node.name:30} {count / 1e6:7.2f} MMAC  {done / total:7.2%} so far  "
              f"{'x'.join(map(str, shape)):>14} = {int(np.prod(shape)):7} values")
    parameters = sum(array.size for array in weights.values())
    print(f"total {total / 1e6:.1f} MMAC, {parameters} stored values, {MODEL.stat().st_size} bytes")


def print_folding() -> None:
    """How many normalisation nodes are left once onnxruntime has optimised at its basic level."""
    with tempfile.TemporaryDirectory() as folder:
        options = onnxruntime.SessionOptions()
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
        options.optimized_model_filepath = str(Path(folder) / "basic.onnx")
        onnxruntime.InferenceSession(MODEL, options, providers=["CPUExecutionProvider"])
        nodes = onnx.load(options.optimized_model_filepath).graph.node
    left = sum(node.op_type == "BatchNormalization" for node in nodes)
    print(f"after basic optimisation: {len(nodes)} nodes, {left} of them BatchNormalization")


def print_sensitivity(logits: np.ndarray, labels: np.ndarray) -> None:
    """Mean logits of each class, which differ if the output depends on the input, and those of noise."""
    noise = np.random.default_rng(3).random((1, 3, INPUT_SIZE, INPUT_SIZE), dtype=np.float32)
    for label in range(10):
        print(f"mean logits of {label}:", np.round(logits[labels == label].mean(0), 1))
    print("logits of noise:  ", np.round(run(session_for(MODEL), noise)[0], 1))


def print_rounding(model: ModelProto, inputs: list[np.ndarray], labels: np.ndarray) -> None:
    """Accuracy on the samples when one narrow tensor is rounded to few bits.

    The tensor's range is its minimum and maximum over 100 pictures of training digits.
    """
    extractor = Extractor(model)
    training, _ = load_split()
    calibration = Renderer(5).render(training.glyphs[:100], INPUT_SIZE).numpy()[:, None]
    for name in NARROW:
        head = session_for(extractor.extract_model(["image"], [name]))
        tail = session_for(extractor.extract_model([name], ["logits"]))
        measured = [run(head, picture) for picture in calibration]
        low, high = min(t.min() for t in measured), max(t.max() for t in measured)
        tensors = [run(head, value) for value in inputs]
        scores = {}
        for bits in BITS:
            step = (high - low) / (2 ** bits - 1)
            rounded = [np.round((t.clip(low, high) - low) / step) * step + low for t in tensors]
            answers = [run(tail, value.astype(np.float32)).argmax() for value in rounded]
            scores[bits] = float(np.mean(answers == labels))
        print(f"{name:16} {tensors[0].size:6} values, range {low:6.2f} to {high:5.2f}:",
              ", ".join(f"{bits} bits {score:.4f}" for bits, score in scores.items()))


def print_latency(inputs: list[np.ndarray]) -> None:
    session = session_for(MODEL)
    times = []
    for value in inputs[:60]:
        started = time.perf_counter()
        run(session, value)
        times.append((time.perf_counter() - started) * 1000)
    print(f"one thread: median {np.median(times[10:]):.1f} ms, fastest {min(times):.1f} ms")


def main() -> None:
    model = onnx.load(MODEL)
    inputs, labels = load_samples()
    print_arithmetic(model)
    print_folding()
    session = session_for(MODEL)
    logits = np.concatenate([run(session, value) for value in inputs])
    print(f"accuracy on the {len(labels)} samples: {np.mean(logits.argmax(1) == labels):.4f}")
    print("wrong:", [(f"{i:04d}", int(labels[i]), int(logits[i].argmax()))
                     for i in np.flatnonzero(logits.argmax(1) != labels)])
    print_sensitivity(logits, labels)
    print_rounding(model, inputs, labels)
    print_latency(inputs)


if __name__ == "__main__":
    main()
