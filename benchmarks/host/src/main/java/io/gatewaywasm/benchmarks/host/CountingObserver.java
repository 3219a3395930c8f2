package io.gatewaywasm.benchmarks.host;

import java.util.concurrent.atomic.LongAdder;

import io.gatewaywasm.host.spi.PhaseOutcome;
import io.gatewaywasm.host.spi.PluginObserver;
import io.gatewaywasm.host.spi.StreamPhase;

/**
 * Counts and adds up by phase and outcome, like a timer of a metrics library.
 */
final class CountingObserver implements PluginObserver {

	private static final int OUTCOMES = PhaseOutcome.values().length;

	private final LongAdder streams = new LongAdder();

	private final LongAdder[] counts = adders();

	private final LongAdder[] nanos = adders();

	@Override
	public void phase(StreamPhase phase, long time, PhaseOutcome outcome) {
		int meter = phase.ordinal() * OUTCOMES + outcome.ordinal();
		this.counts[meter].increment();
		this.nanos[meter].add(time);
	}

	@Override
	public void streamStarted() {
		this.streams.increment();
	}

	private static LongAdder[] adders() {
		LongAdder[] adders = new LongAdder[StreamPhase.values().length * OUTCOMES];
		for (int i = 0; i < adders.length; i++) {
			adders[i] = new LongAdder();
		}
		return adders;
	}

}
