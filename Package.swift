// swift-tools-version: 6.1
import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

/// A module of the design: sources in `Sources/<name>`.
func module(_ name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = []) -> Target {
    .target(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: settings)
}

/// The tests of a module: `Tests/<name>Tests`.
func tests(of name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = []) -> Target {
    .testTarget(
        name: "\(name)Tests",
        dependencies: [.byName(name: name), "TestSupport"] + dependencies,
        exclude: exclude,
        swiftSettings: settings
    )
}

extension Target.Dependency {
    static let crypto: Self = .product(name: "Crypto", package: "swift-crypto")
    static let argumentParser: Self = .product(name: "ArgumentParser", package: "swift-argument-parser")
    static let grdb: Self = .product(name: "GRDB", package: "GRDB.swift")
    static let grpc: [Self] = [
        .product(name: "GRPCCore", package: "grpc-swift-2"),
        .product(name: "GRPCNIOTransportHTTP2Posix", package: "grpc-swift-nio-transport"),
        .product(name: "GRPCProtobuf", package: "grpc-swift-protobuf"),
    ]
    static let logging: Self = .product(name: "Logging", package: "swift-log")
    static let nio: [Self] = [
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
    ]
    static let protobuf: Self = .product(name: "SwiftProtobuf", package: "swift-protobuf")
    static let unixSignals: Self = .product(name: "UnixSignals", package: "swift-service-lifecycle")
    static let yams: Self = .product(name: "Yams", package: "Yams")
}

let package = Package(
    name: "resplit",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "resplit", targets: ["resplit"]),
        .library(name: "Codec", targets: ["Codec"]),
        .library(name: "Controller", targets: ["Controller"]),
        .library(name: "Frames", targets: ["Frames"]),
        .library(name: "Inference", targets: ["Inference"]),
        .library(name: "Model", targets: ["Model"]),
        .library(name: "Optimizer", targets: ["Optimizer"]),
        .library(name: "Sim", targets: ["Sim"]),
        .library(name: "Splitting", targets: ["Splitting"]),
        .library(name: "Telemetry", targets: ["Telemetry"]),
        .library(name: "TelemetryStore", targets: ["TelemetryStore"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/grpc/grpc-swift-2", from: "2.4.3"),
        .package(url: "https://github.com/grpc/grpc-swift-nio-transport", from: "2.9.2"),
        .package(url: "https://github.com/grpc/grpc-swift-protobuf", from: "2.4.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // L0
        module("Model"),
        // L1
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .target(name: "CRuntime", linkerSettings: [.linkedLibrary("dl", .when(platforms: [.linux]))]),
        module("Optimizer", ["Model"]),
        module("Codec", ["Model", "CZlib", "CTurboJPEG"]),
        module("Telemetry", ["Model"], exclude: ["Store"]),
        module("YAMLReading", ["Model", .yams]),
        .target(
            name: "TelemetryStore", dependencies: ["Telemetry", "Model", .grdb], path: "Sources/Telemetry/Store",
            swiftSettings: settings),
        .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
        .systemLibrary(name: "CTurboJPEG", pkgConfig: "libturbojpeg", providers: [.apt(["libturbojpeg0-dev"])]),
        module("Frames", ["Model", "CPNG", "CTurboJPEG"]),
        module("ONNX", ["Model", .crypto, .protobuf], exclude: ["Protos"]),
        module("Inference", ["Model", "CRuntime"]),
        // L2
        module("Controller", ["Model", "Optimizer", "Telemetry"]),
        module("Splitting", ["Model", "Optimizer", "Codec", "Frames", "ONNX", "Inference", .crypto]),
        // L3
        module("Sim", ["Model", "Optimizer", "Telemetry", "Controller"]),
        module(
            "DataPlane",
            ["Model", "Codec", "Frames", "Inference", "Splitting", "Telemetry", .protobuf, .logging]
                + Target.Dependency.grpc + Target.Dependency.nio,
            exclude: ["Protos"]),
        // L4
        module(
            "Service",
            [
                "Model", "Optimizer", "Telemetry", "TelemetryStore", "Controller", "DataPlane", "YAMLReading",
                .protobuf, .logging,
            ] + Target.Dependency.grpc),
        module("Scenarios", ["Model", "Optimizer", "Controller", "Sim", "YAMLReading", .crypto]),
        // L5
        .executableTarget(
            name: "resplit",
            dependencies: [
                "Model", "Optimizer", "Codec", "Telemetry", "TelemetryStore", "ONNX", "Inference", "Controller",
                "Frames", "Splitting", "Sim", "DataPlane", "Service", "Scenarios", .argumentParser, .logging,
                .unixSignals,
            ],
            swiftSettings: settings),

        .target(name: "TestSupport", dependencies: ["Model"], path: "Tests/TestSupport", swiftSettings: settings),
        tests(of: "Model"),
        tests(of: "Codec", ["Model"]),
        tests(of: "Frames", ["Model", "CPNG", "CTurboJPEG"]),
        tests(of: "Inference", ["Model", "CRuntime"]),
        tests(of: "Optimizer", ["Model"]),
        tests(of: "ONNX", ["Model", .protobuf, .crypto]),
        tests(of: "Splitting", ["Model", "Optimizer", "Codec", "Frames", "Inference"]),
        tests(of: "Controller", ["Model", "Optimizer", "Telemetry"], exclude: ["Scripts"]),
        tests(of: "Sim", ["Model", "Optimizer", "Controller"]),
        tests(of: "Telemetry", ["Model"]),
        tests(of: "TelemetryStore", ["Model", "Telemetry", .grdb]),
        tests(
            of: "DataPlane",
            ["Model", "Codec", "Inference", "Splitting", "Telemetry", .protobuf, .logging] + Target.Dependency.grpc
                + Target.Dependency.nio),
        tests(
            of: "Service",
            ["Model", "Optimizer", "Controller", "DataPlane", "TelemetryStore", .logging]
                + Target.Dependency.grpc),
        tests(of: "YAMLReading", ["Model"]),
        tests(of: "Scenarios", ["Model", "Optimizer", "Controller", "Sim", "YAMLReading"]),
        .testTarget(
            name: "CommandLineTests",
            dependencies: ["resplit", "TestSupport", "Model", "Controller", "TelemetryStore"],
            swiftSettings: settings),
        .testTarget(name: "LayeringTests", swiftSettings: settings),
    ]
)
