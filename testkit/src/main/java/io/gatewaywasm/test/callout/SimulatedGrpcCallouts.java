package io.gatewaywasm.test.callout;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import io.gatewaywasm.host.abi.HeaderPair;
import io.gatewaywasm.host.spi.GrpcCall;
import io.gatewaywasm.host.spi.GrpcCallListener;
import io.gatewaywasm.host.spi.GrpcCallouts;
import io.gatewaywasm.host.spi.HostScheduler;
import org.jspecify.annotations.Nullable;

/**
 * Simulated gRPC upstreams whose responses a test defines. As in a gateway, only declared
 * upstreams can be called.
 */
public final class SimulatedGrpcCallouts implements GrpcCallouts {

	private static final int DEADLINE_EXCEEDED = 4;

	private final HostScheduler scheduler;

	private final Map<String, Function<GrpcCallout, @Nullable GrpcCallResponse>> upstreams;

	private final List<GrpcCallout> calls = new ArrayList<>();

	/**
	 * Creates callouts.
	 * @param scheduler runs the timeouts of callouts
	 * @param upstreams for each upstream, returns the response when the filter has closed
	 * its side, or {@code null} to let the test respond
	 */
	public SimulatedGrpcCallouts(HostScheduler scheduler,
			Map<String, Function<GrpcCallout, @Nullable GrpcCallResponse>> upstreams) {
		this.scheduler = scheduler;
		this.upstreams = new HashMap<>(upstreams);
	}

	/**
	 * Declares an upstream, or changes its responses.
	 * @param name its name
	 * @param responses returns the response when the filter has closed its side, or
	 * {@code
	 * null} to let the test respond
	 */
	public void declare(String name, Function<GrpcCallout, @Nullable GrpcCallResponse> responses) {
		this.upstreams.put(name, responses);
	}

	/**
	 * Returns the callouts so far.
	 * @return the callouts in order
	 */
	public List<GrpcCallout> calls() {
		return Collections.unmodifiableList(this.calls);
	}

	@Override
	public @Nullable GrpcCall start(String plugin, String upstream, String method, List<HeaderPair> metadata,
			@Nullable Duration timeout, GrpcCallListener listener) {
		Function<GrpcCallout, @Nullable GrpcCallResponse> responses = this.upstreams.get(upstream);
		if (responses == null) {
			return null;
		}
		GrpcCallout callout = new GrpcCallout(upstream, method, metadata, listener);
		this.calls.add(callout);
		if (timeout != null) {
			callout.expiresBy(this.scheduler.schedule(() -> {
				if (callout.isPending()) {
					callout.respond(GrpcCallResponse.failure(DEADLINE_EXCEEDED, "timeout"));
				}
			}, timeout));
		}
		return callout.asHostSees(responses);
	}

}
