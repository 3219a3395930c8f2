#!/usr/bin/env bash
#
# Measures streams of server-sent events through a gateway, with two filters (count tokens, replace a phrase) and without:
#   benchmarks/ai.sh [seconds, 120] [streams, 1000]
# Prints the delay of the first and of all events at 50 streams, the events per second and the CPU of each, and the heap
# while all streams are open. Fails if a stream breaks or the heap grows. Use an idle machine.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly DURATION=${1:-120} STREAMS=${2:-1000}

./mvnw -B -ntp -q test-compile dependency:build-classpath -pl autoconfigure -am \
	-Dmdep.outputFile=target/soak.classpath -Dmdep.includeScope=test

exec java -Xms512m -Xmx512m -Dlogging.level.root=WARN \
	-cp "autoconfigure/target/test-classes:autoconfigure/target/classes:host/target/classes:$(cat autoconfigure/target/soak.classpath)" \
	io.gatewaywasm.boot.reliability.EventStreams "$DURATION" "$STREAMS"
