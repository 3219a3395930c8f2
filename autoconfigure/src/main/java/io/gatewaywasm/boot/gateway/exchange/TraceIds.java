package io.gatewaywasm.boot.gateway.exchange;

import java.util.Map;

import io.micrometer.observation.Observation;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * Finds the trace and span ids that the application's tracer logs. Every tracer puts them
 * into the logging context when the scope of an observation is opened.
 */
final class TraceIds {

	private static final String[] KEYS = { "traceId", "spanId" };

	private TraceIds() {
	}

	static void addTo(Map<String, String> logContext, @Nullable Observation observation) {
		if (observation == null || observation.isNoop()) {
			return;
		}
		try (Observation.Scope scope = observation.openScope()) {
			for (String key : KEYS) {
				String id = MDC.get(key);
				if (id != null && !scope.isNoop()) {
					logContext.put(key, id);
				}
			}
		}
	}

}
