package io.gatewaywasm.demo;

import io.micrometer.common.KeyValue;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationView;
import org.jspecify.annotations.Nullable;

import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.observation.ServerRequestObservationContext;
import org.springframework.stereotype.Component;

/**
 * Records which filters a request entered, from the gateway's observations.
 */
@Component
final class FilterObservations implements ObservationHandler<Observation.Context> {

	private final RecordedExchanges exchanges;

	FilterObservations(RecordedExchanges exchanges) {
		this.exchanges = exchanges;
	}

	@Override
	public boolean supportsContext(Observation.Context context) {
		return "wasm.filter".equals(context.getName());
	}

	@Override
	public void onStart(Observation.Context context) {
		record(context);
	}

	@Override
	public void onStop(Observation.Context context) {
		record(context);
	}

	private void record(Observation.Context context) {
		String id = requestId(context);
		String plugin = value(context, "plugin");
		if (id != null && plugin != null) {
			this.exchanges.entered(id, new RecordedFilter(plugin, value(context, "outcome"), value(context, "reason")));
		}
	}

	private static @Nullable String requestId(Observation.Context context) {
		ObservationView parent = context.getParentObservation();
		ServerHttpRequest request = (parent != null
				&& parent.getContextView() instanceof ServerRequestObservationContext server) ? server.getCarrier()
						: null;
		return (request != null) ? request.getHeaders().getFirst(RecordedExchanges.ID_HEADER) : null;
	}

	private static @Nullable String value(Observation.Context context, String key) {
		KeyValue value = context.getLowCardinalityKeyValue(key);
		return (value != null) ? value.getValue() : null;
	}

}
