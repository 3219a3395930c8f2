package io.gatewaywasm.boot.services;

import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.UnaryOperator;

import io.gatewaywasm.host.spi.FailureReason;
import io.gatewaywasm.host.spi.PhaseOutcome;
import io.gatewaywasm.host.spi.PluginObserver;
import io.gatewaywasm.host.spi.StreamPhase;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import org.jspecify.annotations.Nullable;

/**
 * Publishes the activity of one plugin. Meters are looked up once, so each request needs
 * only an array access.
 */
final class MicrometerPluginObserver implements PluginObserver {

	private static final int OUTCOMES = PhaseOutcome.values().length;

	private final RemovableMeters meters;

	private final String plugin;

	/** By phase and outcome. */
	private final AtomicReferenceArray<@Nullable Timer> phases = new AtomicReferenceArray<>(
			StreamPhase.values().length * OUTCOMES);

	private final Counter streams;

	private final Map<FailureReason, Counter> failures = new ConcurrentHashMap<>();

	private final Map<String, Counter> headersNotSent = new ConcurrentHashMap<>();

	private final CalloutTimers callouts;

	/**
	 * Creates an observer. {@code upstreams} returns the name under which calls to an
	 * upstream are metered.
	 */
	MicrometerPluginObserver(RemovableMeters meters, String plugin, UnaryOperator<String> upstreams) {
		this.meters = meters;
		this.plugin = plugin;
		this.callouts = new CalloutTimers(meters, plugin, upstreams);
		this.streams = meters.register(Counter.builder(WasmMeters.FILTER_STREAMS)
			.description("Streams that entered a Wasm filter")
			.tag(WasmMeters.PLUGIN, plugin)::register);
		// Registered in advance, so that an alert sees the increase to the first failure.
		failures(FailureReason.TRAP);
		failures(FailureReason.TIMEOUT);
	}

	RemovableMeters meters() {
		return this.meters;
	}

	@Override
	@SuppressWarnings("EnumOrdinal")
	public void phase(StreamPhase phase, long nanos, PhaseOutcome outcome) {
		int index = phase.ordinal() * OUTCOMES + outcome.ordinal();
		Timer timer = this.phases.get(index);
		if (timer == null) {
			// If threads register the same timer concurrently, the registry returns one
			// timer to all of them.
			timer = timer(phase, outcome);
			this.phases.set(index, timer);
		}
		timer.record(nanos, TimeUnit.NANOSECONDS);
	}

	private Timer timer(StreamPhase phase, PhaseOutcome outcome) {
		return this.meters.register(Timer.builder(WasmMeters.FILTER_DURATION)
			.description("Time in a Wasm filter and the host functions it calls")
			.tag(WasmMeters.PLUGIN, this.plugin)
			.tag(WasmMeters.PHASE, phase.name().toLowerCase(Locale.ROOT))
			.tag(WasmMeters.OUTCOME, outcome.name().toLowerCase(Locale.ROOT))::register);
	}

	@Override
	public void streamStarted() {
		this.streams.increment();
	}

	@Override
	public void failed(FailureReason reason) {
		failures(reason).increment();
	}

	private Counter failures(FailureReason reason) {
		return this.failures.computeIfAbsent(reason,
				(key) -> this.meters.register(Counter.builder(WasmMeters.FILTER_FAILURES)
					.description("Failures of a Wasm filter")
					.tag(WasmMeters.PLUGIN, this.plugin)
					.tag(WasmMeters.REASON, key.tag())::register));
	}

	@Override
	public void headerNotSent(String name) {
		this.headersNotSent.computeIfAbsent(name,
				(key) -> this.meters.register(Counter.builder(WasmMeters.HEADERS_NOT_SENT)
					.description("Headers of the connection that a Wasm filter has set, which are not sent")
					.tag(WasmMeters.PLUGIN, this.plugin)
					.tag(WasmMeters.HEADER, key)::register))
			.increment();
	}

	@Override
	public void callout(String upstream, String outcome, long nanos) {
		this.callouts.record(upstream, outcome, nanos);
	}

}
