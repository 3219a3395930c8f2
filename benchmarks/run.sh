#!/usr/bin/env bash
# Measures this host, the other Proxy-Wasm host for the JVM, and a gateway with and without filters, all in one run.
#
#   run.sh            the full run, about 22 minutes; for the figures in docs/performance.md
#   run.sh --quick    within four minutes, the build not counted; shows whether something is badly off
#   --no-build        measure what was built before
#   --docs            put the report into docs/performance.md
#
# Ends with one line per target: name, value, target, ok or short. Everything is in benchmarks/target/results.
# The gateway part needs wrk (Debian's package wrk) and is left out without it. Use an otherwise idle machine.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

quick= build=yes docs=
for argument in "$@"; do
	case $argument in
		--quick) quick=yes ;;
		--no-build) build= ;;
		--docs) docs=../docs/performance.md ;;
		*) echo "run.sh: unknown argument $argument" >&2; exit 2 ;;
	esac
done

if [ "$build" ]; then
	(cd .. && ./mvnw -B -q -Pbenchmarks -pl benchmarks/host,benchmarks/peer,benchmarks/gateway -am package -Dmaven.test.skip=true -Dspring-javaformat.validate.skip=true)
fi

results=$PWD/target/results
rm -rf "$results"
mkdir -p "$results"
java=${JAVA_HOME:+$JAVA_HOME/bin/}java

# HotSpot leaves large methods interpreted by default; a compiled Go guest has some. Both sides get the option.
options="-Xms1g -Xmx1g -XX:-DontCompileHugeMethods"

# jmh SIDE NAME BENCHMARK JMH_OPTION...
jmh() {
	local side=$1 name=$2 benchmark=$3
	shift 3
	"$java" -cp "$side/target/classes:$side/target/lib/*" org.openjdk.jmh.Main "$benchmark" -f 1 \
		-jvmArgs "$options" -prof gc -prof io.gatewaywasm.benchmarks.CpuTimeProfiler -foe true \
		-rf json -rff "$results/$name.json" "$@" >"$results/$name.log" 2>&1 ||
		{ tail -n 30 "$results/$name.log" >&2; exit 1; }
	echo "$benchmark: $name"
}

# What of a lifecycle is the guest's own.
floor() {
	jmh host floor GuestFloor -wi 3 -w 1s -i 3 -r 1s "$@"
}

# Both sides take turns, so that both have the same weather.
rounds() {
	local name=$1 count=$2 scenarios=$3 round
	shift 3
	for round in $(seq "$count"); do
		jmh host "host-$name-$round" HostLifecycle -p "scenario=$scenarios" "$@"
		jmh peer "peer-$name-$round" PeerLifecycle -p "scenario=$scenarios" "$@"
	done
}

"$java" -Xmx1g -cp "host/target/classes:host/target/lib/*" io.gatewaywasm.benchmarks.host.LoadFigures "$results/load.json"
echo "loading: done"

# Rust filters are compiled to the end within seconds, Go filters take ten.
if [ "$quick" ]; then
	floor -p scenario=HELLO_WORLD
	rounds rust 1 ADD_HEADER,HELLO_WORLD,BODY_RUST_64K,BODY_RUST_1M -wi 3 -w 1s -i 3 -r 1s
	rounds go 1 BODY_GO_64K,BODY_GO_1M -wi 6 -w 1s -i 3 -r 1s
else
	floor
	rounds rust 3 MIN_ADD,ADD_HEADER,HELLO_WORLD,BODY_RUST_1K,BODY_RUST_64K,BODY_RUST_1M -wi 3 -w 1s -i 4 -r 1s
	rounds go 2 HEADERS_GO,BODY_GO_1K,BODY_GO_64K,BODY_GO_1M,UPPER_GO_64K -wi 10 -w 1s -i 4 -r 1s
fi

if command -v wrk >/dev/null; then
	# Rounds, seconds of a run, runs at each number of connections, requests between two looks at the heap.
	if [ "$quick" ]; then plan="4 1 1 0"; else plan="14 3 4 1000000"; fi
	# shellcheck disable=SC2086
	"$java" -cp "gateway/target/classes:gateway/target/lib/*" io.gatewaywasm.benchmarks.gateway.GatewayRounds \
		"$results/gateway.json" $plan
else
	echo "gateway: left out, since there is no wrk" >&2
fi

"$java" -cp "common/target/classes:common/target/lib/*" io.gatewaywasm.benchmarks.Report "$results" $docs
