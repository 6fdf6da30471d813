import Foundation
import Optimizer
import Scenarios
import TestSupport

/// A scenario that says something of everything.
let wholeScenario = """
    about: Everything at once.
    duration: 60s
    seeds: [1, 5..7]
    policies: [adaptive, edge-only, cloud-only, best-static, oracle, neurosurgeon, dads, ans, hold-hysteresis]
    settings:
      objective: p95
      retry_delay_ms: 500
    cells:
      tower: {uplink: {0s: 40Mbps, 30s: 20Mbps}, downlink: 100Mbps}
    devices:
      camera:
        count: 3
        plans: {layers: mobilenet_v2, edge: "roofline:2,4", cloud: "roofline:2000,300", bits: [4, 8], picture: 15kB}
        truth:
          edge-only: {edge: 1.2}
          cloud-8-jpeg: {cloud: 1.5}
        first_plan: edge-only
        frames: {periodic: {every: 100ms}}
        stagger: 7ms
        deadline: 300ms
        drop: {edge_queue: 4, late: true}
        edge:
          discipline: processor-sharing
          cores: 2
          slowdown: {0s: 1, 20s: 3}
          thermal: {ambient: 30C, rise: 50C, time_constant: 40s, throttle_at: 70C, release_at: 60C, slowdown: 2.5}
          energy: compute=5W,idle=1W,radio=lte
        link:
          trace: drive.csv
          rtt: 35ms
          offset: 5s
          jitter: 3ms
          queue_limit: 1MiB
          fallback_after: 800ms
          cell: tower
        moves: {build: 250ms, build_slowdown: 1.5, sends_weights: true, activation: 10ms, kept: 1}
      drone:
        plans: plans.json
        frames: {bursts: {size: 3, spacing: 20ms, every: 1s}}
        edge: {load: drive.csv, slowdown: 2}
        link: {uplink: {0s: 10Mbps, 20s: 0Mbps, 25s: 5Mbps}, rtt: {0s: 20ms, 40s: 60ms}, loss: 0.5%}
      meter:
        plans: {layers: mobilenet_v2, edge: "roofline:2,4"}
        frames: {poisson: {rate: 90/min}}
        link: {trace: drive.csv, format: resplit, downlink: 9Mbps}
      replayed:
        plans: plans.json
        frames: {recorded: {file: arrivals.txt}}
        link: {trace: table.csv, columns: ["time=1:s", "uplink=2:Mbps"], rtt: 20ms}
      asker:
        plans: plans.json
        frames: {closed_loop: {in_flight: 2, think: 40ms}}
        link: {uplink: 5Mbps, downlink: 20Mbps, rtt: 20ms}
    cloud:
      workers: 4
      slowdown: 1.5
      foreign_queue: {0s: 0ms, 10s: 15ms}
      batching: {most: 4, wait: 2ms, marginal: 0.3}
      scaling: {least: 2, most: 8, target: 0.6, period: 5s, cold_start: 2s}
    telemetry:
      {period: 200ms, lag: 20ms, noise: 0.05, ping_period: 500ms, probe_after: 2s, probe_bytes: 8KiB, outage_detection: 400ms}
    faults:
      - outage: {from: 10s, to: 12s, devices: [camera, drone]}
      - load_spike: {from: 15s, to: 20s, slowdown: 4}
      - worker_crash: {from: 21s, to: 23s, workers: 2}
      - cloud_surge: {from: 24s, to: 30s, rate: 50/s, work: 20ms}
      - controller_away: {from: 31s, to: 33s}
      - clock_step: {from: 34s, to: 35s, by: -2s}
      - stale_telemetry: {from: 36s, to: 40s}
      - lying_telemetry: {from: 41s, to: 45s, metric: uplink_bps, factor: 4}
    expect:
      lost: 0
      moves_per_hour: at most 600
      adaptive.mean_ms: at most 1.05 of best-static
      oracle.frames: at least 100
    """

/// A folder in memory.
func folder(_ scenario: String, _ files: [String: String] = scenarioFiles) -> ScenarioFolder {
    ScenarioFolder(name: "made-up", source: "made-up/scenario.yaml") { name in
        name == Scenario.fileName ? Data(scenario.utf8) : files[name].map { Data($0.utf8) }
    }
}

let scenarioFiles: [String: String] = [
    "drive.csv": "time_s,uplink_mbps,rtt_ms,edge_load\n0,8,20,1\n0.5,4,30,3\n2,,,\n",
    "table.csv": "0;1.5\n1;2.5\n",
    "arrivals.txt": "# seconds\n0\n0.25\n\n0.25\n1.5\n",
    "plans.json": madeUpPlans,
]

/// `madeUpPlanSet` as a file.
private let madeUpPlans = (try? madeUpPlanSet().encode()).map { String(decoding: $0, as: UTF8.self) } ?? ""
