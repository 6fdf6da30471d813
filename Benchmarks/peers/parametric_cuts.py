"""Every cut that is best under some prices, found exactly; no peer does this, so the table has times alone.

  cuts     how many there are, edge-only and cloud-only counted
  beyond   those that no prefix of the layers' order makes
"""

import contest


def run(options):
    ours = contest.Ours(options.binary, "parametric-cuts")
    times = contest.Times()
    names = ours.instances
    for _ in range(options.rounds):
        for name, figures in ours.round().items():
            for key, value in figures.items():
                times.add(f"{name}/{key}", value)
    ours.close()
    return [{
        "instance": name, "layers": int(times.median(f"{name}/layers")),
        "time_ms": times.median(f"{name}/time") / 1e6, "cuts": int(times.median(f"{name}/cuts")),
        "beyond": int(times.median(f"{name}/beyond")),
    } for name in names]


if __name__ == "__main__":
    parsed = contest.arguments(__doc__, rounds=11).parse_args()
    contest.print_rows(run(parsed), parsed.json)
