"""The best plan of sets of 10 to 1,000, with a plot: ours, and numpy on the same costs and prices as matrices, one core each.

  one          the least of the plans' latencies under one condition, and which
  p95          the least of their 95th percentiles over 256 samples, where the conditions vary little
  p95 varied   the same where they vary widely
"""

import os
import time

# One core each.
os.environ.update(OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1")

import numpy

import contest
import plot

CALLS = 20


class Peer:
    """Costs and prices as numpy takes them, and room for the latencies, made before anything is timed."""

    def __init__(self, instance):
        self.costs = numpy.array(instance["costs"])
        self.prices = numpy.array(instance["prices"]).T.copy()
        self.latencies = numpy.empty((len(self.costs), self.prices.shape[1]))
        self.rank = instance["rank"] - 1

    def best(self):
        numpy.matmul(self.costs, self.prices, out=self.latencies)
        if self.latencies.shape[1] > 1:
            self.latencies.partition(self.rank)
        values = self.latencies[:, self.rank]
        best = values.argmin()
        return best, values[best] / 1e9


def peer_time(instance, peer):
    start = time.perf_counter_ns()
    for _ in range(CALLS):
        best, value = peer.best()
    end = time.perf_counter_ns()
    if best != instance["best"] or abs(value - instance["value"]) > 1e-9 * value:
        raise SystemExit(f"{instance['name']}: ours {instance['best']}, {instance['value']}, peer {best}, {value}")
    return (end - start) / CALLS


def run(options):
    ours = contest.Ours(options.binary, "decision-growth")
    times = contest.Times()
    peers = [Peer(instance) for instance in ours.instances]
    for _ in range(options.rounds):
        for name, figures in ours.round().items():
            times.add(f"{name}/ours", figures["ours"])
        for instance, peer in zip(ours.instances, peers):
            times.add(f"{instance['name']}/peer", peer_time(instance, peer))
    instances = ours.instances
    ours.close()
    return [{
        "instance": one["name"], "plans": one["plans"], "ours_us": times.median(f"{one['name']}/ours") / 1e3,
        "numpy_us": times.median(f"{one['name']}/peer") / 1e3,
        "numpy/ours": times.ratio(f"{one['name']}/peer", f"{one['name']}/ours"),
    } for one in instances]


def series(rows):
    """Points of (plans, microseconds) by decision and who takes it."""
    lines = {}
    for row in rows:
        decision = row["instance"].split(",")[0]
        lines.setdefault(decision, []).append((row["plans"], row["ours_us"]))
        if decision != "p95 varied":
            lines.setdefault(f"{decision}, numpy", []).append((row["plans"], row["numpy_us"]))
    return lines


if __name__ == "__main__":
    parser = contest.arguments(__doc__, rounds=21)
    parser.add_argument("--svg", default="Benchmarks/.build/decision-growth.svg", help="where the plot is written")
    parsed = parser.parse_args()
    rows = run(parsed)
    contest.print_rows(rows, parsed.json)
    with open(parsed.svg, "w", encoding="utf-8") as file:
        file.write(plot.lines("The best plan: under one condition, by p95 over 256 samples", "plans", "microseconds", series(rows)))
