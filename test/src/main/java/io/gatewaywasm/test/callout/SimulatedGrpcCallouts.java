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
 * gRPC upstreams that answer as a test says. As in production, an upstream that was not
 * declared cannot be called.
 */
public final class SimulatedGrpcCallouts implements GrpcCallouts {

	private static final int DEADLINE_EXCEEDED = 4;

	private final HostScheduler scheduler;

	private final Map<String, Function<GrpcCallout, @Nullable GrpcAnswer>> upstreams;

	private final List<GrpcCallout> calls = new ArrayList<>();

	/**
	 * Create new callouts.
	 * @param scheduler ends calls whose time is up
	 * @param upstreams what each upstream answers when the filter has ended its side,
	 * {@code null} to leave it open
	 */
	public SimulatedGrpcCallouts(HostScheduler scheduler,
			Map<String, Function<GrpcCallout, @Nullable GrpcAnswer>> upstreams) {
		this.scheduler = scheduler;
		this.upstreams = new HashMap<>(upstreams);
	}

	/**
	 * Declare an upstream, or change what it answers.
	 * @param name its name
	 * @param answers what it answers when the filter has ended its side, {@code null} to
	 * leave it open
	 */
	public void declare(String name, Function<GrpcCallout, @Nullable GrpcAnswer> answers) {
		this.upstreams.put(name, answers);
	}

	/**
	 * Return the calls so far.
	 * @return the calls in order
	 */
	public List<GrpcCallout> calls() {
		return Collections.unmodifiableList(this.calls);
	}

	@Override
	public @Nullable GrpcCall start(String plugin, String upstream, String method, List<HeaderPair> metadata,
			@Nullable Duration timeout, GrpcCallListener listener) {
		Function<GrpcCallout, @Nullable GrpcAnswer> answers = this.upstreams.get(upstream);
		if (answers == null) {
			return null;
		}
		GrpcCallout callout = new GrpcCallout(upstream, method, metadata, listener);
		this.calls.add(callout);
		if (timeout != null) {
			callout.expiresBy(this.scheduler.schedule(() -> {
				if (callout.isPending()) {
					callout.answer(GrpcAnswer.failure(DEADLINE_EXCEEDED, "time-out"));
				}
			}, timeout));
		}
		return callout.asHostSees(answers);
	}

}
