#!/usr/bin/env bash
# Runs the regression tests of the core rule set against a gateway with the Coraza filter, which build.sh has built:
#
#   run.sh [COUNT]    all tests, or so many of them, spread evenly
#
# It needs Go 1.24 or newer; GO names another than the first on the path. The tests are those of the rule set's version that
# is in the filter, read by go-ftw as the rule set's own authors do. The configuration, and the list of what is left out, are
# those that the filter's authors use for Envoy. Prints a line with figures; fails if a test does.
set -euo pipefail
export LC_ALL=C
cd "$(dirname "${BASH_SOURCE[0]}")"

readonly module=../target/coraza.wasm
readonly target=$PWD/../target/ftw
readonly root=$PWD/../../..

export GOTOOLCHAIN=local GOWORK=off GOFLAGS=-mod=readonly
go=${GO:-go}

fail() {
	echo "ftw: $*" >&2
	exit 1
}

[ -f "$module" ] || fail "$module is missing: run filters/coraza/build.sh"
rm -rf "$target"
mkdir -p "$target"
"$go" build -o "$target/ftw" .
tests=$("$go" list -m -f '{{.Dir}}' github.com/corazawaf/coraza-coreruleset/v4)/tests
filter=$(sed -n 's/^readonly \(module\|version\)=\(.*\)$/\2/p' ../build.sh | paste -sd@)
filter=$(cd / && "$go" mod download -json "$filter" | sed -n 's/^[[:space:]]*"Dir": "\(.*\)",\{0,1\}$/\1/p')

if [ -z "${FIREWALL_CLASSPATH-}" ]; then
	(cd "$root" && ./mvnw -B -ntp -q test-compile dependency:build-classpath -pl autoconfigure -am \
		-Dmdep.outputFile=target/firewall.classpath -Dmdep.includeScope=test)
	FIREWALL_CLASSPATH=$root/autoconfigure/target/test-classes:$root/autoconfigure/target/classes:$root/host/target/classes:$(cat \
		"$root/autoconfigure/target/firewall.classpath")
fi

# The gateway ends when its standard input does
mkfifo "$target/input"
java -Xmx2g -Xss16m -cp "$FIREWALL_CLASSPATH" io.gatewaywasm.boot.reliability.FirewallGateway "$module" \
	"$target/gateway.log" "$target/port" <"$target/input" >"$target/output" 2>&1 &
gateway=$!
exec 3>"$target/input"
trap 'exec 3>&-; wait "$gateway" || true' EXIT
for ((tries = 0; tries < 600; tries++)); do
	[ ! -s "$target/port" ] || break
	kill -0 "$gateway" 2>/dev/null || fail "the gateway did not start: $(tail -20 "$target/output")"
	sleep 0.5
done
[ -s "$target/port" ] || fail "the gateway was not ready after 300 s"

"$target/ftw" -exclusions "$filter/ftw/ftw.yml" -tests "$tests" -log "$target/gateway.log" -port "$(cat "$target/port")" \
	-sample "${1-0}"
