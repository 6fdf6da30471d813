"""Every cut that is best under some prices, found exactly; no peer does this, so the table has times alone.

  cuts     how many there are, edge-only and cloud-only counted
  beyond   those that no prefix of the layers' order makes
"""

import contest


def run(options):
    names, times = contest.alone(options, "parametric-cuts")
    return [{
        "instance": name, "layers": int(times.median(f"{name}/layers")),
        "time_ms": times.median(f"{name}/time") / 1e6, "cuts": int(times.median(f"{name}/cuts")),
        "beyond": int(times.median(f"{name}/beyond")),
    } for name in names]


if __name__ == "__main__":
    parsed = contest.arguments(__doc__, rounds=11).parse_args()
    contest.print_rows(run(parsed), parsed.json)
