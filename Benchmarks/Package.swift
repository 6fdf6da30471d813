// swift-tools-version: 6.1
import PackageDescription

/// A module of the main package, whatever the folder is called that holds its clone.
func resplit(_ module: String) -> Target.Dependency { .product(name: module, package: "resplit") }

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
    name: "resplit-benchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "resplit", path: ".."),
        // For SQLite's C interface, as the store has it.
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        // Without its traits: neither the allocation nor the reference counters, which would slow what is timed.
        .package(url: "https://github.com/ordo-one/benchmark", from: "1.38.1", traits: []),
    ],
    targets: [
        .executableTarget(
            name: "ResplitBenchmarks",
            dependencies: [
                .product(name: "Benchmark", package: "benchmark"), resplit("Codec"), resplit("Controller"),
                resplit("Frames"), resplit("Inference"), resplit("Model"), resplit("Optimizer"), resplit("Splitting"),
                resplit("Telemetry"), resplit("TelemetryStore"), "MadeUp",
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ],
            // The plugin looks for targets that lie directly in a folder named Benchmarks.
            path: "Resplit",
            swiftSettings: settings,
            plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")]
        ),
        // Kills and growth of the telemetry store; `scripts/kill-store.sh` and `peers/store_growth.py` run it.
        .executableTarget(
            name: "store-trials", dependencies: [resplit("Model"), resplit("Telemetry"), resplit("TelemetryStore")],
            path: "StoreTrials", swiftSettings: settings),
        // What is timed against programs in other languages; `peers` holds their side.
        .executableTarget(
            name: "against-peers",
            dependencies: ["MadeUp", resplit("Controller"), resplit("Model"), resplit("Optimizer"), resplit("Sim")],
            path: "AgainstPeers", swiftSettings: settings),
        // What decisions take from the heap, counted by a malloc of the program's own.
        .executableTarget(
            name: "allocations", dependencies: ["CAllocations", "MadeUp", resplit("Model"), resplit("Optimizer")],
            path: "Allocations", swiftSettings: settings),
        .target(name: "CAllocations", path: "CAllocations"),
        .target(name: "MadeUp", dependencies: [resplit("Model")], path: "MadeUp", swiftSettings: settings),
        // How good the estimators are, and how their cost grows.
        .executableTarget(
            name: "estimators", dependencies: [resplit("Model"), resplit("Telemetry"), "CAllocations"],
            path: "Estimators", swiftSettings: settings),
        // Every policy over recorded traces.
        .executableTarget(
            name: "contest",
            dependencies: [
                resplit("Controller"), resplit("Model"), resplit("Optimizer"), resplit("Sim"), resplit("Telemetry"),
            ],
            path: "Contest", exclude: ["resplit-digits.plans.json"], swiftSettings: settings),
    ]
)
