package io.gatewaywasm.boot.autoconfigure;

import java.time.Duration;

import io.gatewaywasm.host.limits.PluginLimits;
import io.gatewaywasm.host.limits.PoolLimits;
import io.gatewaywasm.host.limits.SizeLimits;
import io.gatewaywasm.host.limits.StreamLimits;
import io.gatewaywasm.host.limits.VmLimits;
import io.gatewaywasm.host.plugin.WasmHost;
import io.gatewaywasm.host.shared.SharedLimits;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.util.unit.DataSize;

/**
 * Validates the limits of plugins and the limits that plugins share.
 */
final class LimitDefinitions {

	/** The default number of connections for callouts to each host. */
	static final int CALL_CONNECTIONS = 500;

	/** The size of a page in bytes. */
	private static final long PAGE = 1 << 16;

	/** A client cannot have more connections to one address of a server. */
	private static final int PORTS = 65_535;

	private static final String SHARED = "gateway.wasm.";

	private final String prefix;

	private LimitDefinitions(String prefix) {
		this.prefix = prefix;
	}

	/**
	 * Converts the limits of a plugin to those of the host. {@code prefix} is the name of
	 * the property up to and including {@code limits.}. Throws
	 * {@link InvalidConfigurationPropertyValueException} if a limit is invalid.
	 */
	static PluginLimits of(String prefix, WasmPluginProperties.Limits limits) {
		return new LimitDefinitions(prefix).limits(limits);
	}

	/**
	 * Returns the limits on data that plugins with the same VM id share. Throws
	 * {@link InvalidConfigurationPropertyValueException} if a limit is invalid.
	 */
	static SharedLimits shared(WasmGatewayProperties properties) {
		WasmGatewayProperties.SharedData data = properties.sharedData();
		WasmGatewayProperties.SharedQueues queues = properties.sharedQueues();
		LimitDefinitions definitions = new LimitDefinitions(SHARED);
		return new SharedLimits((int) definitions.count("shared-data.max-values", data.maxValues()),
				definitions.size("shared-data.max-size", data.maxSize(), Long.MAX_VALUE),
				(int) definitions.count("shared-queues.max-queues", queues.maxQueues()),
				(int) definitions.count("shared-queues.max-entries", queues.maxEntries()),
				definitions.size("shared-queues.max-size", queues.maxSize(), Long.MAX_VALUE));
	}

	/**
	 * Returns the number of expressions that a root context can hold. Throws
	 * {@link InvalidConfigurationPropertyValueException} if the number is invalid.
	 */
	static int expressions(WasmGatewayProperties properties) {
		return (int) new LimitDefinitions(SHARED).count("max-expressions", properties.maxExpressions());
	}

	/**
	 * Returns the number of connections for callouts to each host. Throws
	 * {@link InvalidConfigurationPropertyValueException} if the number is invalid.
	 */
	static int callConnections(WasmGatewayProperties properties) {
		int connections = properties.maxCallConnections();
		new LimitDefinitions(SHARED).check(connections > 0 && connections <= PORTS, "max-call-connections", connections,
				"The number must be greater than 0 and at most %d".formatted(PORTS),
				"Use a number in that range; the default is %d.".formatted(CALL_CONNECTIONS));
		return connections;
	}

	private PluginLimits limits(WasmPluginProperties.Limits limits) {
		return PluginLimits.builder()
			.vm((vm) -> vm(vm, limits))
			.streams((streams) -> streams(streams, limits))
			.pool((pool) -> pool(pool, limits))
			.sizes((sizes) -> sizes(sizes, limits))
			.build();
	}

	private VmLimits.Builder vm(VmLimits.Builder vm, WasmPluginProperties.Limits limits) {
		return vm.memory(memory(limits.memory()))
			.mailbox((int) count("mailbox", limits.mailbox()))
			.vmWait(notNegative("vm-wait", limits.vmWait()))
			.callbackTimeout(
					callback("callback-timeout", limits.callbackTimeout(), VmLimits.CALLBACK_TIMEOUT_SECONDS + "s"))
			.eventLoopTimeout(callback("event-loop-timeout", limits.eventLoopTimeout(),
					VmLimits.EVENT_LOOP_TIMEOUT_MILLIS + "ms"))
			.slowCallback(callback("slow-callback", limits.slowCallback(), VmLimits.SLOW_CALLBACK_MILLIS + "ms"))
			.startTimeout(positive("start-timeout", limits.startTimeout()));
	}

