package io.gatewaywasm.boot.services;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import io.gatewaywasm.boot.services.CalloutObservations.Callout;
import io.gatewaywasm.host.abi.HeaderPair;
import io.gatewaywasm.host.spi.Cancellable;
import io.gatewaywasm.host.spi.HttpCall;
import io.gatewaywasm.host.spi.HttpCallResult;
import io.gatewaywasm.host.spi.HttpCallouts;
import org.jspecify.annotations.Nullable;

/**
 * Creates an observation {@code wasm.callout} for each HTTP callout of an observed
 * stream, as a child of the stream's observation. Tracing turns it into a client span,
 * and adds headers that propagate the trace to the upstream.
 *
 * @param callouts makes the calls
 * @param observations starts the observations
 */
public record ObservedHttpCallouts(HttpCallouts callouts, CalloutObservations observations) implements HttpCallouts {

	@Override
	public @Nullable Cancellable send(HttpCall call, Consumer<HttpCallResult> result) {
		List<HeaderPair> headers = new ArrayList<>(call.headers());
		CalloutObservation observation = this.observations.start(call.stream(),
				new Callout("http", call.plugin(), call.upstream(), null), headers);
		if (observation == null) {
			return this.callouts.send(call, result);
		}
		Cancellable handle = this.callouts.send(call.withHeaders(headers), (ended) -> {
			observation.end(ended);
			result.accept(ended);
		});
		if (handle == null) {
			observation.refused();
			return null;
		}
		return () -> {
			handle.cancel();
			observation.cancelled();
		};
	}

}
