#!/usr/bin/env bash
#
# Measures the effect of an endless callback on other filters, for each callback:
#   benchmarks/runaway.sh [requests]
# Prints a table in Markdown. Takes two minutes on an idle machine.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

./mvnw -B -ntp -q test-compile dependency:build-classpath -pl autoconfigure -am \
	-Dmdep.outputFile=target/soak.classpath -Dmdep.includeScope=test

exec java -Xmx1g \
	-cp "autoconfigure/target/test-classes:autoconfigure/target/classes:host/target/classes:$(cat autoconfigure/target/soak.classpath)" \
	io.gatewaywasm.boot.reliability.RunawayFigures "$@"
