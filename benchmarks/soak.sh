#!/usr/bin/env bash
#
# Sends mixed traffic with faults, reloads and faulty filters to a gateway:
#   benchmarks/soak.sh [seconds, 300]
# Prints requests, unexpected responses (must be 0), and heap and metaspace after a garbage
# collection, threads and open connections at start and end. An hour: soak.sh 3600

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly DURATION=${1:-300}

./mvnw -B -ntp -q test-compile dependency:build-classpath -pl autoconfigure -am \
	-Dmdep.outputFile=target/soak.classpath -Dmdep.includeScope=test

exec java -Xmx1g -Dio.netty.leakDetection.level=paranoid \
	-cp "autoconfigure/target/test-classes:autoconfigure/target/classes:host/target/classes:$(cat autoconfigure/target/soak.classpath)" \
	io.gatewaywasm.boot.reliability.Soak "$DURATION"
