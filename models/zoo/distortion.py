"""The mean squared error of quantising a tensor."""

from __future__ import annotations

import torch
from torch import Tensor

BITS = range(1, 9)
# Shares of the range that the clipping search tries, widest first.
SHARES = [step / 32 for step in range(32, 1, -1)]
# Of a larger tensor so many values are looked at, evenly spaced.
MOST_VALUES = 1 << 18


def distortions(values: Tensor) -> list[float]:
    """For each number of bits the least mean squared error over the clipping shares, to four digits."""
    values = values.flatten()
    values = values[:: -(-len(values) // MOST_VALUES)].double()
    low, high = values.aminmax()
    middle = 0.0 if low < 0 else low
    return [float(f"{error_at(bits, values, low, high, middle):.4g}") for bits in BITS]


def error_at(bits: int, values: Tensor, low: Tensor, high: Tensor, middle: float) -> float:
    """Both ends move towards zero (or towards the least value, where none is negative) by the same share."""
    best = float("inf")
    for share in SHARES:
        bottom, top = middle + (low - middle) * share, middle + (high - middle) * share
        step = (top - bottom) / (2**bits - 1)
        if step == 0:
            return float(((values - bottom) ** 2).mean())
        rounded = ((values.clamp(bottom, top) - bottom) / step).round() * step + bottom
        error = float(((rounded - values) ** 2).mean())
        if error > best * 1.5:
            break
        best = min(best, error)
    return best
