"""One device with a worker of its own: the same world in SimPy, frame for frame equal.

  ours_ns         a frame
  with all signals  the same frames with a policy in the loop that takes every reading, record and tick, and moves never
  adaptive        the product in the loop, which moves as the link changes. The peer decides nothing: each of its frames has the
                  plan that the product chose for it in our run. So ours has the cost of measuring, estimating and deciding, and
                  the peer has not
"""

import bisect
import time

import simpy

import contest

UNIT = 8 * 10**9


class Course:
    """Values that hold from each start to the next, repeated."""

    def __init__(self, pieces, period):
        self.starts = [piece["start"] for piece in pieces]
        self.pieces = pieces
        self.period = period

    def piece(self, now):
        return bisect.bisect_right(self.starts, now % self.period) - 1

    def at(self, now):
        return self.pieces[self.piece(now)]

    def end_of_transfer(self, size, now, way):
        """The first whole nanosecond by which the integral of the rate is the size."""
        left = size * UNIT
        index = self.piece(now)
        while left > 0:
            following = self.starts[index + 1] if index + 1 < len(self.starts) else self.period
            end = now - now % self.period + following
            rate = self.pieces[index][way]
            if rate * (end - now) >= left:
                return now + -(-left // rate)
            left -= rate * (end - now)
            now = end
            index = (index + 1) % len(self.starts)
        return now


class World:
    """The device's stations, each one at a time in the order of arrival."""

    def __init__(self, instance):
        self.instance = instance
        self.link = Course(instance["link"], instance["linkPeriod"])
        self.speeds = Course(instance["speeds"], instance["speedPeriod"])
        self.env = simpy.Environment()
        self.edge, self.uplink, self.cloud, self.downlink = (simpy.Resource(self.env) for _ in range(4))
        self.last_at_cloud = self.last_back = 0
        self.latencies = [None] * len(instance["latencies"])

    def run(self):
        self.env.process(self.camera())
        self.env.run()
        return self.latencies

    def camera(self):
        for number in range(len(self.latencies)):
            self.env.process(self.frame(number))
            yield self.env.timeout(self.instance["interval"])

    def frame(self, number):
        env, one = self.env, self.instance["plans"][self.instance["planOfFrame"][number]]
        captured = env.now
        with self.edge.request() as turn:
            yield turn
            work = one["edge"] * self.speeds.at(env.now)["slowdown"]
            yield env.timeout(int(work + 0.5))
        if not one["isEdgeOnly"]:
            with self.uplink.request() as turn:
                yield turn
                yield env.timeout(self.link.end_of_transfer(one["sentBytes"], env.now, "up") - env.now)
            half = self.link.at(env.now)["rtt"] // 2
            self.last_at_cloud = max(env.now + half, self.last_at_cloud)
            yield env.timeout(self.last_at_cloud - env.now)
            with self.cloud.request() as turn:
                yield turn
                yield env.timeout(one["cloud"])
            with self.downlink.request() as turn:
                yield turn
                yield env.timeout(self.link.end_of_transfer(one["returnedBytes"], env.now, "down") - env.now)
            rtt = self.link.at(env.now)["rtt"]
            self.last_back = max(env.now + rtt - rtt // 2, self.last_back)
            yield env.timeout(self.last_back - env.now)
        self.latencies[number] = env.now - captured


def peer_time(instance):
    """Nanoseconds a frame."""
    start = time.perf_counter_ns()
    latencies = World(instance).run()
    end = time.perf_counter_ns()
    if latencies != instance["latencies"]:
        first = next(i for i, pair in enumerate(zip(latencies, instance["latencies"])) if pair[0] != pair[1])
        raise SystemExit(
            f"{instance['name']}: frame {first} takes {instance['latencies'][first]} ns in ours, {latencies[first]} in the peer")
    return (end - start) / len(latencies)


def run(options):
    ours = contest.Ours(options.binary, "simulation")
    times = contest.Times()
    for _ in range(options.rounds):
        for name, figures in ours.round().items():
            times.add(f"{name}/ours", figures["ours"])
        for instance in ours.instances:
            times.add(f"{instance['name']}/peer", peer_time(instance))
    instances = ours.instances
    ours.close()
    return [{
        "instance": one["name"], "frames": len(one["latencies"]), "ours_ns": times.median(f"{one['name']}/ours"),
        "simpy_ns": times.median(f"{one['name']}/peer"),
        "simpy/ours": times.ratio(f"{one['name']}/peer", f"{one['name']}/ours"),
    } for one in instances]


if __name__ == "__main__":
    parsed = contest.arguments(__doc__, rounds=7).parse_args()
    contest.print_rows(run(parsed), parsed.json)
