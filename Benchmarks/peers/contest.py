"""Runs `against-peers` and a peer by turns on the same instances, and prints how they compare."""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile


class Ours:
    """The Swift side of a subject: the instances that it wrote, and a round of times whenever asked."""

    def __init__(self, binary, subject):
        self.folder = tempfile.TemporaryDirectory()
        path = os.path.join(self.folder.name, "instances.json")
        self.process = subprocess.Popen(
            [binary, subject, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        if self.process.stdout.readline() != "ready\n":
            sys.exit(f"{subject}: against-peers did not start")
        with open(path, encoding="utf-8") as file:
            self.instances = json.load(file)

    def round(self):
        """Nanoseconds by instance and what was timed."""
        self.process.stdin.write("round\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            sys.exit("against-peers ended early")
        return json.loads(line)

    def close(self):
        self.process.stdin.close()
        self.process.wait()
        self.folder.cleanup()


class Times:
    """Times of all rounds, by name."""

    def __init__(self):
        self.rounds = {}

    def add(self, name, value):
        self.rounds.setdefault(name, []).append(value)

    def median(self, name):
        return statistics.median(self.rounds[name])

    def ratio(self, name, peer):
        """The median over rounds of one's time over another's: both met the same machine in a round."""
        pairs = list(zip(self.rounds[name], self.rounds[peer]))
        return statistics.median(a / b for a, b in pairs)


def alone(options, subject):
    """The instances' names and the figures of all rounds, of a subject that has no peer."""
    ours = Ours(options.binary, subject)
    times = Times()
    for _ in range(options.rounds):
        for name, figures in ours.round().items():
            for key, value in figures.items():
                times.add(f"{name}/{key}", value)
    ours.close()
    return ours.instances, times


def arguments(description, rounds):
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("binary", help="the built against-peers")
    parser.add_argument("--rounds", type=int, default=rounds)
    parser.add_argument("--json", action="store_true", help="one JSON document instead of a table")
    return parser


def print_rows(rows, as_json):
    """Rows are dictionaries of the same keys; numbers are printed to three digits."""
    if as_json:
        json.dump(rows, sys.stdout, indent=1)
        print()
        return
    def text(value):
        if value is None:
            return "-"
        return f"{value:.3g}" if isinstance(value, float) and value < 1000 else (
            f"{value:.0f}" if isinstance(value, float) else str(value))
    table = [list(rows[0])] + [[text(value) for value in row.values()] for row in rows]
    widths = [max(len(row[i]) for row in table) for i in range(len(table[0]))]
    for row in table:
        cells = [row[0].ljust(widths[0])] + [cell.rjust(width) for cell, width in zip(row[1:], widths[1:])]
        print("  ".join(cells).rstrip())
