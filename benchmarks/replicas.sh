#!/usr/bin/env bash
#
# Tests the rate limit example on three gateway processes with Redis (Debian's redis-server):
#   benchmarks/replicas.sh [seconds, 60]
# Prints how many requests pass with the local store and with Redis, while Redis is killed for ten
# seconds and afterwards, and the cost. Exits with 1 if a number is out of range.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly DURATION=${1:-60}

./mvnw -B -ntp -q test-compile dependency:build-classpath -pl autoconfigure -am \
	-Dmdep.outputFile=target/replicas.classpath -Dmdep.includeScope=test

GATEWAY_WASM_REQUIRE_REDIS=true exec java \
	-cp "$PWD/autoconfigure/target/test-classes:$PWD/autoconfigure/target/classes:$PWD/host/target/classes:$(cat autoconfigure/target/replicas.classpath)" \
	io.gatewaywasm.boot.shareddata.ReplicaFigures "$DURATION"
