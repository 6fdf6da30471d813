"""Renders scikit-learn's 8x8 digits as colour pictures of any size, with the held-out digits kept apart.

Everything is drawn in whole batches with torch and depends only on the generator it is given.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch import Generator, Tensor

SPLIT_SEED = 7
HELD_OUT_SHARE = 0.25


@dataclass(frozen=True)
class DigitSet:
    """Digits as Nx1x8x8 in [0, 1], with their labels."""

    glyphs: Tensor
    labels: Tensor


def load_split() -> tuple[DigitSet, DigitSet]:
    """Training and held-out digits, split by digit identity and stratified by label."""
    data = load_digits()
    glyphs = torch.tensor(data.images, dtype=torch.float32).unsqueeze(1) / 16.0
    labels = torch.tensor(data.target, dtype=torch.int64)
    train, held_out = train_test_split(
        torch.arange(len(labels)).numpy(), test_size=HELD_OUT_SHARE,
        random_state=SPLIT_SEED, stratify=labels.numpy())
    return DigitSet(glyphs[train], labels[train]), DigitSet(glyphs[held_out], labels[held_out])


class Renderer:
    """Draws digits, each transformed and coloured at random, on random backgrounds."""

    def __init__(self, seed: int) -> None:
        self.generator = Generator().manual_seed(seed)

    def render(self, glyphs: Tensor, size: int) -> Tensor:
        """Nx3xSIZExSIZE in [0, 1], rounded to 8-bit levels."""
        count = len(glyphs)
        ground, ink = self._colours(count)
        picture = self._background(ground, size)
        cover = self._cover(glyphs, size)
        picture = torch.lerp(picture, ink.expand_as(picture), cover)
        picture = picture + self._sensor_noise(count, size)
        return (picture.clamp(0, 1) * 255).round() / 255

    def _uniform(self, low: float, high: float, *shape: int) -> Tensor:
        return torch.rand(*shape, generator=self.generator) * (high - low) + low

    def _normal(self, *shape: int) -> Tensor:
        return torch.randn(*shape, generator=self.generator)

    def _colours(self, count: int) -> tuple[Tensor, Tensor]:
        """A ground and an ink colour per picture, always apart in brightness."""
        darker = self._uniform(0.12, 0.45, count, 1, 1, 1)
        brighter = darker + self._uniform(0.32, 0.5, count, 1, 1, 1)
        ink_is_dark = self._uniform(0, 1, count, 1, 1, 1) < 0.5
        ground = torch.where(ink_is_dark, brighter, darker) + self._tint(count, 0.12)
        ink = torch.where(ink_is_dark, darker, brighter) + self._tint(count, 0.14)
        return ground, ink.clamp(0, 1)

    def _tint(self, count: int, strength: float) -> Tensor:
        """A random colour offset of no brightness of its own."""
        tint = self._uniform(-1, 1, count, 3, 1, 1)
        return (tint - tint.mean(1, keepdim=True)) * strength * 1.6

    def _background(self, ground: Tensor, size: int) -> Tensor:
        """Gradient, texture, stripes and blobs, drawn at a quarter of the size and enlarged."""
        count, small = len(ground), size // 4
        axis = torch.linspace(-1, 1, small)
        x, y = axis.view(1, 1, 1, -1), axis.view(1, 1, -1, 1)
        picture = ground + self._gradient(count, x, y) + self._texture(count, small)
        picture = picture + self._stripes(count, x, y) + self._blobs(count, x, y)
        return F.interpolate(picture, size=(size, size), mode="bilinear", align_corners=False)

    def _gradient(self, count: int, x: Tensor, y: Tensor) -> Tensor:
        angle = self._uniform(0, 2 * math.pi, count, 1, 1, 1)
        slope = angle.cos() * x + angle.sin() * y
        return slope * (self._tint(count, 0.10) + self._uniform(-0.06, 0.06, count, 1, 1, 1))

    def _texture(self, count: int, small: int) -> Tensor:
        total = torch.zeros(count, 3, small, small)
        for cells in (4, 9):
            noise = self._normal(count, 3, cells, cells) * 0.4 + self._normal(count, 1, cells, cells)
            noise = noise * self._uniform(0, 0.05, count, 1, 1, 1)
            total += F.interpolate(noise, size=(small, small), mode="bicubic", align_corners=False)
        return total

    def _stripes(self, count: int, x: Tensor, y: Tensor) -> Tensor:
        """Sinusoidal stripes on half of the pictures."""
        angle = self._uniform(0, math.pi, count, 1, 1, 1)
        frequency = self._uniform(4, 26, count, 1, 1, 1)
        phase = self._uniform(0, 2 * math.pi, count, 1, 1, 1)
        strength = self._uniform(-0.08, 0.08, count, 1, 1, 1).clamp(min=0)
        colour = 1 + self._tint(count, 0.5)
        return torch.sin((angle.cos() * x + angle.sin() * y) * frequency + phase) * strength * colour

    def _blobs(self, count: int, x: Tensor, y: Tensor) -> Tensor:
        """Four soft spots, each of a small random colour offset."""
        centre_x, centre_y = self._uniform(-1, 1, 2, count, 4, 1, 1)
        radius = self._uniform(0.08, 0.35, count, 4, 1, 1)
        spots = torch.exp(-((x - centre_x) ** 2 + (y - centre_y) ** 2) / (2 * radius ** 2))
        colour = self._uniform(-0.13, 0.13, count, 3, 4)
        return torch.einsum("nck,nkhw->nchw", colour, spots)

    def _cover(self, glyphs: Tensor, size: int) -> Tensor:
        """How much ink lies on each pixel: the digit, warped, enlarged and thresholded softly."""
        count, half = len(glyphs), size // 2
        smooth = F.interpolate(F.pad(glyphs, (2, 2, 2, 2)), scale_factor=4, mode="bicubic", align_corners=False)
        warped = F.grid_sample(smooth, self._warp(count, half), mode="bilinear", align_corners=False)
        level = F.interpolate(warped, size=(size, size), mode="bilinear", align_corners=False)
        threshold = self._uniform(0.36, 0.52, count, 1, 1, 1)
        width = self._uniform(0.30, 0.42, count, 1, 1, 1)
        ramp = ((level - threshold) / (2 * width) + 0.5).clamp(0, 1)
        return ramp * ramp * (3 - 2 * ramp) * self._uniform(0.85, 1.0, count, 1, 1, 1)

    def _warp(self, count: int, size: int) -> Tensor:
        """Sampling grid: rotation, scale, aspect, shear, shift and a gentle elastic bend."""
        angle = self._uniform(-0.26, 0.26, count)
        scale = self._uniform(0.95, 1.7, count)
        aspect = self._uniform(-0.12, 0.12, count).exp()
        shear = self._uniform(-0.2, 0.2, count)
        cos, sin = angle.cos() * scale, angle.sin() * scale
        room = (scale - 0.75).clamp(min=0) * 0.75
        shift_x, shift_y = self._uniform(-1, 1, 2, count) * room
        rows = torch.stack([
            torch.stack([cos * aspect, shear * cos - sin, shift_x], 1),
            torch.stack([sin * aspect, shear * sin + cos, shift_y], 1)], 1)
        grid = F.affine_grid(rows, [count, 1, size, size], align_corners=False)
        bend = self._normal(count, 2, 5, 5) * self._uniform(0, 0.05, count, 1, 1, 1)
        bend = F.interpolate(bend, size=(size, size), mode="bicubic", align_corners=False)
        return grid + bend.permute(0, 2, 3, 1)

    def _sensor_noise(self, count: int, size: int) -> Tensor:
        """Mild grain, the same in the three channels and blurred over 3x3 pixels as by a camera."""
        grain = F.avg_pool2d(self._normal(count, 1, size + 2, size + 2), 3, 1) * 3
        return grain * self._uniform(0.5, 0.9, count, 1, 1, 1) / 255
