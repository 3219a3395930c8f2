#!/usr/bin/env bash
# Builds the Coraza web application firewall, with its OWASP core rule set, into target/coraza.wasm.
#
#   build.sh              without Go: says that it is skipped, and succeeds
#   build.sh --required   without Go: fails
#
# It needs Go 1.24 or newer; GO names another than the first on the path. The sources come from the Go module registry.
#
# Coraza's filter is written for TinyGo and the SDK that goes with it. The same SDK lives on for the stock toolchain
# under another name, so two things are changed in a copy of the sources: that name, and where the filter is set up,
# since a library's main does not run. What the module is made of otherwise is in go.mod and go.sum.
set -euo pipefail
export LC_ALL=C
cd "$(dirname "${BASH_SOURCE[0]}")"

readonly module=github.com/corazawaf/coraza-proxy-wasm
readonly version=v0.0.0-20260824140537-b1770f5b0be3
readonly sum=h1:RTlM/+ajVYMmKPVFFxEpLWkXXWDKf9Ez9ejWT5hPD/E=
readonly tags=no_fs_access,memoize_builders,coraza.rule.multiphase_evaluation
readonly built=target/coraza.wasm

export GOTOOLCHAIN=local GOWORK=off GOFLAGS=-mod=readonly
go=${GO:-go}

skip() {
	echo "coraza: SKIPPED, $1" >&2
	[ "${2-}" != --required ] || exit 1
	exit 0
}

fail() {
	echo "coraza: $*" >&2
	exit 1
}

command -v "$go" >/dev/null || skip "it is built with Go 1.24 or newer, and $go is not here" "$@"
go_version=$("$go" env GOVERSION)
if [[ $go_version =~ ^go1\.([0-9]+) ]] && [ "${BASH_REMATCH[1]}" -lt 24 ]; then
	skip "it is built with Go 1.24 or newer, and this is $go_version" "$@"
fi

stamp=$(cat build.sh go.mod go.sum <(echo "$go_version") | sha256sum)
if [ -f "$built" ] && [ "$(cat target/stamp 2>/dev/null)" = "$stamp" ]; then
	echo "coraza: $built is up to date"
	exit 0
fi

echo "coraza: building $built"
download=$(cd / && "$go" mod download -json "$module@$version") || fail "the sources cannot be had: $download"
field() {
	sed -n "s/^[[:space:]]*\"$1\": \"\(.*\)\",\{0,1\}$/\1/p" <<<"$download"
}
[ "$(field Sum)" = "$sum" ] || fail "the sources are not those that were looked at: $(field Sum)"

rm -rf target
mkdir -p target/source
cp -R "$(field Dir)"/{LICENSE,*.go,internal,wasmplugin} target/source
chmod -R u+w target/source
find target/source -name '*_test.go' -delete
find target/source -name '*.go' -exec \
	sed -i.orig 's#github.com/tetratelabs/proxy-wasm-go-sdk#github.com/proxy-wasm/proxy-wasm-go-sdk#' {} +
sed -i.orig 's/^func main() {$/func main() {}\n\nfunc init() {/' target/source/main.go
grep -q '^func init() {$' target/source/main.go || fail "main.go is not as it was looked at"
find target/source -name '*.orig' -delete
cp go.mod go.sum target/source

(cd target/source && GOOS=wasip1 GOARCH=wasm "$go" build -buildmode=c-shared -trimpath -buildvcs=false -tags "$tags" \
	-o ../coraza.wasm .)
chmod 644 "$built"
echo "$stamp" >target/stamp
echo "coraza: $built, $(wc -c <"$built") bytes"
