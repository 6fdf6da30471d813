#!/bin/sh
# Brings ONNX Runtime into .runtime/onnxruntime-VERSION/ of the project, from its PyPI wheel: pinned, its checksum verified,
# reused when present and intact. Then the runtime's C header into .runtime/include/, for the test of the table's slots;
# without the header that test says that it is skipped, and set-up goes on.
set -eu

version=1.31.1
wheel_x86_64=5752bd508126ae7c49894d3b9d2e83f0c3d487319246d04c444b393308d7ad7f
wheel_aarch64=da05378364c44d4407e463982d2bf8d5e4cfea873283757e48beeb41df97b7f3

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
runtime=$root/.runtime
library=libonnxruntime.so.$version
target=$runtime/onnxruntime-$version

fail() {
    echo "fetch-runtime: $*" >&2
    exit 3
}

is_intact() {
    [ -f "$1/SHA256SUMS" ] && (cd "$1" && sha256sum --check --status SHA256SUMS)
}

fetch_library() {
    case $(uname -s)-$(uname -m) in
        Linux-x86_64) architecture=x86_64 checksum=$wheel_x86_64 ;;
        Linux-aarch64) architecture=aarch64 checksum=$wheel_aarch64 ;;
        *) fail "no pinned wheel for $(uname -s) $(uname -m): build ONNX Runtime $version and set RESPLIT_ORT_LIB to it" ;;
    esac
    python3 -m pip --version >/dev/null 2>&1 || fail "python3 with pip is missing: apt-get install python3-pip"
    wheel=onnxruntime-$version-cp311-cp311-manylinux_2_28_$architecture.whl
    # `pip download` neither installs nor needs root; the tags fetch this wheel whatever the local Python is.
    python3 -m pip download --quiet --no-deps --only-binary=:all: --python-version 3.11 --implementation cp \
        --abi cp311 --platform "manylinux_2_28_$architecture" --dest "$work" "onnxruntime==$version" >"$work/pip.log" 2>&1 ||
        fail "pip could not download onnxruntime $version: $(grep -v '^$' "$work/pip.log" | tail -n 1)"
    echo "$checksum  $work/$wheel" | sha256sum --check --status ||
        fail "the checksum of $wheel differs from the pinned one: not used"
    python3 -m zipfile -e "$work/$wheel" "$work/wheel"
    mkdir "$work/new"
    mv "$work/wheel/onnxruntime/capi/$library" "$work/new/"
    for notice in LICENSE ThirdPartyNotices.txt; do
        if [ -f "$work/wheel/onnxruntime/$notice" ]; then mv "$work/wheel/onnxruntime/$notice" "$work/new/"; fi
    done
    (cd "$work/new" && sha256sum "$library" >SHA256SUMS)
    rm -rf "$target"
    mv "$work/new" "$target"
}

# From Debian's libonnxruntime-dev, through an apt of its own: the system's lists and packages stay as they are.
fetch_header() {
    apt=$work/apt
    keys=/usr/share/keyrings/debian-archive-keyring.gpg
    command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null && [ -f "$keys" ] || return 1
    mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial"
    : >"$apt/status"
    echo "deb [signed-by=$keys] http://deb.debian.org/debian trixie main" >"$apt/sources.list"
    private_apt() {
        apt-get -o Dir::Etc::sourcelist="$apt/sources.list" -o Dir::Etc::sourceparts=/dev/null \
            -o Dir::State::lists="$apt/lists" -o Dir::State::status="$apt/status" -o Dir::Cache="$apt/cache" \
            -o Acquire::Languages=none -o Acquire::Retries=1 -o Acquire::http::Timeout=20 -o APT::Sandbox::User= "$@"
    }
    private_apt update >/dev/null 2>&1 || return 1
    (cd "$apt" && private_apt download libonnxruntime-dev >/dev/null 2>&1 && dpkg-deb -x libonnxruntime-dev_*.deb x) || return 1
    header=$(find "$apt/x" -name onnxruntime_c_api.h | head -n 1)
    [ -n "$header" ] || return 1
    mkdir -p "$runtime/include"
    mv "$header" "$runtime/include/onnxruntime_c_api.h"
}

mkdir -p "$runtime"
work=$(mktemp -d "$runtime/fetch.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

if is_intact "$target"; then
    echo "fetch-runtime: $target/$library is present"
else
    fetch_library
    echo "fetch-runtime: $target/$library fetched"
fi
if [ ! -f "$runtime/include/onnxruntime_c_api.h" ]; then
    fetch_header || echo "fetch-runtime: no C header from Debian; the test of the runtime's slots will be skipped" >&2
fi
