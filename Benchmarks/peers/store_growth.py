"""The telemetry store as history grows from an hour to 30 days, and the fleet from 10 to 100,000 devices."""

import argparse
import json
import subprocess

import plot

TIMES = {
    "30 s of samples": "windowMicroseconds",
    "all, by hours": "hoursMicroseconds",
    "windows rebuilt": "rebuildMicroseconds",
}


def measure(program):
    """Rows as the program prints them, each echoed as it comes."""
    rows = []
    with subprocess.Popen([program, "growth"], stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout:
            rows.append(json.loads(line))
            print(line, end="", flush=True)
    if process.returncode:
        raise SystemExit(process.returncode)
    return rows


def series(rows, names):
    return {name: [(row["size"], row[key]) for row in rows] for name, key in names.items()}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program", help="the built store-trials")
    parser.add_argument("--svg", default="Benchmarks/.build/store-growth",
                        help="a prefix: the plots are written to PREFIX-days.svg and PREFIX-devices.svg")
    parsed = parser.parse_args()
    measured = measure(parsed.program)
    for grown, title in (("days", "4 devices, 4 metrics every 5 s"), ("devices", "4 metrics every second")):
        rows = [row for row in measured if row["grown"] == grown]
        with open(f"{parsed.svg}-{grown}.svg", "w", encoding="utf-8") as file:
            file.write(plot.lines(
                f"Telemetry store, {title}", f"{grown} of history" if grown == "days" else grown,
                "microseconds; rows a second", series(rows, TIMES | {"rows a second": "rowsPerSecond"})))
