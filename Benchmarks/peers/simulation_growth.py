"""What a simulated frame takes with 1 to 1,000 devices, and an event with 10 to 100,000 pending, with plots; and runs with limits: a
day of 30 frames a second within 3 s, an hour of 1,000 devices at 10 frames a second within 30 s and 2 GB.

  own    each frame has a worker of its own, so that devices share nothing
  pool   all devices share one pool of workers
"""

import statistics

import contest
import plot

LIMITS = {"a day": 3, "1,000 devices": 30, "1,000 devices, one pool": 30, "bytes": 2e9}


def run(options):
    ours = contest.Ours(options.binary, "simulation-growth")
    rounds = [ours.round() for _ in range(options.rounds)]
    ours.close()
    medians = {
        kind: {name: statistics.median(figures[kind][name] for figures in rounds) for name in rounds[0][kind]}
        for kind in ("devices", "pending")
    }
    limits = [{
        "run": name, "limit": limit, "took": rounds[0]["limits"][name], "limit/took": limit / rounds[0]["limits"][name],
    } for name, limit in LIMITS.items()]
    return medians, limits


def devices(figures):
    """Points of (devices, nanoseconds a frame) by who has the workers."""
    lines = {"own": [], "pool": []}
    for name, value in figures.items():
        kind, count = name.split()
        lines[kind].append((int(count), value))
    return lines


if __name__ == "__main__":
    parser = contest.arguments(__doc__, rounds=5)
    parser.add_argument("--svg", default="Benchmarks/.build/simulation-growth",
                        help="a prefix: the plots are written to PREFIX-devices.svg and PREFIX-pending.svg")
    parsed = parser.parse_args()
    medians, limits = run(parsed)
    contest.print_rows(limits, parsed.json)
    pending = [(int(count), value) for count, value in medians["pending"].items()]
    for name, title, label, series in [
        ("devices", "A simulated frame", "devices", devices(medians["devices"])),
        ("pending", "An event out and another in", "pending events", {"hold": pending}),
    ]:
        with open(f"{parsed.svg}-{name}.svg", "w", encoding="utf-8") as file:
            file.write(plot.lines(title, label, "nanoseconds", series))
