"""The six networks, built from seeded initial weights, with batch normalisation calibrated and folded."""

from __future__ import annotations

import importlib
import math
import sys
from types import ModuleType
from typing import NamedTuple

import torch
from torch import Tensor, fx, nn
from torch.library import Library
from torch.nn.utils.fusion import fuse_conv_bn_eval


def load_torchvision() -> ModuleType:
    """torchvision, also beside a build of torch that its compiled part does not fit.

    Then two operators that it registers kernels for at import have no declaration, so they are declared here; nothing
    calls them.
    """
    try:
        return importlib.import_module("torchvision")
    except RuntimeError:
        for name in [name for name in sys.modules if name.split(".")[0] == "torchvision"]:
            del sys.modules[name]
    for name in ("nms", "qnms"):
        DECLARATIONS.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    return importlib.import_module("torchvision")


DECLARATIONS = Library("torchvision", "FRAGMENT")
torchvision = load_torchvision()
SEED = 20210814
INPUT = (3, 224, 224)
NETWORKS = {
    "resnet18": lambda: torchvision.models.resnet18(weights=None),
    "resnet50": lambda: torchvision.models.resnet50(weights=None),
    "googlenet": lambda: torchvision.models.googlenet(weights=None, aux_logits=False, init_weights=True),
    "mobilenet_v2": lambda: torchvision.models.mobilenet_v2(weights=None),
    "mnasnet1_0": lambda: torchvision.models.mnasnet1_0(weights=None),
    "resnext50_32x4d": lambda: torchvision.models.resnext50_32x4d(weights=None),
}


def pictures(count: int, seed: int) -> Tensor:
    """Random pictures whose power falls with the square of the frequency, as that of photographs roughly does.

    Each channel has mean 0 and variance 1 over a picture; the channels share most of their pattern.
    """
    generator = torch.Generator().manual_seed(seed)
    channels, height, width = INPUT
    rows = torch.fft.fftfreq(height)[:, None]
    columns = torch.fft.rfftfreq(width)[None, :]
    frequency = torch.sqrt(rows**2 + columns**2)
    frequency[0, 0] = math.inf
    noise = torch.randn(count, channels, height, width, generator=generator)
    noise = 0.8 * noise.mean(1, keepdim=True) * math.sqrt(channels) + 0.6 * noise
    picture = torch.fft.irfft2(torch.fft.rfft2(noise) / frequency, s=(height, width))
    return (picture - picture.mean((2, 3), keepdim=True)) / picture.std((2, 3), keepdim=True)


def network(name: str) -> nn.Module:
    """The network from its seeded initial weights; the batch statistics are those of three seeded batches."""
    torch.manual_seed(SEED)
    model = NETWORKS[name]()
    norms = [module for module in model.modules() if isinstance(module, nn.BatchNorm2d)]
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None
    model.train()
    for module in model.modules():
        if isinstance(module, nn.Dropout):
            module.eval()
    with torch.no_grad():
        for batch in range(3):
            model(pictures(8, SEED + 1 + batch))
    return model.eval()


class Step(NamedTuple):
    """A layer: the graph's node that makes its output, and the nodes that make what it reads."""

    name: str
    kind: str
    node: fx.Node
    inputs: list[fx.Node]
    module: nn.Module | None


def steps(model: nn.Module) -> tuple[fx.GraphModule, list[Step]]:
    """The network as layers in order of execution, after folding normalisations and fusing activations.

    Activations, dropouts and reshapes are no layers of their own: what reads them reads the layer before, and that
    layer's output is taken behind its activation.
    """
    traced = fx.symbolic_trace(model)
    modules = dict(traced.named_modules())
    owner: dict[fx.Node, int] = {}
    found: list[Step] = []
    for node in traced.graph.nodes:
        sources = [value for value in node.all_input_nodes]
        module = modules.get(node.target) if node.op == "call_module" else None
        kind = kind_of(node, module)
        if kind == "fold":
            position = owner[sources[0]]
            step = found[position]
            if isinstance(module, nn.BatchNorm2d):
                step = step._replace(module=fuse_conv_bn_eval(step.module, module))
            found[position] = step._replace(node=node)
            owner[node] = position
        elif kind == "view":
            if sources[0] in owner:
                owner[node] = owner[sources[0]]
        elif kind is not None:
            inputs = [found[owner[source]].node if source in owner else source for source in sources]
            name = str(node.target) if module is not None else node.name
            owner[node] = len(found)
            found.append(Step(name, kind, node, inputs, module))
    return traced, [step._replace(inputs=[behind(found, owner, node) for node in step.inputs]) for step in found]


def behind(found: list[Step], owner: dict[fx.Node, int], node: fx.Node) -> fx.Node:
    """The node behind all that was folded into the layer that `node` belongs to."""
    return found[owner[node]].node if node in owner else node


def kind_of(node: fx.Node, module: nn.Module | None) -> str | None:
    """The operator as ONNX names it, `fold` for what joins the layer before, `view` for what moves no value."""
    if node.op in ("placeholder", "output", "get_attr"):
        return None
    modules = {
        nn.Conv2d: "Conv", nn.Linear: "Gemm", nn.MaxPool2d: "MaxPool", nn.AvgPool2d: "AveragePool",
        nn.AdaptiveAvgPool2d: "GlobalAveragePool", nn.BatchNorm2d: "fold", nn.ReLU: "fold", nn.ReLU6: "fold",
        nn.Dropout: "view",
    }
    if module is not None:
        return modules[type(module)]
    name = getattr(node.target, "__name__", node.target)
    functions = {
        "add": "Add", "iadd": "Add", "cat": "Concat", "relu": "fold", "flatten": "view", "mean": "GlobalAveragePool",
        "adaptive_avg_pool2d": "GlobalAveragePool", "dropout": "view",
    }
    return functions[name]
