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
 * HTTP upstreams that answer as a test says. As in production, an upstream that was not
 * declared cannot be called.
 */
public final class SimulatedHttpCallouts implements HttpCallouts {

	private final HostScheduler scheduler;

	private final Map<String, Function<HttpCallout, @Nullable HttpAnswer>> upstreams;

	private final List<HttpCallout> calls = new ArrayList<>();

	/**
	 * Create new callouts.
	 * @param scheduler ends calls whose time is up
	 * @param upstreams what each upstream answers to a call, {@code null} to leave it
	 * open
	 */
	public SimulatedHttpCallouts(HostScheduler scheduler,
			Map<String, Function<HttpCallout, @Nullable HttpAnswer>> upstreams) {
		this.scheduler = scheduler;
		this.upstreams = new HashMap<>(upstreams);
	}

	/**
	 * Declare an upstream, or change what it answers.
	 * @param name its name
	 * @param answers what it answers to a call, {@code null} to leave it open
	 */
	public void declare(String name, Function<HttpCallout, @Nullable HttpAnswer> answers) {
		this.upstreams.put(name, answers);
	}

	/**
	 * Return the calls so far.
	 * @return the calls in order
	 */
	public List<HttpCallout> calls() {
		return Collections.unmodifiableList(this.calls);
	}

	@Override
	public @Nullable Cancellable send(HttpCall call, Consumer<HttpCallResult> result) {
		Function<HttpCallout, @Nullable HttpAnswer> upstream = this.upstreams.get(call.upstream());
		if (upstream == null) {
			return null;
		}
		HttpCallout callout = new HttpCallout(call, result);
		this.calls.add(callout);
		HttpAnswer answer = upstream.apply(callout);
		if (answer != null) {
			callout.answer(answer);
		}
		else {
			callout.expiresBy(this.scheduler.schedule(() -> {
				if (callout.isPending()) {
					callout.answer(HttpAnswer.failure("time-out"));
				}
			}, call.timeout()));
		}
		return callout::end;
	}

}
