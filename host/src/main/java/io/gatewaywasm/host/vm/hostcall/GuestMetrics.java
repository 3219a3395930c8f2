package io.gatewaywasm.host.vm.hostcall;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.gatewaywasm.host.abi.MetricType;
import io.gatewaywasm.host.abi.Status;
import io.gatewaywasm.host.abi.StatusException;
import io.gatewaywasm.host.imports.HostMetrics;
import io.gatewaywasm.host.spi.GuestMeter;
import org.jspecify.annotations.Nullable;

/**
 * The metrics that the guest of one VM has defined, by id. An id is an index shifted left
 * by two bits, with the kind in the low bits. Metrics with the same name in several VMs
 * share one meter.
 */
final class GuestMetrics implements HostMetrics, Restorable {

	private static final int MAX_NAME = 256;

	private final VmScope vm;

	private final int maximum;

	private final Map<String, Integer> ids = new HashMap<>();

	private final List<Metric> metrics = new ArrayList<>();

	private int captured;

	GuestMetrics(VmScope vm) {
		this.vm = vm;
		this.maximum = vm.settings().sizes().metrics();
	}

	@Override
	public int defineMetric(MetricType type, String name) {
		return this.vm.outside(() -> define(type, name));
	}

	private int define(MetricType type, String name) {
		if (name.isEmpty() || name.length() > MAX_NAME) {
			throw StatusException.of(Status.BAD_ARGUMENT);
		}
		Integer known = this.ids.get(type + name);
		if (known != null) {
			return known;
		}
		if (this.metrics.size() >= this.maximum) {
			throw StatusException.of(Status.BAD_ARGUMENT);
		}
		GuestMeter meter = this.vm.services().meters().meter(this.vm.settings().plugin(), type, name, this.maximum);
		int id = ((this.metrics.size() + 1) << 2) | switch (type) {
			case COUNTER -> 0;
			case GAUGE -> 1;
			case HISTOGRAM -> 2;
		};
		this.metrics.add(new Metric(id, meter));
		this.ids.put(type + name, id);
		return id;
	}

	@Override
	public void incrementMetric(int id, long offset) {
		this.vm.outside(() -> increment(id, offset));
	}

	private void increment(int id, long offset) {
		GuestMeter meter = meter(id);
		if (type(id) == MetricType.COUNTER && offset <= 0) {
			throw StatusException.of(Status.BAD_ARGUMENT);
		}
		meter.increment(offset);
	}

	@Override
	public void recordMetric(int id, long value) {
		this.vm.outside(() -> record(id, value));
	}

	private void record(int id, long value) {
		GuestMeter meter = meter(id);
		if (type(id) == MetricType.COUNTER) {
			meter.increment(value);
		}
		else {
			meter.record(value);
		}
	}

	@Override
	public long metric(int id) {
		return meter(id).value();
	}

	@Override
	public void capture() {
		this.captured = this.metrics.size();
	}

	@Override
	public void restore() {
		if (this.metrics.size() > this.captured) {
			this.metrics.subList(this.captured, this.metrics.size()).clear();
			this.ids.values().removeIf((id) -> (id >>> 2) > this.captured);
		}
	}

	private static @Nullable MetricType type(int id) {
		return MetricType.of(id & 3);
	}

	private GuestMeter meter(int id) {
		int index = (id >>> 2) - 1;
		if (index < 0 || index >= this.metrics.size() || this.metrics.get(index).id() != id) {
			throw StatusException.of(Status.NOT_FOUND);
		}
		return this.metrics.get(index).meter();
	}

	/** A metric that the guest has defined. */
	private record Metric(int id, GuestMeter meter) {
	}

}
