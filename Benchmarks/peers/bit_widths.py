"""Bit widths of 50 heads: our exact search beside HiGHS on the mixed-integer programme; and where the Lagrangian misses.

The programme has a binary for each way to run a layer (weight bits, activation bits, and for the last layer the bits on the
wire) and one continuous variable for the largest activation. HiGHS runs on one thread to a gap of zero; its feasibility
tolerance is 1e-9 on constraints scaled to one. Its choice is priced again in whole nanoseconds: `equal` is whether that is
ours to the nanosecond. A difference beyond a millionth of the value, or a choice of HiGHS that is cheaper and within the
limits, ends the run as an error.
"""

import statistics
import time

import highspy
import numpy

import contest

TOLERANCE = 1e-6
SECONDS = 60


def options(instance):
    """For each layer its ways: nanoseconds, distortion, bits of the weights, bits of the activation."""
    ways = []
    for number, layer in enumerate(instance["layers"]):
        own = []
        for row, weight_bits in enumerate(layer["weightBits"]):
            for column, bits in enumerate(layer["activationBits"]):
                way = (
                    layer["latency"][row][column],
                    layer["weightDistortions"][row] + layer["activationDistortions"][column],
                    layer["weights"] * weight_bits, layer["activations"] * bits)
                last = number == len(instance["layers"]) - 1
                own += sent(instance, way, bits) if last else [way]
        ways.append(own)
    return ways


def sent(instance, way, bits):
    latency, distortion, memory, peak = way
    for sent_bits, sent_latency, added in zip(
            instance["sentBits"], instance["sentLatency"], instance["sentDistortions"]):
        if sent_bits == bits or instance["isFree"]:
            yield latency + sent_latency, distortion + (0 if sent_bits == bits else added), memory, peak


def programme(instance, ways):
    highs = highspy.Highs()
    highs.silent()
    for key, value in (
            ("threads", 1), ("mip_rel_gap", 0.0), ("mip_abs_gap", 0.0), ("mip_feasibility_tolerance", 1e-9),
            ("primal_feasibility_tolerance", 1e-9), ("time_limit", float(SECONDS))):
        highs.setOptionValue(key, value)
    flat = [way for own in ways for way in own]
    memory = instance["memoryLimit"]
    count = len(flat)
    for latency, *_ in flat:
        highs.addVar(0, 1)
    highs.addVar(0, 1)
    highs.changeColsIntegrality(
        count, numpy.arange(count, dtype=numpy.int32), numpy.full(count, highspy.HighsVarType.kInteger))
    highs.changeColsCost(
        count, numpy.arange(count, dtype=numpy.int32), numpy.array([way[0] / 1e6 for way in flat]))
    infinity = highspy.kHighsInf
    def row(low, high, columns, values):
        highs.addRow(
            low, high, len(columns), numpy.array(columns, dtype=numpy.int32), numpy.array(values, dtype=float))
    start = 0
    for own in ways:
        columns = list(range(start, start + len(own)))
        row(1, 1, columns, [1] * len(own))
        row(-infinity, 0, columns + [count], [way[3] / memory for way in own] + [-1])
        start += len(own)
    row(-infinity, 1, range(count), [way[1] / instance["distortionLimit"] for way in flat])
    row(-infinity, 1, range(count + 1), [way[2] / memory for way in flat] + [1])
    return highs


def priced(instance, ways, solution):
    """Latency of the choice, and whether it keeps the limits."""
    chosen, start = [], 0
    for own in ways:
        chosen.append(max(range(len(own)), key=lambda way: solution[start + way]))
        start += len(own)
    picked = [own[way] for own, way in zip(ways, chosen)]
    memory = sum(way[2] for way in picked) + max(way[3] for way in picked)
    distortion = sum(way[1] for way in picked)
    kept = memory <= instance["memoryLimit"] and distortion <= instance["distortionLimit"] * (1 + 1e-12)
    return instance["fixedLatency"] + sum(way[0] for way in picked), kept


def peer(instance):
    """Nanoseconds that HiGHS takes, whether it finished, and its choice as priced."""
    ways = options(instance)
    highs = programme(instance, ways)
    start = time.perf_counter_ns()
    highs.run()
    end = time.perf_counter_ns()
    done = highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
    return end - start, done, *priced(instance, ways, highs.getSolution().col_value)


def check(instance, done, value, kept):
    ours = instance["value"]
    if kept and value < ours:
        raise SystemExit(f"{instance['name']}: HiGHS {value} ns, ours {ours} ns, and it keeps the limits")
    if done and abs(value - ours) > TOLERANCE * ours:
        raise SystemExit(f"{instance['name']}: HiGHS {value} ns, ours {ours} ns")


def against_highs(parsed):
    ours = contest.Ours(parsed.binary, "bit-widths")
    times = contest.Times()
    answers = {}
    for _ in range(parsed.rounds):
        for name, figures in ours.round().items():
            times.add(f"{name}/ours", figures["solve"])
        for instance in ours.instances:
            taken, *answer = peer(instance)
            check(instance, *answer)
            times.add(f"{instance['name']}/peer", taken)
            answers[instance["name"]] = (answer[0], answer[1] == instance["value"])
    ours.close()
    return [
        {
            "instance": name, "ours_ms": times.median(f"{name}/ours") / 1e6,
            "highs_ms": times.median(f"{name}/peer") / 1e6, "highs/ours": times.ratio(f"{name}/peer", f"{name}/ours"),
            "highs_done": str(done), "equal": str(equal),
        } for name, (done, equal) in answers.items()
    ]


def misses(comparisons):
    """Share missed, and mean and greatest ratio of the published value to the exact one, by kind."""
    rows = []
    for kind in ("latency", "weights"):
        own = [one for one in comparisons if one["kind"] == kind]
        found = [one["published"] / one["exact"] for one in own if one.get("published") is not None]
        missed = [ratio for ratio in found if ratio > 1 + 1e-12]
        rows.append({
            "lagrangian": kind, "heads": len(own), "found": len(found), "missed_share": len(missed) / len(found),
            "mean_ratio": statistics.mean(found), "median_ratio": statistics.median(found), "max_ratio": max(found),
        })
    return rows


def chains(ours, rounds):
    times = contest.Times()
    for _ in range(rounds):
        for name, figures in ours.round().items():
            for key, value in figures.items():
                times.add(f"{name}/{key}", value)
    return [
        {
            "ResNet-50, every position": name, "positions": int(times.median(f"{name}/positions")),
            "each_ms": times.median(f"{name}/each") / 1e6, "best_ms": times.median(f"{name}/best") / 1e6,
        } for name in sorted({name.split("/")[0] for name in times.rounds})
    ]


if __name__ == "__main__":
    parsed = contest.arguments(__doc__, rounds=3).parse_args()
    rows = against_highs(parsed)
    contest.print_rows(rows, parsed.json)
    ratios = [row["highs/ours"] for row in rows]
    contest.print_rows([{
        "instances": len(rows), "equal": sum(row["equal"] == "True" for row in rows),
        "highs_done": sum(row["highs_done"] == "True" for row in rows), "median_ratio": statistics.median(ratios),
        "least_ratio": min(ratios), "total_ratio": sum(row["highs_ms"] for row in rows) / sum(
            row["ours_ms"] for row in rows),
    }], parsed.json)
    lagrangian = contest.Ours(parsed.binary, "bit-widths-lagrangian")
    contest.print_rows(misses(lagrangian.instances), parsed.json)
    contest.print_rows(chains(lagrangian, 4 * parsed.rounds + 1), parsed.json)
    lagrangian.close()
