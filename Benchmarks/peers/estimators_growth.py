"""What a sample and a look at the windows cost, and what they hold, from 10 to 100,000 devices: plots of `estimators growth`.

    estimators_growth.py ESTIMATORS [--devices N] [--svg PREFIX]

ESTIMATORS is the program of that name in Benchmarks/.build/release. 100,000 devices take some 6 GB.
"""

import argparse
import json
import subprocess

import plot

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("estimators")
    parser.add_argument("--devices", type=int, default=100_000)
    parser.add_argument("--svg", default="Benchmarks/.build/estimators-growth",
                        help="a prefix: the plots are written to PREFIX-time.svg and PREFIX-memory.svg")
    parsed = parser.parse_args()
    output = subprocess.run(
        [parsed.estimators, "growth", str(parsed.devices)], check=True, capture_output=True, text=True).stdout
    points = json.loads(output)["points"]
    print(output)
    plots = {
        "time": ("A sample, and a look at the windows", "nanoseconds", {"sample": "record_ns", "look": "read_ns"}),
        "memory": ("Memory of a device's windows", "bytes", {"a device": "bytes_a_device"}),
    }
    for kind, (title, unit, names) in plots.items():
        series = {name: [(point["devices"], point[key]) for point in points] for name, key in names.items()}
        with open(f"{parsed.svg}-{kind}.svg", "w", encoding="utf-8") as file:
            file.write(plot.lines(title, "devices", unit, series))
