package io.gatewaywasm.test;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;
import java.util.function.Function;

import io.gatewaywasm.host.abi.LogLevel;
import io.gatewaywasm.host.plugin.PluginSpec;
import io.gatewaywasm.host.spi.ForeignFunction;
import io.gatewaywasm.test.callout.GrpcCallResponse;
import io.gatewaywasm.test.callout.GrpcCallout;
import io.gatewaywasm.test.callout.HttpCallResponse;
import io.gatewaywasm.test.callout.HttpCallout;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a filter under test: its configuration and its environment.
 *
 * @param <T> the type that the methods return, for method chaining
 */
abstract class FilterGivens<T extends FilterGivens<T>> {

	/** Returns the settings that can currently be changed. */
	abstract FilterSettings settings();

	/** Returns the run of the current test, if it has started. */
	abstract @Nullable FilterRun runIfAny();

	abstract T self();

	// --- Settings of the filter ---------------------------------------------------

	/**
	 * Sets the configuration of the plugin (default: empty).
	 * @param text the configuration, encoded as UTF-8
	 * @return this filter
	 */
	public T configuration(String text) {
		return spec((spec) -> spec.configuration(text.getBytes(StandardCharsets.UTF_8)));
	}

	/**
	 * Sets the configuration of the VM (default: empty).
	 * @param text the configuration, encoded as UTF-8
	 * @return this filter
	 */
	public T vmConfiguration(String text) {
		return spec((spec) -> spec.vmConfiguration(text.getBytes(StandardCharsets.UTF_8)));
	}

	/**
	 * Sets the root id (default: empty).
	 * @param rootId the root id
	 * @return this filter
	 */
	public T rootId(String rootId) {
		return spec((spec) -> spec.rootId(rootId));
	}

	/**
	 * Sets an environment variable of the filter (default: none).
	 * @param name the name
	 * @param value the value
	 * @return this filter
	 */
	public T environment(String name, String value) {
		settings().environment().put(name, value);
		return self();
	}

	/**
	 * Sets any other property of the plugin's specification.
	 * @param customizer changes the specification
	 * @return this filter
	 */
	public T spec(Consumer<PluginSpec.Builder> customizer) {
		settings().customize(customizer);
		return self();
	}

	/**
	 * Limits the calls between the filter and its host (default: no limit). A filter that
	 * exceeds the limit fails.
	 * @param calls the maximum number of calls in both directions
	 * @param time the maximum time after the first call at which another one may start,
	 * in real time
	 * @return this filter
	 */
	public T bound(int calls, Duration time) {
		settings().bound(calls, time);
		return self();
	}

	/**
	 * Adds a foreign function that the filter can call.
	 * @param name the name
	 * @param function the function
	 * @return this filter
	 */
	public T foreignFunction(String name, ForeignFunction function) {
		settings().foreignFunctions().put(name, function);
		return self();
	}

	/**
	 * Sets the lowest enabled log level (default: all levels).
	 * @param level the level, which the filter can read
	 * @return this filter
	 */
	public T logLevel(LogLevel level) {
		FilterRun current = runIfAny();
		if (current != null) {
			current.logger().setLevel(level);
		}
		else {
			settings().logLevel(level);
		}
		return self();
	}

	/**
	 * Sets the time of day (default: the start of 2026 in UTC).
	 * @param now the time of day
	 * @return this filter
	 */
	public T time(Instant now) {
		FilterRun current = runIfAny();
		if (current != null) {
			current.time().setTo(now);
		}
		else {
			settings().start(now);
		}
		return self();
	}

	// --- Upstreams ----------------------------------------------------------------

	/**
	 * Declares an upstream for HTTP callouts, to which the test responds with
	 * {@link HttpCallout#respond}.
	 * @param name the name by which the filter calls it
	 * @return this filter
	 */
	public T upstream(String name) {
		return upstream(name, (call) -> null);
	}

	/**
	 * Declares an upstream for HTTP callouts with a fixed response.
	 * @param name the name by which the filter calls it
	 * @param response the response to each callout
	 * @return this filter
	 */
	public T upstream(String name, HttpCallResponse response) {
		return upstream(name, (call) -> response);
	}

	/**
	 * Declares an upstream for HTTP callouts.
	 * @param name the name by which the filter calls it
	 * @param responses returns the response to a callout, or {@code null} to let the test
	 * respond
	 * @return this filter
	 */
	public T upstream(String name, Function<HttpCallout, @Nullable HttpCallResponse> responses) {
		FilterRun current = runIfAny();
		if (current != null) {
			current.httpCallouts().declare(name, responses);
		}
		else {
			settings().httpUpstreams().put(name, responses);
		}
		return self();
	}

	/**
	 * Declares an upstream for gRPC callouts, to which the test responds with
	 * {@link GrpcCallout#respond}.
	 * @param name the name by which the filter calls it
	 * @return this filter
	 */
	public T grpcUpstream(String name) {
		return grpcUpstream(name, (call) -> null);
	}

	/**
	 * Declares an upstream for gRPC callouts with a fixed response.
	 * @param name the name by which the filter calls it
	 * @param response the response, sent when the filter has closed its side
	 * @return this filter
	 */
	public T grpcUpstream(String name, GrpcCallResponse response) {
		return grpcUpstream(name, (call) -> response);
	}

	/**
	 * Declares an upstream for gRPC callouts.
	 * @param name the name by which the filter calls it
	 * @param responses returns the response when the filter has closed its side, or
	 * {@code
	 * null} to let the test respond
	 * @return this filter
	 */
	public T grpcUpstream(String name, Function<GrpcCallout, @Nullable GrpcCallResponse> responses) {
		FilterRun current = runIfAny();
		if (current != null) {
			current.grpcCallouts().declare(name, responses);
		}
		else {
			settings().grpcUpstreams().put(name, responses);
		}
		return self();
	}

}
