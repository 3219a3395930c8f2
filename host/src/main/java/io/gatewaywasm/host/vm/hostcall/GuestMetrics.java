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

	private final List<GuestMeter> meters = new ArrayList<>();

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
		if (this.meters.size() >= this.maximum) {
			throw StatusException.of(Status.BAD_ARGUMENT);
		}
		this.meters.add(this.vm.services().meters().meter(this.vm.settings().plugin(), type, name, this.maximum));
		int id = (this.meters.size() << 2) | switch (type) {
			case COUNTER -> 0;
			case GAUGE -> 1;
			case HISTOGRAM -> 2;
		};
		this.ids.put(type + name, id);
		return id;
	}

	@Override
	public void incrementMetric(int id, long offset) {
		this.vm.outside(() -> increment(id, offset));
	}

	private void increment(int id, long offset) {
		MetricType type = type(id);
		if (type == MetricType.HISTOGRAM || (type == MetricType.COUNTER && offset <= 0)) {
			throw StatusException.of(Status.BAD_ARGUMENT);
		}
		meter(id).increment(offset);
	}

	@Override
	public void recordMetric(int id, long value) {
		this.vm.outside(() -> record(id, value));
	}

	private void record(int id, long value) {
		if (type(id) == MetricType.COUNTER) {
			meter(id).increment(value);
		}
		else {
			meter(id).record(value);
		}
	}

	@Override
	public long metric(int id) {
		if (type(id) == MetricType.HISTOGRAM) {
			throw StatusException.of(Status.BAD_ARGUMENT);
		}
		return meter(id).value();
	}

	@Override
	public void capture() {
		this.captured = this.meters.size();
	}

	@Override
	public void restore() {
		if (this.meters.size() > this.captured) {
			this.meters.subList(this.captured, this.meters.size()).clear();
			this.ids.values().removeIf((id) -> (id >>> 2) > this.captured);
		}
	}

	private MetricType type(int id) {
		MetricType type = MetricType.of(id & 3);
		if (type == null) {
			throw StatusException.of(Status.BAD_ARGUMENT);
		}
		return type;
	}

	private GuestMeter meter(int id) {
		int index = (id >>> 2) - 1;
		if (index < 0 || index >= this.meters.size()) {
			throw StatusException.of(Status.NOT_FOUND);
		}
		return this.meters.get(index);
	}

}
