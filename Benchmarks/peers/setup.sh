#!/bin/sh
# Brings the peers into .venv-peers/ of the project, from PyPI, pinned; reused while the list of them is the same.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
venv=$here/../../.venv-peers
if ! cmp -s "$here/requirements.txt" "$venv/requirements.txt"; then
    rm -rf "$venv"
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check --only-binary=:all: -r "$here/requirements.txt"
    cp "$here/requirements.txt" "$venv/requirements.txt"
fi
