"""The whole plan set of a network in one call: every cut at 2, 4, 6 and 8 bits, given calibration. No peer does this; what counts
is how many times it fits into its limit.

  plans    that the set keeps, in `cuts` different heads, edge-only and cloud-only counted
"""

import contest

LIMIT_MS = 100


def run(options):
    names, times = contest.alone(options, "plan-set")
    return [{
        "instance": name, "layers": int(times.median(f"{name}/layers")),
        "time_ms": times.median(f"{name}/time") / 1e6, "limit/time": LIMIT_MS * 1e6 / times.median(f"{name}/time"),
        "plans": int(times.median(f"{name}/plans")), "cuts": int(times.median(f"{name}/cuts")),
    } for name in names]


if __name__ == "__main__":
    parsed = contest.arguments(__doc__, rounds=11).parse_args()
    contest.print_rows(run(parsed), parsed.json)
