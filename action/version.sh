#!/usr/bin/env bash
# Says which jobun this action is, by a digest over what it is built from, and where the built one is kept.
set -euo pipefail
cd "$(dirname "$0")/.."

digest() { if command -v sha256sum >/dev/null; then sha256sum; else shasum -a 256; fi; }

version=$(find Cargo.toml Cargo.lock build.rs src policies schemas docs/codes -type f | LC_ALL=C sort | tr '\n' '\0' |
    xargs -0 cat | digest | cut -c 1-16)
{
    echo "version=$version"
    echo "root=$RUNNER_TEMP/jobun-$version"
} >>"$GITHUB_OUTPUT"
