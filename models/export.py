"""Writes the network as one ONNX file with readable names, and checks it."""

from __future__ import annotations

import io
import re
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import ModelProto, helper

from network import INPUT_SIZE, DigitNet

OPSET = 17


def export_onnx(model: DigitNet, path: Path) -> None:
    """Exports for batch 1. Batch normalisation stays a node of its own, for the runtime to fold."""
    model.eval()
    model.set_quantisation_noise(0.0)
    buffer = io.BytesIO()
    torch.onnx.export(
        model.to(memory_format=torch.contiguous_format), (torch.zeros(1, 3, INPUT_SIZE, INPUT_SIZE),), buffer,
        input_names=["image"], output_names=["logits"], opset_version=OPSET, dynamo=False,
        training=torch.onnx.TrainingMode.PRESERVE, do_constant_folding=False)
    proto = onnx.load_from_string(buffer.getvalue())
    inline_constants(proto)
    unshare_weights(proto)
    rename(proto)
    proto = onnx.shape_inference.infer_shapes(proto, strict_mode=True)
    onnx.checker.check_model(proto, full_check=True)
    onnx.save(proto, path)
    compare_with_torch(model, path)


def compare_with_torch(model: DigitNet, path: Path) -> None:
    """Fails unless onnxruntime gives the logits torch gives, on noise as on flat pictures."""
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    generator = torch.Generator().manual_seed(1)
    for image in (torch.rand(1, 3, INPUT_SIZE, INPUT_SIZE, generator=generator),
                  torch.full((1, 3, INPUT_SIZE, INPUT_SIZE), 0.5)):
        with torch.no_grad():
            expected = model(image).numpy()
        np.testing.assert_allclose(session.run(None, {"image": image.numpy()})[0], expected, rtol=1e-3, atol=1e-3)


def inline_constants(proto: ModelProto) -> None:
    """Turns Constant nodes into initialisers, equal values sharing one."""
    graph = proto.graph
    named: dict[bytes, str] = {}
    replaced: dict[str, str] = {}
    for node in [node for node in graph.node if node.op_type == "Constant"]:
        value = node.attribute[0].t
        key = value.SerializeToString()
        if key not in named:
            number = float(onnx.numpy_helper.to_array(value))
            named[key] = f"constant.{number:g}"
            value.name = named[key]
            graph.initializer.append(value)
        replaced[node.output[0]] = named[key]
        graph.node.remove(node)
    for node in graph.node:
        for index, name in enumerate(node.input):
            node.input[index] = replaced.get(name, name)


def unshare_weights(proto: ModelProto) -> None:
    """Gives each node its own weights where the exporter joined equal ones by an Identity node.

    The two biases that meet in a shortcut's addition are such a pair: they learn the same values.
    """
    graph = proto.graph
    weights = {tensor.name: tensor for tensor in graph.initializer}
    for node in [node for node in graph.node if node.op_type == "Identity" and node.input[0] in weights]:
        graph.initializer.append(weights[node.input[0]])
        graph.initializer[-1].name = node.output[0]
        graph.node.remove(node)


def rename(proto: ModelProto) -> None:
    """Names each node after its module (`block2.project.conv`) and each tensor after its node.

    The last tensor of a unit takes the unit's own name (`block2.project`), so that it keeps its
    name when the runtime folds the normalisation and the activation into the convolution.
    """
    graph = proto.graph
    for node in graph.node:
        node.name = readable(node.name)
    names = {node.name for node in graph.node}
    tensors: dict[str, str] = {}
    for node in graph.node:
        unit, _, part = node.name.rpartition(".")
        ends_unit = part == "relu" or (part == "bn" and f"{unit}.relu" not in names)
        if node.output[0] != "logits":
            tensors[node.output[0]] = unit if ends_unit else node.name
    for node in graph.node:
        node.input[:] = [tensors.get(name, name) for name in node.input]
        node.output[:] = [tensors.get(name, name) for name in node.output]
    del graph.value_info[:]
    graph.name = "resplit-digits"
    proto.producer_name, proto.producer_version = "resplit-digits train.py", ""
    helper.set_model_props(proto, {"task": "digits 0 to 9 on colour pictures", "input": "RGB, pixel / 255"})


def readable(name: str) -> str:
    """`/block2/project/conv/Conv` becomes `block2.project.conv`; plain operators keep their kind."""
    parts = [part for part in name.split("/") if part]
    kind = re.sub(r"_\d+$", "", parts[-1]).lower()
    plain = {"add": "add", "concat": "concat", "sub": "normalise.sub", "mul": "normalise.mul"}
    return ".".join(parts[:-1] + ([plain[kind]] if kind in plain else []))
