package io.gatewaywasm.test.callout;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

import io.gatewaywasm.host.spi.Cancellable;
import io.gatewaywasm.host.spi.HostScheduler;
import io.gatewaywasm.host.spi.HttpCall;
import io.gatewaywasm.host.spi.HttpCallResult;
import io.gatewaywasm.host.spi.HttpCallouts;
import org.jspecify.annotations.Nullable;

/**
 * Simulated HTTP upstreams whose responses a test defines. As in a gateway, only declared
 * upstreams can be called.
 */
public final class SimulatedHttpCallouts implements HttpCallouts {

	private final HostScheduler scheduler;

	private final Map<String, Function<HttpCallout, @Nullable HttpCallResponse>> upstreams;

	private final List<HttpCallout> calls = new ArrayList<>();

	/**
	 * Creates callouts.
	 * @param scheduler runs the timeouts of callouts
	 * @param upstreams for each upstream, returns the response to a callout, or {@code
	 * null} to let the test respond
	 */
	public SimulatedHttpCallouts(HostScheduler scheduler,
			Map<String, Function<HttpCallout, @Nullable HttpCallResponse>> upstreams) {
		this.scheduler = scheduler;
		this.upstreams = new HashMap<>(upstreams);
	}

	/**
	 * Declares an upstream, or changes its responses.
	 * @param name its name
	 * @param responses returns the response to a callout, or {@code null} to let the test
	 * respond
	 */
	public void declare(String name, Function<HttpCallout, @Nullable HttpCallResponse> responses) {
		this.upstreams.put(name, responses);
	}

	/**
	 * Returns the callouts so far.
	 * @return the callouts in order
	 */
	public List<HttpCallout> calls() {
		return Collections.unmodifiableList(this.calls);
	}

	@Override
	public @Nullable Cancellable send(HttpCall call, Consumer<HttpCallResult> result) {
		Function<HttpCallout, @Nullable HttpCallResponse> upstream = this.upstreams.get(call.upstream());
		if (upstream == null) {
			return null;
		}
		HttpCallout callout = new HttpCallout(call, result);
		this.calls.add(callout);
		HttpCallResponse response = upstream.apply(callout);
		if (response != null) {
			callout.respond(response);
		}
		else {
			callout.expiresBy(this.scheduler.schedule(() -> {
				if (callout.isPending()) {
					callout.respond(HttpCallResponse.timeout());
				}
			}, call.timeout()));
		}
		return callout::end;
	}

}