	private StreamLimits.Builder streams(StreamLimits.Builder streams, WasmPluginProperties.Limits limits) {
		return streams.bodyBuffer((int) size("body-buffer", limits.bodyBuffer(), Integer.MAX_VALUE))
			.maxBodyBuffer((int) size("max-body-buffer", limits.maxBodyBuffer(), Integer.MAX_VALUE))
			.pauseTimeout(positive("pause-timeout", limits.pauseTimeout()))
			.calloutTimeout(positive("callout-timeout", limits.calloutTimeout()));
	}

	private PoolLimits.Builder pool(PoolLimits.Builder pool, WasmPluginProperties.Limits limits) {
		DataSize total = limits.totalMemory();
		DataSize recycleAbove = limits.recycleAboveMemory();
		return pool.totalMemory((total != null) ? size("total-memory", total, Long.MAX_VALUE) : Long.MAX_VALUE)
			.recycleAboveMemory(
					(recycleAbove != null) ? size("recycle-above-memory", recycleAbove, 1L << 32) : Long.MAX_VALUE)
			.recycleAfterRequests(count("recycle-after-requests", limits.recycleAfterRequests()))
			.drainTimeout(positive("drain-timeout", limits.drainTimeout()));
	}

	private SizeLimits.Builder sizes(SizeLimits.Builder sizes, WasmPluginProperties.Limits limits) {
		return sizes.headers((int) count("headers", limits.headers()))
			.headerBytes((int) size("header-size", limits.headerSize(), Integer.MAX_VALUE))
			.localResponse((int) size("local-response", limits.localResponse(), Integer.MAX_VALUE))
			.callBody((int) size("call-body", limits.callBody(), Integer.MAX_VALUE))
			.calls((int) count("calls", limits.calls()))
			.properties((int) size("properties", limits.properties(), Integer.MAX_VALUE))
			.metrics((int) count("metrics", limits.metrics()))
			.logLine((int) count("log-line", limits.logLine()))
			.logLinesPerSecond((int) count("log-lines-per-second", limits.logLinesPerSecond()));
	}

	private Duration callback(String limit, Duration time, String usual) {
		check(time.compareTo(WasmHost.SHORTEST_CALLBACK) >= 0, limit, time,
				"A callback timeout must be at least %d ms".formatted(WasmHost.SHORTEST_CALLBACK.toMillis()),
				"Use a longer duration; the default is %s.".formatted(usual));
		return time;
	}

	private long memory(DataSize memory) {
		check(memory.toBytes() <= 0 || memory.toBytes() >= PAGE, "memory", memory,
				"A VM needs at least %d bytes, one page".formatted(PAGE),
				"Use a number and a unit, such as '16MB'. A number without a unit is in bytes.");
		return size("memory", memory, 1L << 32);
	}

	private long size(String limit, DataSize size, long maximum) {
		check(size.toBytes() > 0 && size.toBytes() <= maximum, limit, size,
				"The size must be greater than 0 and at most %d bytes".formatted(maximum),
				"Use a size in that range, such as '1MB'.");
		return size.toBytes();
	}

	private long count(String limit, @Nullable Number count) {
		check(count == null || count.longValue() > 0, limit, count, "The number must be greater than 0",
				"Use a positive number, or remove the property to get the default.");
		return (count != null) ? count.longValue() : Long.MAX_VALUE;
	}

	private Duration positive(String limit, Duration duration) {
		check(!duration.isZero(), limit, duration, "The duration must be greater than 0",
				"Use a duration such as '1s'.");
		return notNegative(limit, duration);
	}

	private Duration notNegative(String limit, Duration duration) {
		check(!duration.isNegative(), limit, duration, "The duration must not be negative",
				"Use a duration such as '1s'.");
		return duration;
	}

	private void check(boolean valid, String limit, @Nullable Object value, String reason, String remedy) {
		InvalidWasmPropertyException.unless(valid, this.prefix + limit, value, reason, remedy);
	}

}
