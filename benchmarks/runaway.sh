#!/usr/bin/env bash
#
# What a filter that never returns costs the others, for each callback in which it can loop:
#   benchmarks/runaway.sh [requests]
# Prints a table in Markdown. Takes two minutes and wants a quiet machine.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

./mvnw -B -ntp -q test-compile dependency:build-classpath -pl autoconfigure -am \
	-Dmdep.outputFile=target/soak.classpath -Dmdep.includeScope=test

exec java -Xmx1g \
	-cp "autoconfigure/target/test-classes:autoconfigure/target/classes:host/target/classes:$(cat autoconfigure/target/soak.classpath)" \
	io.gatewaywasm.boot.reliability.RunawayFigures "$@"
