"""Trains the digit network, writes the ONNX file and the held-out samples: one command, one seed.

    python train.py                                trains, exports, draws the samples
    python train.py --weights w.pt --from-phase 3  goes on from weights saved after the third phase
    python train.py --weights w.pt --from-phase 7  only exports the weights and draws the samples

Training starts on small pictures, where a step is cheap, and ends at the full size. The network is
fully convolutional, so the weights carry over. One thread is used: on this size of network more
threads gain little, and one thread keeps the arithmetic in the same order from run to run.
"""

from __future__ import annotations

import argparse
import math
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import torch
import torch.nn.functional as F
from torch import Generator, Tensor, nn
from torch.utils.data import DataLoader, IterableDataset

from digits import DigitSet, Renderer, load_split
from export import export_onnx
from network import INPUT_SIZE, DigitNet
from samples import write_samples

SEED = 20
HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Phase:
    """A stretch of training at one picture size."""

    size: int
    batch: int
    steps: int
    start_rate: float
    end_rate: float
    noise: float
    """Probability, per narrow tensor and step, of rounding it to 2 to 4 bits."""
    statistics: Literal["running", "measured", "kept"] = "running"
    """Batch statistics: of each batch as usual; or measured once at the start and then fixed, so that
    these steps train the network as it will be used; or fixed as the phase before left them."""


PHASES = (
    Phase(size=64, batch=32, steps=1000, start_rate=3e-3, end_rate=1e-3, noise=0.0),
    Phase(size=112, batch=32, steps=500, start_rate=2e-3, end_rate=4e-4, noise=0.15),
    Phase(size=INPUT_SIZE, batch=16, steps=280, start_rate=8e-4, end_rate=2e-4, noise=0.3),
    Phase(size=INPUT_SIZE, batch=16, steps=300, start_rate=8e-4, end_rate=1e-4, noise=0.3),
    Phase(size=INPUT_SIZE, batch=16, steps=160, start_rate=4e-4, end_rate=1e-5, noise=0.4,
          statistics="measured"),
    Phase(size=INPUT_SIZE, batch=16, steps=300, start_rate=6e-4, end_rate=1e-5, noise=0.25,
          statistics="kept"),
    Phase(size=INPUT_SIZE, batch=16, steps=450, start_rate=8e-4, end_rate=1e-5, noise=0.25,
          statistics="kept"),
)


class PictureStream(IterableDataset):
    """Endless freshly drawn batches; every digit appears once before any appears again."""

    def __init__(self, digits: DigitSet, phase: Phase, seed: int) -> None:
        self.digits, self.phase, self.seed = digits, phase, seed

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        renderer = Renderer(self.seed)
        order = Generator().manual_seed(self.seed)
        queue = torch.empty(0, dtype=torch.int64)
        for _ in range(self.phase.steps):
            while len(queue) < self.phase.batch:
                queue = torch.cat([queue, torch.randperm(len(self.digits.labels), generator=order)])
            picked, queue = queue[:self.phase.batch], queue[self.phase.batch:]
            yield renderer.render(self.digits.glyphs[picked], self.phase.size), self.digits.labels[picked]


def rate_at(phase: Phase, step: int, warm_up: int) -> float:
    """Cosine from the start rate to the end rate, after a linear warm-up."""
    if step < warm_up:
        return phase.start_rate * (step + 1) / warm_up
    progress = (step - warm_up) / max(1, phase.steps - warm_up)
    return phase.end_rate + (phase.start_rate - phase.end_rate) * 0.5 * (1 + math.cos(math.pi * progress))


@torch.no_grad()
def measure_statistics(model: DigitNet, digits: DigitSet, seed: int) -> None:
    """Measures the batch statistics anew without rounding; those kept so far are blurred by it."""
    normalisations = [module for module in model.modules() if isinstance(module, nn.BatchNorm2d)]
    for module in normalisations:
        module.reset_running_stats()
        module.momentum = None
    model.train()
    model.set_quantisation_noise(0.0)
    renderer = Renderer(seed)
    for picked in torch.arange(320).split(32):
        pictures = renderer.render(digits.glyphs[picked], INPUT_SIZE)
        model(pictures.contiguous(memory_format=torch.channels_last))


def set_mode(model: DigitNet, phase: Phase) -> None:
    model.train()
    model.set_quantisation_noise(phase.noise)
    if phase.statistics != "running":
        for module in model.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.eval()


def run_phase(model: DigitNet, digits: DigitSet, phase: Phase, seed: int, warm_up: int) -> None:
    torch.manual_seed(seed)
    if phase.statistics == "measured":
        measure_statistics(model, digits, seed)
    set_mode(model, phase)
    optimiser = torch.optim.AdamW(model.parameters(), lr=phase.start_rate, weight_decay=0.02)
    batches = DataLoader(PictureStream(digits, phase, seed), batch_size=None, num_workers=1, prefetch_factor=4)
    right = seen = 0
    started = time.monotonic()
    for step, (pictures, labels) in enumerate(batches):
        for group in optimiser.param_groups:
            group["lr"] = rate_at(phase, step, warm_up)
        logits = model(pictures.contiguous(memory_format=torch.channels_last))
        loss = F.cross_entropy(logits, labels, label_smoothing=0.05)
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 2.0)
        optimiser.step()
        right, seen = right + int((logits.argmax(1) == labels).sum()), seen + len(labels)
        if (step + 1) % 50 == 0:
            print(f"size {phase.size} step {step + 1}/{phase.steps} loss {loss.item():.3f} "
                  f"training accuracy {right / seen:.4f} {time.monotonic() - started:.0f} s", flush=True)
            right = seen = 0


@torch.no_grad()
def accuracy(model: DigitNet, digits: DigitSet, count: int, seed: int) -> float:
    """Accuracy on `count` freshly drawn pictures of the given digits, in order and as often as needed."""
    model.eval()
    model.set_quantisation_noise(0.0)
    renderer = Renderer(seed)
    right = 0
    for picked in (torch.arange(count) % len(digits.labels)).split(50):
        pictures = renderer.render(digits.glyphs[picked], INPUT_SIZE)
        right += int((model(pictures).argmax(1) == digits.labels[picked]).sum())
    return right / count


def train(model: DigitNet, digits: DigitSet, first_phase: int, weights: Path) -> None:
    """Runs the phases from the given one on, saving the weights after each."""
    model.to(memory_format=torch.channels_last)
    for index, phase in list(enumerate(PHASES))[first_phase:]:
        run_phase(model, digits, phase, seed=SEED * 100 + index, warm_up=100 if index == 0 else 20)
        torch.save(model.state_dict(), weights)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weights", type=Path, help="weights to start from")
    parser.add_argument("--from-phase", type=int, default=0, help="number of phases to skip")
    parser.add_argument("--save", type=Path, default=Path(tempfile.gettempdir()) / "resplit-digits.pt",
                        help="where training keeps its weights")
    parser.add_argument("--out", type=Path, default=HERE, help="folder for the ONNX file and the samples")
    options = parser.parse_args()

    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    torch.manual_seed(SEED)
    training, held_out = load_split()
    model = DigitNet()
    if options.weights:
        model.load_state_dict(torch.load(options.weights))
    train(model, training, options.from_phase, options.save)
    export_onnx(model, options.out / "resplit-digits.onnx")
    write_samples(held_out, options.out / "samples")
    print(f"accuracy on 2000 held-out pictures: {accuracy(model, held_out, 2000, seed=99):.4f}")


if __name__ == "__main__":
    main()
