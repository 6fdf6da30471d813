#!/usr/bin/env bash
# Kills a writer of the telemetry store at full rate, 1,000 times or as often as told, and looks at what is left each time.
# Ends with 1 where a file was damaged, had a hole, or lacked rows older than the stated bound.
#
#     scripts/kill-store.sh [ROUNDS]
set -euo pipefail
cd "$(dirname "$0")/.."
swift build --package-path Benchmarks -c release --product store-trials
exec Benchmarks/.build/release/store-trials kill "${1:-1000}"
