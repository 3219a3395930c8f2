#!/usr/bin/env bash
#
# Builds the generator with cargo and writes what the tests of this module read into
# target/generated: the specification's tests, random modules, and what V8 makes of these.
#
# build.sh [COUNT [FIRST]]: COUNT random modules (300), with seeds from FIRST (0).

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

readonly COUNT=${1:-300} FIRST=${2:-0}
readonly GENERATED=target/generated

for tool in cargo node; do
	if ! command -v "$tool" >/dev/null; then
		echo "engine-spec needs $tool: cargo 1.93 or later, and node 20 or later" >&2
		exit 1
	fi
done

cargo build --quiet --locked --manifest-path generator/Cargo.toml --target-dir target/cargo
generator=target/cargo/debug/engine-spec-generator

rm -rf "$GENERATED"
mkdir -p "$GENERATED"
"$generator" suite "$GENERATED/suite"
"$generator" modules "$FIRST" "$COUNT" "$GENERATED/modules.jsonl"
node src/node/expected.mjs "$GENERATED/modules.jsonl" "$GENERATED/expected.jsonl"
echo "$(find "$GENERATED/suite" -name '*.json' | wc -l) scripts, $(wc -l <"$GENERATED/modules.jsonl") random modules"
