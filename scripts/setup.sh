#!/usr/bin/env bash
# Brings what a build needs and this machine lacks. Safe to run again: what is present is left alone.
set -euo pipefail
cd "$(dirname "$0")/.."

# header : Debian package that brings it
needed=(
    sqlite3.h:libsqlite3-dev
    zlib.h:zlib1g-dev
    png.h:libpng-dev
    turbojpeg.h:libturbojpeg0-dev
)

missing=()
for entry in "${needed[@]}"; do
    header=${entry%%:*}
    [ -n "$(find /usr/include /usr/local/include -name "$header" -print -quit 2>/dev/null)" ] || missing+=("${entry##*:}")
done
python3 -m pip --version >/dev/null 2>&1 || missing+=(python3-pip)

if [ ${#missing[@]} -gt 0 ]; then
    if ! command -v apt-get >/dev/null; then
        echo "setup: this machine lacks ${missing[*]} (Debian's names); install them with your package manager" >&2
        exit 3
    fi
    as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        if ! command -v sudo >/dev/null; then
            echo "setup: as root, run: apt-get install ${missing[*]}" >&2
            exit 3
        fi
        as_root=(sudo)
    fi
    echo "setup: installing ${missing[*]}"
    "${as_root[@]}" apt-get update -qq
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"
fi

scripts/fetch-runtime.sh
