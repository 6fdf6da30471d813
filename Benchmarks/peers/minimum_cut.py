"""Minimum cuts: ours from scratch and warm, PyMaxflow's maxflow() alone, networkx's minimum_cut_value().

Each case has several variants that differ in their costs; a round solves each of them once and counts the mean.
  solve    ours from scratch for new costs of a known graph, checks of the costs included
  build    the same with the network built anew from the layer graph
  peer     PyMaxflow's maxflow() alone, on a graph built before
  warm     ours after new costs of two layers and a tensor
"""

import time

import maxflow
import networkx
import numpy

import contest

UNLIMITED = 1 << 50


def peer_graph(instance):
    graph = maxflow.GraphInt(instance["nodeCount"], len(instance["from"]))
    graph.add_nodes(instance["nodeCount"])
    there, back = (numpy.array(instance[key]) for key in ("there", "back"))
    there[there < 0] = UNLIMITED
    back[back < 0] = UNLIMITED
    graph.add_edges(numpy.array(instance["from"]), numpy.array(instance["to"]), there, back)
    graph.add_grid_tedges(
        numpy.arange(instance["nodeCount"]), numpy.array(instance["source"]), numpy.array(instance["sink"]))
    return graph


def peer_time(instance):
    graph = peer_graph(instance)
    start = time.perf_counter_ns()
    value = graph.maxflow()
    end = time.perf_counter_ns()
    check(instance, value)
    return end - start


def check(instance, value):
    if value != instance["value"]:
        raise SystemExit(f"{instance['name']}: ours {instance['value']}, peer {value}")


def networkx_time(instance):
    graph = networkx.DiGraph()
    def add(u, v, capacity):
        if capacity < 0:
            graph.add_edge(u, v)
        elif graph.has_edge(u, v):
            if "capacity" in graph[u][v]:
                graph[u][v]["capacity"] += capacity
        elif capacity > 0:
            graph.add_edge(u, v, capacity=capacity)
    for node in range(instance["nodeCount"]):
        add("source", node, instance["source"][node])
        add(node, "sink", instance["sink"][node])
    for u, v, there, back in zip(*(instance[key] for key in ("from", "to", "there", "back"))):
        add(u, v, there)
        add(v, u, back)
    start = time.perf_counter_ns()
    value = networkx.minimum_cut_value(graph, "source", "sink")
    end = time.perf_counter_ns()
    check(instance, value)
    return end - start


def row(name, layers, times, python):
    us = {key: times.median(f"{name}/{key}") / 1000 for key in ("solve", "build", "peer", "warm")}
    ratio = lambda a, b: times.ratio(f"{name}/{a}", f"{name}/{b}")
    return {
        "instance": name, "nodes": layers,
        "solve_us": us["solve"], "peer_us": us["peer"], "solve/peer": ratio("solve", "peer"),
        "build_us": us["build"], "build/peer": ratio("build", "peer"),
        "warm_us": us["warm"], "solve/warm": ratio("solve", "warm"),
        "networkx_us": python and python / 1000, "networkx/solve": python and python / 1000 / us["solve"],
    }


def run(subject, options, with_networkx):
    ours = contest.Ours(options.binary, subject)
    times = contest.Times()
    cases = {}
    for instance in ours.instances:
        cases.setdefault(instance["name"], []).append(instance)
    python = {name: networkx_time(variants[0]) for name, variants in cases.items() if with_networkx(variants[0])}
    for _ in range(options.rounds):
        for name, figures in ours.round().items():
            for key, value in figures.items():
                times.add(f"{name}/{key}", value)
        for name, variants in cases.items():
            times.add(f"{name}/peer", sum(map(peer_time, variants)) / len(variants))
    ours.close()
    return [row(name, len(variants[0]["source"]), times, python.get(name)) for name, variants in cases.items()]


if __name__ == "__main__":
    parsed = contest.arguments(__doc__, rounds=101).parse_args()
    contest.print_rows(run("minimum-cut", parsed, lambda _: True), parsed.json)
