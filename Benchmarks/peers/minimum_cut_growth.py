"""Minimum cuts of networks of 100 to 10,000 layers: ours, warm, PyMaxflow's maxflow() alone, networkx up to some 600 nodes."""

import contest
import minimum_cut
import plot


def series(rows, kind):
    """Points of (layers, microseconds) by what was timed, for one kind of network and costs."""
    wanted = {"ours": "solve_us", "ours, warm": "warm_us", "PyMaxflow": "peer_us", "networkx": "networkx_us"}
    chosen = [row for row in rows if row["instance"].startswith(kind) and row["instance"].endswith("random costs")]
    return {
        name: [(int(row["instance"].split(",")[0].split()[1]), row[key]) for row in chosen if row[key]]
        for name, key in wanted.items()
    }


if __name__ == "__main__":
    parser = contest.arguments(__doc__, rounds=11)
    parser.add_argument("--svg", default="Benchmarks/.build/minimum-cut-growth",
                        help="a prefix: the plots are written to PREFIX-residual.svg and PREFIX-dense.svg")
    parsed = parser.parse_args()
    rows = minimum_cut.run("minimum-cut-growth", parsed, lambda instance: instance["nodeCount"] <= 600)
    contest.print_rows(rows, parsed.json)
    for kind in ("residual", "dense"):
        with open(f"{parsed.svg}-{kind}.svg", "w", encoding="utf-8") as file:
            file.write(plot.lines(
                f"Minimum cut, {kind} networks, random costs", "layers", "microseconds", series(rows, kind)))
