package io.gatewaywasm.boot.services;

import java.util.concurrent.atomic.AtomicLong;

import io.gatewaywasm.host.abi.MetricType;
import io.gatewaywasm.host.spi.GuestMeter;

/**
 * A metric that is visible to guests only.
 */
class LocalGuestMeter implements GuestMeter {

	private final MetricType type;

	private final AtomicLong value = new AtomicLong();

	LocalGuestMeter(MetricType type) {
		this.type = type;
	}

	@Override
	public void increment(long offset) {
		this.value.addAndGet(offset);
	}

	@Override
	public void record(long value) {
		switch (this.type) {
			case COUNTER -> this.value.addAndGet(value);
			case GAUGE, HISTOGRAM -> this.value.set(value);
		}
	}

	@Override
	public long value() {
		return this.value.get();
	}

}
