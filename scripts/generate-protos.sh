#!/bin/sh
# Writes the Swift code of the wire messages, Sources/<Module>/Generated, from Sources/<Module>/Protos.
# The generated code is committed, so this runs only after a .proto has changed.
# Needs protoc (Debian: apt-get install protobuf-compiler); both plugins are built in a throw-away package, from the
# versions below.
set -eu

protobuf_version=1.39.0
grpc_version=2.4.1

root=$(cd "$(dirname "$0")/.." && pwd)
if ! command -v protoc >/dev/null; then
    echo "generate-protos: protoc is missing; install it: apt-get install protobuf-compiler" >&2
    exit 3
fi

tools=${RESPLIT_PROTOC_TOOLS:-}
if [ -z "$tools" ]; then
    tools=$(mktemp -d)
    trap 'rm -rf "$tools"' EXIT
fi

if [ ! -x "$tools/bin/protoc-gen-swift" ] || [ ! -x "$tools/bin/protoc-gen-grpc-swift-2" ]; then
    mkdir -p "$tools/Sources/empty" "$tools/bin"
    echo 'enum Empty {}' >"$tools/Sources/empty/empty.swift"
    cat >"$tools/Package.swift" <<EOF
// swift-tools-version: 6.1
import PackageDescription
let package = Package(
    name: "tools",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(url: "https://github.com/apple/swift-protobuf", exact: "$protobuf_version"),
        .package(url: "https://github.com/grpc/grpc-swift-protobuf", exact: "$grpc_version"),
    ],
    targets: [
        .target(
            name: "empty",
            dependencies: [
                .product(name: "SwiftProtobuf", package: "swift-protobuf"),
                .product(name: "GRPCProtobuf", package: "grpc-swift-protobuf"),
            ])
    ]
)
EOF
    for product in protoc-gen-swift protoc-gen-grpc-swift-2; do
        swift build --package-path "$tools" --product "$product" >&2
        cp "$(swift build --package-path "$tools" --show-bin-path)/$product" "$tools/bin/"
    done
fi

for protos in "$root"/Sources/*/Protos; do
    generated=$(dirname "$protos")/Generated
    mkdir -p "$generated"
    options=Visibility=Package,UseAccessLevelOnImports=true
    protoc --proto_path="$protos" --plugin="$tools/bin/protoc-gen-swift" \
        --swift_out="$generated" --swift_opt="$options" "$protos"/*.proto
    services=$(grep -l '^service ' "$protos"/*.proto || true)
    if [ -n "$services" ]; then
        # Unquoted: one argument a file.
        protoc --proto_path="$protos" --plugin="$tools/bin/protoc-gen-grpc-swift-2" \
            --grpc-swift-2_out="$generated" --grpc-swift-2_opt="$options" $services
    fi
done
