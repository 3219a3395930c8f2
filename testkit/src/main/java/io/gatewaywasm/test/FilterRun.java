package io.gatewaywasm.test;

import java.time.Duration;

import io.gatewaywasm.host.limits.PluginLimits;
import io.gatewaywasm.host.plugin.Execution;
import io.gatewaywasm.host.plugin.Plugin;
import io.gatewaywasm.host.plugin.PluginSpec;
import io.gatewaywasm.host.plugin.PluginStartException;
import io.gatewaywasm.host.plugin.WasmHost;
import io.gatewaywasm.test.callout.SimulatedCallouts;
import io.gatewaywasm.test.callout.SimulatedGrpcCallouts;
import io.gatewaywasm.test.callout.SimulatedHttpCallouts;
import io.gatewaywasm.test.callout.SimulatedRedisCallouts;
import io.gatewaywasm.test.exchange.Exchange;
import io.gatewaywasm.test.exchange.FailureLog;
import io.gatewaywasm.test.exchange.FilterFailure;
import io.gatewaywasm.test.exchange.FilterRequest;
import io.gatewaywasm.test.service.LogLine;
import io.gatewaywasm.test.service.RealTime;
import io.gatewaywasm.test.service.RecordingLogger;
import io.gatewaywasm.test.service.SimulatedServices;
import io.gatewaywasm.test.service.SimulatedTime;
import io.gatewaywasm.test.trace.CallTrace;
import io.gatewaywasm.test.trace.TracingModule;
import org.jspecify.annotations.Nullable;

/**
 * A filter in one test, with its simulated services. Once started, its plugin runs on a
 * separate host.
 */
final class FilterRun implements AutoCloseable {

	/** Long, because code runs slowly the first time, in particular in tests. */
	private static final Duration CALLBACK_TIMEOUT = Duration.ofSeconds(2);

	private final FilterModule module;

	private final FilterSettings settings;

	private final CallTrace trace = new CallTrace();

	private final RealTime realTime = new RealTime();

	private final SimulatedTime time;

	private final RecordingLogger logger;

	private final SimulatedCallouts callouts;

	private final SimulatedServices services;

	private final FailureLog failures;

	private final WasmHost host;

	private @Nullable Plugin plugin;

	private @Nullable PluginSpec spec;

	private int instances;

	FilterRun(FilterModule module, FilterSettings settings) {
		this.module = module;
		this.settings = settings;
		this.time = new SimulatedTime(settings.start());
		this.logger = new RecordingLogger(settings.logLevel());
		this.callouts = new SimulatedCallouts(new SimulatedHttpCallouts(this.time, settings.httpUpstreams()),
				new SimulatedGrpcCallouts(this.time, settings.grpcUpstreams()),
				new SimulatedRedisCallouts(this.time, settings.redisUpstreams()));
		this.failures = new FailureLog(() -> this.logger.lines().stream().map(LogLine::toString).toList());
		this.services = new SimulatedServices(this.time, this.logger, this.callouts, settings.foreignFunctions(),
				settings.secrets(), this.failures);
		this.host = new WasmHost(this.services, this.realTime);
	}

	FilterSettings settings() {
		if (this.plugin != null) {
			throw new IllegalStateException(
					"The filter has already started. Change its settings before its first request.");
		}
		return this.settings;
	}

	PluginSpec spec() {
		PluginSpec current = this.spec;
		if (current == null) {
			String name = this.module.name().replace('_', '-');
			PluginLimits limits = PluginLimits.builder()
				.vm((vm) -> vm.callbackTimeout(CALLBACK_TIMEOUT).eventLoopTimeout(CALLBACK_TIMEOUT))
				.build();
			// Callbacks stay on the test's thread, even if they are slow.
			current = this.settings
				.apply(PluginSpec.builder(name).limits(limits).run((run) -> run.withExecution(Execution.EVENT_LOOP)));
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
		TracingModule traced = new TracingModule(this.module.compiled(), this.trace, this.settings.bound(),
				this.failures::thrown, this::newInstance);
		PluginSpec started = spec();
		try {
			Plugin fresh = this.host.start(started, traced);
			this.spec = started;
			return fresh;
		}
		catch (PluginStartException ex) {
			throw new FilterStartException(this.module + ": " + ex.problem() + " " + ex.remedy() + ex.details(), ex);
		}
	}

	/** Ignores the host's first instance, which only checks whether the filter starts. */
	private void newInstance() {
		this.instances++;
		if (this.instances == 2) {
			this.trace.clear();
			this.logger.clear();
		}
	}

	Exchange send(FilterRequest request) {
		return Exchange.begin(request, plugin(), this.time, this.failures, this::story);
	}

	String story() {
		String pending = this.callouts.pending();
		return (pending.isEmpty() ? "" : "\n\nCallouts without a response:\n" + pending.stripTrailing())
				+ "\n\nCalls between the filter and its host:\n" + this.trace;
	}

	/**
	 * Returns an error about a failure of the filter at which the test has not looked, or
	 * {@code null} if there is none.
	 */
	@Nullable AssertionError unseenFailure() {
		FilterFailure failure = (this.plugin != null) ? this.failures.expectations().unseen() : null;
		return (failure != null) ? new AssertionError(
				"The filter failed, and no assertion of the test has looked at it. If the test expects this failure,"
						+ " verify it: assertThat(filter).hasFailed(\"" + failure.reason() + "\")\n\nIn this test "
						+ failure + story())
				: null;
	}

	void tick() {
		plugin();
		int before = ticks();
		if (!this.time.advanceUntil(() -> ticks() > before)) {
			throw new IllegalStateException("The filter has not set a tick period");
		}
	}

	private int ticks() {
		return this.trace.calls("proxy_on_tick").size();
	}

	FailureLog failures() {
		return this.failures;
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

	SimulatedCallouts callouts() {
		return this.callouts;
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
