package io.gatewaywasm.boot.services;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

import io.micrometer.core.instrument.Timer;

/**
 * The timers of the callouts of one plugin, by upstream and outcome. The name of an
 * upstream comes from the guest, so their number is limited. Thread-safe.
 */
final class CalloutTimers {

	/** The upstream of all names beyond the limit. */
	static final String OTHER = "other";

	static final int MAX_UPSTREAMS = 1000;

	private final RemovableMeters meters;

	private final String plugin;

	private final UnaryOperator<String> labels;

	private final Set<String> upstreams = ConcurrentHashMap.newKeySet();

	private final Map<Callout, Timer> timers = new ConcurrentHashMap<>();

	CalloutTimers(RemovableMeters meters, String plugin, UnaryOperator<String> labels) {
		this.meters = meters;
		this.plugin = plugin;
		this.labels = labels;
	}

	void record(String upstream, String outcome, long nanos) {
		this.timers.computeIfAbsent(new Callout(label(upstream), outcome), this::register)
			.record(nanos, TimeUnit.NANOSECONDS);
	}

	private String label(String upstream) {
		String label = this.labels.apply(upstream);
		if (this.upstreams.contains(label)) {
			return label;
		}
		synchronized (this.upstreams) {
			boolean known = this.upstreams.size() < MAX_UPSTREAMS && this.upstreams.add(label);
			return (known || this.upstreams.contains(label)) ? label : OTHER;
		}
	}

	private Timer register(Callout callout) {
		return this.meters.register(Timer.builder(WasmMeters.CALLOUT_DURATION)
			.description("HTTP, gRPC and Redis calls of a Wasm filter")
			.tag(WasmMeters.PLUGIN, this.plugin)
			.tag(WasmMeters.UPSTREAM, callout.upstream())
			.tag(WasmMeters.OUTCOME, callout.outcome())::register);
	}

	private record Callout(String upstream, String outcome) {

	}

}
