"""Draws the labelled sample pictures from held-out digits, each digit used once."""

from __future__ import annotations

import csv
from pathlib import Path

import torch
from PIL import Image
from torch import Generator, Tensor

from digits import DigitSet, Renderer
from network import CLASSES, INPUT_SIZE

COUNT = 256
SEED = 1998


def balanced_choice(labels: Tensor) -> Tensor:
    """Indices of COUNT different digits in mixed order, the classes differing by at most one."""
    generator = Generator().manual_seed(SEED)
    shuffled = torch.randperm(len(labels), generator=generator)
    chosen = []
    for label in range(CLASSES):
        quota = COUNT // CLASSES + (label < COUNT % CLASSES)
        chosen.append(shuffled[labels[shuffled] == label][:quota])
    indices = torch.cat(chosen)
    return indices[torch.randperm(len(indices), generator=generator)]


def write_samples(held_out: DigitSet, folder: Path) -> None:
    """Writes `0000_7.png` (index and label) and so on, with a list of them in labels.csv."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.png"):
        old.unlink()
    renderer = Renderer(SEED)
    rows: list[tuple[str, int]] = []
    for indices in balanced_choice(held_out.labels).split(32):
        pictures = (renderer.render(held_out.glyphs[indices], INPUT_SIZE) * 255).round().to(torch.uint8)
        for picture, label in zip(pictures, held_out.labels[indices].tolist(), strict=True):
            name = f"{len(rows):04d}_{label}.png"
            Image.fromarray(picture.permute(1, 2, 0).numpy()).save(folder / name, optimize=True)
            rows.append((name, label))
    with open(folder / "labels.csv", "w", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([("file", "label"), *rows])
