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
 * Validates the limits of plugins and the limits that plugins share. {@link ValueRanges}
 * has rejected numbers, durations and sizes that are not positive.
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
	 * Returns the limits on data that plugins with the same VM id share.
	 */
	static SharedLimits shared(WasmGatewayProperties properties) {
		WasmGatewayProperties.SharedData data = properties.sharedData();
		WasmGatewayProperties.SharedQueues queues = properties.sharedQueues();
		return new SharedLimits(data.maxValues(), data.maxSize().toBytes(), queues.maxQueues(), queues.maxEntries(),
				queues.maxSize().toBytes());
	}

	/**
	 * Returns the number of connections for callouts to each host. Throws
	 * {@link InvalidConfigurationPropertyValueException} if the number is invalid.
	 */
	static int callConnections(WasmGatewayProperties properties) {
		int connections = properties.maxCallConnections();
		new LimitDefinitions(SHARED).check(connections <= PORTS, "max-call-connections", connections,
				"The number must be at most %d".formatted(PORTS),
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
			.mailbox(limits.mailbox())
			.vmWait(limits.vmWait())
			.callbackTimeout(
					callback("callback-timeout", limits.callbackTimeout(), VmLimits.CALLBACK_TIMEOUT_SECONDS + "s"))
			.eventLoopTimeout(callback("event-loop-timeout", limits.eventLoopTimeout(),
					VmLimits.EVENT_LOOP_TIMEOUT_MILLIS + "ms"))
			.slowCallback(callback("slow-callback", limits.slowCallback(), VmLimits.SLOW_CALLBACK_MILLIS + "ms"))
			.startTimeout(limits.startTimeout());
	}

	private StreamLimits.Builder streams(StreamLimits.Builder streams, WasmPluginProperties.Limits limits) {
		return streams.bodyBuffer((int) size("body-buffer", limits.bodyBuffer(), Integer.MAX_VALUE))
			.maxBodyBuffer((int) size("max-body-buffer", limits.maxBodyBuffer(), Integer.MAX_VALUE))
			.pauseTimeout(limits.pauseTimeout())
			.bodyIdleTimeout(limits.bodyIdleTimeout())
			.calloutTimeout(limits.calloutTimeout());
	}

	private PoolLimits.Builder pool(PoolLimits.Builder pool, WasmPluginProperties.Limits limits) {
		DataSize total = limits.totalMemory();
		DataSize recycleAbove = limits.recycleAboveMemory();
		Long recycleAfter = limits.recycleAfterRequests();
		return pool.totalMemory((total != null) ? total.toBytes() : Long.MAX_VALUE)
			.recycleAboveMemory(
					(recycleAbove != null) ? size("recycle-above-memory", recycleAbove, 1L << 32) : Long.MAX_VALUE)
			.recycleAfterRequests((recycleAfter != null) ? recycleAfter : Long.MAX_VALUE)
			.drainTimeout(limits.drainTimeout());
	}

	private SizeLimits.Builder sizes(SizeLimits.Builder sizes, WasmPluginProperties.Limits limits) {
		return sizes.headers(limits.headers())
			.headerBytes((int) size("header-size", limits.headerSize(), Integer.MAX_VALUE))
			.localResponse((int) size("local-response", limits.localResponse(), Integer.MAX_VALUE))
			.callBody((int) size("call-body", limits.callBody(), Integer.MAX_VALUE))
			.calls(limits.calls())
			.properties((int) size("properties", limits.properties(), Integer.MAX_VALUE))
			.metrics(limits.metrics())
			.logLine(limits.logLine())
			.logLinesPerSecond(limits.logLinesPerSecond());
	}

	private Duration callback(String limit, Duration time, String usual) {
		check(time.compareTo(WasmHost.SHORTEST_CALLBACK) >= 0, limit, time,
				"A callback timeout must be at least %d ms".formatted(WasmHost.SHORTEST_CALLBACK.toMillis()),
				"Use a longer duration; the default is %s.".formatted(usual));
		return time;
	}

	private long memory(DataSize memory) {
		check(memory.toBytes() >= PAGE, "memory", memory, "A VM needs at least %d bytes, one page".formatted(PAGE),
				"Use a number and a unit, such as '16MB'. A number without a unit is in bytes.");
		return size("memory", memory, 1L << 32);
	}

	private long size(String limit, DataSize size, long maximum) {
		check(size.toBytes() <= maximum, limit, size, "The size must be at most %d bytes".formatted(maximum),
				"Use a size in that range, such as '1MB'.");
		return size.toBytes();
	}

	private void check(boolean valid, String limit, @Nullable Object value, String reason, String remedy) {
		InvalidWasmPropertyException.unless(valid, this.prefix + limit, value, reason, remedy);
	}

}
