#!/usr/bin/env bash
#
# Measures the cost of the choice of routes for an exchange whose route is never chosen again:
#   benchmarks/reroute.sh
# Exits with 1 if the cost exceeds its target.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

./mvnw -B -ntp -q test-compile dependency:build-classpath -pl autoconfigure -am \
	-Dmdep.outputFile=target/reroute.classpath -Dmdep.includeScope=test

exec java -cp "autoconfigure/target/test-classes:autoconfigure/target/classes:host/target/classes:$(cat autoconfigure/target/reroute.classpath)" \
	io.gatewaywasm.boot.gateway.route.RouteCost
