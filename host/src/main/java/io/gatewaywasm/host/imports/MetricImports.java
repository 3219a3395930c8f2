package io.gatewaywasm.host.imports;

import io.gatewaywasm.host.abi.GuestMemory;
import io.gatewaywasm.host.abi.MetricType;
import io.gatewaywasm.host.abi.Status;

/**
 * The functions of the section "Metrics" of the specification. A histogram can only be
 * recorded, and a counter can only increase.
 */
final class MetricImports {

	static final ImportArea<MetricImports> AREA = ImportArea.of("Metrics", MetricImports::new)
		.function("proxy_define_metric", AbiVersion.V0_1_0, "iiii", MetricImports::define)
		.function("proxy_increment_metric", AbiVersion.V0_1_0, "il", MetricImports::increment)
		.function("proxy_record_metric", AbiVersion.V0_1_0, "il", MetricImports::record)
		.function("proxy_get_metric", AbiVersion.V0_1_0, "ii", MetricImports::get);

	private static final int TYPE_MASK = 3;

	private final HostMetrics host;

	private MetricImports(Guest guest) {
		this.host = guest.host().metrics();
	}

	private Status define(GuestMemory memory, long[] arguments) {
		MetricType type = MetricType.of((int) arguments[0]);
		if (type == null) {
			return Status.BAD_ARGUMENT;
		}
		String name = Guest.utf8(memory, arguments[1], arguments[2]);
		memory.check((int) arguments[3], Integer.BYTES);
		memory.writeInt((int) arguments[3], this.host.defineMetric(type, name));
		return Status.OK;
	}

	private Status increment(GuestMemory memory, long[] arguments) {
		if (!hasValue(arguments[0])) {
			return Status.BAD_ARGUMENT;
		}
		this.host.incrementMetric((int) arguments[0], arguments[1]);
		return Status.OK;
	}

	private Status record(GuestMemory memory, long[] arguments) {
		this.host.recordMetric((int) arguments[0], arguments[1]);
		return Status.OK;
	}

	private Status get(GuestMemory memory, long[] arguments) {
		if (!hasValue(arguments[0])) {
			return Status.BAD_ARGUMENT;
		}
		memory.writeLong((int) arguments[1], this.host.metric((int) arguments[0]));
		return Status.OK;
	}

	private static boolean hasValue(long id) {
		MetricType type = MetricType.of((int) id & TYPE_MASK);
		return type == MetricType.COUNTER || type == MetricType.GAUGE;
	}

}
