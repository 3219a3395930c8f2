#!/usr/bin/env bash
# Builds the test filter of Higress's SDK for Go into target/higress_go.wasm.
#
#   build.sh              without Go or the SDK: says that it is skipped, and succeeds
#   build.sh --required   without Go or the SDK: fails
#
# It needs Go 1.24.1 or newer, as the SDK does; GO names another than the first on the path. The SDK comes from the Go
# module registry, or from WASM_GO, a directory with a clone of github.com/higress-group/wasm-go.
set -euo pipefail
export LC_ALL=C
sdk=$(realpath -- ${WASM_GO:+"$WASM_GO"} 2>/dev/null || true)
cd "$(dirname "${BASH_SOURCE[0]}")"

readonly built=target/higress_go.wasm

export GOTOOLCHAIN=local GOWORK=off GOFLAGS=-mod=readonly
go=${GO:-go}

skip() {
	echo "higress-go: SKIPPED, $1" >&2
	[ "${2-}" != --required ] || exit 1
	exit 0
}

command -v "$go" >/dev/null || skip "it is built with Go 1.24.1 or newer, and $go is not here" "$@"
rm -rf target
mkdir -p target/source
cp ./*.go go.mod go.sum target/source
if [ -n "$sdk" ]; then
	(cd target/source && "$go" mod edit -replace "github.com/higress-group/wasm-go=$sdk")
fi
if ! cause=$(cd target/source && GOOS=wasip1 GOARCH=wasm "$go" list -deps . 2>&1 >/dev/null); then
	printf '%s\n' "$cause" >&2
	skip "the SDK cannot be had" "$@"
fi
(cd target/source && GOOS=wasip1 GOARCH=wasm "$go" build -buildmode=c-shared -trimpath -buildvcs=false \
	-o ../higress_go.wasm .)
rm -rf target/source
chmod 644 "$built"
echo "higress-go: $built, $(wc -c <"$built") bytes"
