package io.gatewaywasm.test;

import java.time.Duration;
import java.util.stream.Collectors;

import io.gatewaywasm.host.plugin.Execution;
import io.gatewaywasm.host.plugin.Plugin;
import io.gatewaywasm.host.plugin.PluginLimits;
import io.gatewaywasm.host.plugin.PluginSpec;
import io.gatewaywasm.host.plugin.PluginStartException;
import io.gatewaywasm.host.plugin.WasmHost;
import io.gatewaywasm.test.callout.SimulatedGrpcCallouts;
import io.gatewaywasm.test.callout.SimulatedHttpCallouts;
import io.gatewaywasm.test.exchange.Exchange;
import io.gatewaywasm.test.exchange.FilterRequest;
import io.gatewaywasm.test.service.RealTime;
import io.gatewaywasm.test.service.RecordingLogger;
import io.gatewaywasm.test.service.SimulatedServices;
import io.gatewaywasm.test.service.SimulatedTime;
import io.gatewaywasm.test.trace.CallTrace;
import io.gatewaywasm.test.trace.TracingModule;
import org.jspecify.annotations.Nullable;

/**
 * A filter in one test: what surrounds it, and, once it was started, its plugin on a host
 * of its own.
 */
final class FilterRun implements AutoCloseable {

	/** Generous: code that runs for the first time is slow, above all in a test. */
	private static final Duration CALLBACK_TIMEOUT = Duration.ofSeconds(2);

	private final FilterModule module;

	private final FilterSettings settings;

	private final CallTrace trace = new CallTrace();

	private final RealTime realTime = new RealTime();

	private final SimulatedTime time;

	private final RecordingLogger logger;

	private final SimulatedHttpCallouts httpCallouts;

	private final SimulatedGrpcCallouts grpcCallouts;

	private final SimulatedServices services;

	private final WasmHost host;

	private @Nullable Plugin plugin;

	private @Nullable PluginSpec spec;

	private int instances;

	FilterRun(FilterModule module, FilterSettings settings) {
		this.module = module;
		this.settings = settings;
		this.time = new SimulatedTime(settings.start());
		this.logger = new RecordingLogger(settings.logLevel());
		this.httpCallouts = new SimulatedHttpCallouts(this.time, settings.httpUpstreams());
		this.grpcCallouts = new SimulatedGrpcCallouts(this.time, settings.grpcUpstreams());
		this.services = new SimulatedServices(this.time, this.logger, this.httpCallouts, this.grpcCallouts,
				settings.foreignFunctions());
		this.host = new WasmHost(this.services, this.realTime);
	}

	FilterSettings settings() {
		if (this.plugin != null) {
			throw new IllegalStateException("the filter has been started; say this before its first request");
		}
		return this.settings;
	}

	PluginSpec spec() {
		PluginSpec current = this.spec;
		if (current == null) {
			String name = this.module.name().replace('_', '-');
			PluginLimits limits = PluginLimits.builder()
				.callbackTimeout(CALLBACK_TIMEOUT)
				.eventLoopTimeout(CALLBACK_TIMEOUT)
				.build();
			// Callbacks stay on the test's thread, however slow they are.
			current = this.settings.apply(PluginSpec.builder(name).limits(limits).execution(Execution.EVENT_LOOP));
		}
		return current;
	}

	Plugin plugin() {
		Plugin started = this.plugin;
		if (started == null) {
			started = start();
			this.plugin = started;
		}
		return started;
	}

	private Plugin start() {
		TracingModule traced = new TracingModule(this.module.compiled(), this.trace, this::newInstance);
		PluginSpec started = spec();
		try {
			Plugin fresh = this.host.start(started, traced);
			this.spec = started;
			return fresh;
		}
		catch (PluginStartException ex) {
			String log = this.logger.lines().stream().map((line) -> "\n    " + line).collect(Collectors.joining());
			throw new FilterStartException(this.module + ": " + ex.getMessage() + " " + ex.remedy()
					+ (log.isEmpty() ? "" : "\nThe filter logged:" + log), ex);
		}
	}

	/** The host's first instance only checks whether the filter starts. */
	private void newInstance() {
		this.instances++;
		if (this.instances == 2) {
			this.trace.clear();
			this.logger.clear();
		}
	}

	Exchange send(FilterRequest request) {
		return Exchange.begin(request, plugin(), this.time, this::story);
	}

	String story() {
		return "\n\nWhat the filter and its host said to each other:\n" + this.trace;
	}

	void tick() {
		plugin();
		int before = ticks();
		if (!this.time.advanceUntil(() -> ticks() > before)) {
			throw new IllegalStateException("the filter waits for no tick");
		}
	}

	private int ticks() {
		return this.trace.calls("proxy_on_tick").size();
	}

	CallTrace trace() {
		return this.trace;
	}

	SimulatedTime time() {
		return this.time;
	}

	RecordingLogger logger() {
		return this.logger;
	}

	SimulatedHttpCallouts httpCallouts() {
		return this.httpCallouts;
	}

	SimulatedGrpcCallouts grpcCallouts() {
		return this.grpcCallouts;
	}

	SimulatedServices services() {
		return this.services;
	}

	@Override
	public void close() {
		if (this.plugin != null) {
			this.plugin.close();
		}
		this.host.close();
		this.realTime.close();
	}

}
