"""The network: narrow inverted-residual bottlenecks early, plain residual and inception blocks behind them.

The early bottleneck tensors hold far fewer values than the image, so a network split there
sends little and still leaves most of the arithmetic to the other side.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

INPUT_SIZE = 224
CLASSES = 10


class QuantisationNoise(nn.Module):
    """Identity in use; when armed in training, rounds its input as a low-bit transmission would.

    The range is the batch's own minimum and maximum, each end moved inwards by a random share so
    that the network does not come to depend on one particular grid. Gradients pass straight through.
    Values beyond the moved ends are clamped, as they are in a transmission with a measured range.
    """

    def __init__(self) -> None:
        super().__init__()
        self.probability = 0.0
        self.bits = (2, 3, 4)
        self.inset = 0.15

    def forward(self, x: Tensor) -> Tensor:
        if self.probability == 0.0 or torch.rand(()).item() >= self.probability:
            return x
        with torch.no_grad():
            low, high = torch.aminmax(x)
            span = high - low
            low = low + span * self.inset * torch.rand(())
            high = high - span * self.inset * torch.rand(())
            levels = 2 ** self.bits[int(torch.randint(len(self.bits), ()))] - 1
            step = (high - low) / levels
            error = ((x.clamp(low, high) - low) / step).round() * step + low - x
        return x + error


class ConvUnit(nn.Module):
    """Convolution, batch normalisation and an optional activation."""

    def __init__(self, inputs: int, outputs: int, kernel: int, stride: int = 1,
                 groups: int = 1, activation: type[nn.Module] | None = nn.ReLU) -> None:
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=False)
        self.bn = nn.BatchNorm2d(outputs)
        if activation is not None:
            self.relu = activation()

    def forward(self, x: Tensor) -> Tensor:
        x = self.bn(self.conv(x))
        return self.relu(x) if hasattr(self, "relu") else x


class Bottleneck(nn.Module):
    """Inverted residual: expand 1x1, depthwise 3x3, linear projection 1x1 to a narrow tensor."""

    def __init__(self, inputs: int, hidden: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.expand = ConvUnit(inputs, hidden, 1, activation=nn.ReLU6)
        self.depthwise = ConvUnit(hidden, hidden, 3, stride, groups=hidden, activation=nn.ReLU6)
        self.project = ConvUnit(hidden, outputs, 1, activation=None)
        self.shortcut = stride == 1 and inputs == outputs
        self.noise = QuantisationNoise()

    def forward(self, x: Tensor) -> Tensor:
        y = self.project(self.depthwise(self.expand(x)))
        return self.noise(x + y if self.shortcut else y)


class FusedBottleneck(nn.Module):
    """Inverted residual whose expansion and depthwise steps are one full 3x3 convolution with stride 2."""

    def __init__(self, inputs: int, hidden: int, outputs: int) -> None:
        super().__init__()
        self.expand = ConvUnit(inputs, hidden, 3, stride=2, activation=nn.ReLU6)
        self.project = ConvUnit(hidden, outputs, 1, activation=None)
        self.noise = QuantisationNoise()

    def forward(self, x: Tensor) -> Tensor:
        return self.noise(self.project(self.expand(x)))


class Residual(nn.Module):
    """Two 3x3 convolutions with a shortcut, which is a 1x1 convolution where the width changes."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.conv1 = ConvUnit(inputs, outputs, 3)
        self.conv2 = ConvUnit(outputs, outputs, 3, activation=None)
        if inputs != outputs:
            self.shortcut = ConvUnit(inputs, outputs, 1, activation=None)
        self.relu = nn.ReLU()

    def forward(self, x: Tensor) -> Tensor:
        y = self.conv2(self.conv1(x))
        return self.relu(y + (self.shortcut(x) if hasattr(self, "shortcut") else x))


class Inception(nn.Module):
    """Four parallel branches, joined along the channels."""

    def __init__(self, inputs: int) -> None:
        super().__init__()
        self.point = ConvUnit(inputs, 48, 1)
        self.three_reduce = ConvUnit(inputs, 48, 1)
        self.three = ConvUnit(48, 64, 3)
        self.five_reduce = ConvUnit(inputs, 24, 1)
        self.five_a = ConvUnit(24, 32, 3)
        self.five_b = ConvUnit(32, 32, 3)
        self.pool = nn.MaxPool2d(3, 1, 1)
        self.pool_reduce = ConvUnit(inputs, 32, 1)

    def forward(self, x: Tensor) -> Tensor:
        branches = [
            self.point(x),
            self.three(self.three_reduce(x)),
            self.five_b(self.five_a(self.five_reduce(x))),
            self.pool_reduce(self.pool(x)),
        ]
        return torch.cat(branches, 1)


class DigitNet(nn.Module):
    """Image in [0, 1], 1x3x224x224, to ten logits. The normalisation is part of the network."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = ConvUnit(3, 24, 3, stride=2)
        self.block1 = FusedBottleneck(24, 48, 12)
        self.block2 = Bottleneck(12, 96, 12, stride=1)
        self.block3 = Bottleneck(12, 96, 16, stride=2)
        self.block4 = Bottleneck(16, 96, 16, stride=1)
        self.block5 = Residual(16, 72)
        self.block6 = Residual(72, 72)
        self.block7 = Residual(72, 72)
        self.block8 = Bottleneck(72, 144, 24, stride=2)
        self.block9 = Residual(24, 128)
        self.block10 = Residual(128, 128)
        self.block11 = Inception(128)
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.flatten = nn.Flatten()
        self.classifier = nn.Linear(176, CLASSES)

    def forward(self, image: Tensor) -> Tensor:
        x = self.stem((image - 0.5) * 4.0)
        for index in range(1, 12):
            x = getattr(self, f"block{index}")(x)
        return self.classifier(self.flatten(self.pool(x)))

    def set_quantisation_noise(self, probability: float) -> None:
        """Arms (or with 0 disarms) the rounding of every narrow tensor."""
        for module in self.modules():
            if isinstance(module, QuantisationNoise):
                module.probability = probability
