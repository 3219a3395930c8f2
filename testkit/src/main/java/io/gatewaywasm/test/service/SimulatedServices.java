package io.gatewaywasm.test.service;

import java.util.Map;

import io.gatewaywasm.host.shared.InMemorySharedScopes;
import io.gatewaywasm.host.spi.ForeignFunction;
import io.gatewaywasm.host.spi.GrpcCallouts;
import io.gatewaywasm.host.spi.GuestLogger;
import io.gatewaywasm.host.spi.GuestMeters;
import io.gatewaywasm.host.spi.HostScheduler;
import io.gatewaywasm.host.spi.HostServices;
import io.gatewaywasm.host.spi.HttpCallouts;
import io.gatewaywasm.host.spi.PluginObserver;
import io.gatewaywasm.host.spi.RedisCallouts;
import io.gatewaywasm.host.spi.SharedScopes;
import io.gatewaywasm.host.spi.TimeSource;
import io.gatewaywasm.test.callout.SimulatedCallouts;
import org.jspecify.annotations.Nullable;

/**
 * Services without network, threads and real time.
 */
public final class SimulatedServices implements HostServices {

	private final SimulatedTime time;

	private final RecordingLogger logger;

	private final SimulatedCallouts callouts;

	private final Map<String, ForeignFunction> foreignFunctions;

	private final Map<String, String> secrets;

	private final PluginObserver observer;

	private final RecordedMeters meters = new RecordedMeters();

	private final SharedScopes scopes = new InMemorySharedScopes();

	/**
	 * Creates services.
	 * @param time the time
	 * @param logger receives the lines that the filter logs
	 * @param callouts the upstreams
	 * @param foreignFunctions the foreign functions by name, looked up for each call
	 * @param secrets the secrets by name, looked up for each call
	 * @param observer receives the events of the filter
	 */
	public SimulatedServices(SimulatedTime time, RecordingLogger logger, SimulatedCallouts callouts,
			Map<String, ForeignFunction> foreignFunctions, Map<String, String> secrets, PluginObserver observer) {
		this.observer = observer;
		this.time = time;
		this.logger = logger;
		this.callouts = callouts;
		this.foreignFunctions = foreignFunctions;
		this.secrets = secrets;
	}

	/**
	 * Returns the metrics that the filter has defined.
	 * @return the metrics by name
	 */
	public Map<String, RecordedMeter> recordedMeters() {
		return this.meters.meters();
	}

	/**
	 * Returns the data and queues of a VM id.
	 * @param vmId the VM id, possibly empty
	 * @return the shared data
	 */
	public SharedData sharedData(String vmId) {
		return new SharedData(this.scopes.scope(vmId));
	}

	@Override
	public HttpCallouts httpCallouts() {
		return this.callouts.http();
	}

	@Override
	public GrpcCallouts grpcCallouts() {
		return this.callouts.grpc();
	}

	@Override
	public RedisCallouts redisCallouts() {
		return this.callouts.redis();
	}

	@Override
	public GuestMeters meters() {
		return this.meters;
	}

	@Override
	public HostScheduler scheduler() {
		return this.time;
	}

	@Override
	public SharedScopes sharedScopes() {
		return this.scopes;
	}

	@Override
	public @Nullable ForeignFunction foreignFunction(String name) {
		return this.foreignFunctions.get(name);
	}

	@Override
	public @Nullable String secret(String name) {
		return this.secrets.get(name);
	}

	@Override
	public PluginObserver observer(String plugin) {
		return this.observer;
	}

	@Override
	public GuestLogger logger(String plugin) {
		return this.logger;
	}

	@Override
	public TimeSource time() {
		return this.time;
	}

}
