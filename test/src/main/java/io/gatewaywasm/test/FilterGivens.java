package io.gatewaywasm.test;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.function.Consumer;
import java.util.function.Function;

import io.gatewaywasm.host.abi.LogLevel;
import io.gatewaywasm.host.plugin.PluginSpec;
import io.gatewaywasm.host.spi.ForeignFunction;
import io.gatewaywasm.test.callout.GrpcAnswer;
import io.gatewaywasm.test.callout.GrpcCallout;
import io.gatewaywasm.test.callout.HttpAnswer;
import io.gatewaywasm.test.callout.HttpCallout;
import org.jspecify.annotations.Nullable;

/**
 * What a filter under test is given: its configuration, and the world around it.
 *
 * @param <T> the type that the methods return, to be called in a row
 */
abstract class FilterGivens<T extends FilterGivens<T>> {

	/** Return the settings that can be changed now. */
	abstract FilterSettings settings();

	/** Return the run of the current test, if it has begun. */
	abstract @Nullable FilterRun runIfAny();

	abstract T self();

	// --- What the filter is started with ------------------------------------------

	/**
	 * Set the plugin configuration (default: empty).
	 * @param text the configuration, which is handed over in UTF-8
	 * @return this filter
	 */
	public T configuration(String text) {
		return spec((spec) -> spec.configuration(text.getBytes(StandardCharsets.UTF_8)));
	}

	/**
	 * Set the VM configuration (default: empty).
	 * @param text the configuration, which is handed over in UTF-8
	 * @return this filter
	 */
	public T vmConfiguration(String text) {
		return spec((spec) -> spec.vmConfiguration(text.getBytes(StandardCharsets.UTF_8)));
	}

	/**
	 * Set the root id (default: empty).
	 * @param rootId the root id
	 * @return this filter
	 */
	public T rootId(String rootId) {
		return spec((spec) -> spec.rootId(rootId));
	}

	/**
	 * Set a variable of the environment that the filter sees (default: none).
	 * @param name the name
	 * @param value the value
	 * @return this filter
	 */
	public T environment(String name, String value) {
		settings().environment().put(name, value);
		return self();
	}

	/**
	 * Set anything else that a plugin can be made from.
	 * @param customizer sets it
	 * @return this filter
	 */
	public T spec(Consumer<PluginSpec.Builder> customizer) {
		settings().customize(customizer);
		return self();
	}

	/**
	 * Set a function that the filter can call.
	 * @param name the name
	 * @param function the function
	 * @return this filter
	 */
	public T foreignFunction(String name, ForeignFunction function) {
		settings().foreignFunctions().put(name, function);
		return self();
	}

	/**
	 * Set the lowest level that is logged (default: all).
	 * @param level the level, which the filter can ask for
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
	 * Set the time of day (default: the start of 2026 in UTC).
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
	 * Declare an upstream for HTTP calls whose answers the test gives by
	 * {@link HttpCallout#answer}.
	 * @param name the name by which the filter calls it
	 * @return this filter
	 */
	public T upstream(String name) {
		return upstream(name, (call) -> null);
	}

	/**
	 * Declare an upstream for HTTP calls.
	 * @param name the name by which the filter calls it
	 * @param answer what it answers to each call
	 * @return this filter
	 */
	public T upstream(String name, HttpAnswer answer) {
		return upstream(name, (call) -> answer);
	}

	/**
	 * Declare an upstream for HTTP calls.
	 * @param name the name by which the filter calls it
	 * @param answers what it answers to a call, {@code null} to leave it to the test
	 * @return this filter
	 */
	public T upstream(String name, Function<HttpCallout, @Nullable HttpAnswer> answers) {
		FilterRun current = runIfAny();
		if (current != null) {
			current.httpCallouts().declare(name, answers);
		}
		else {
			settings().httpUpstreams().put(name, answers);
		}
		return self();
	}

	/**
	 * Declare an upstream for gRPC calls whose answers the test gives by
	 * {@link GrpcCallout#answer}.
	 * @param name the name by which the filter calls it
	 * @return this filter
	 */
	public T grpcUpstream(String name) {
		return grpcUpstream(name, (call) -> null);
	}

	/**
	 * Declare an upstream for gRPC calls.
	 * @param name the name by which the filter calls it
	 * @param answer what it answers when the filter has ended its side
	 * @return this filter
	 */
	public T grpcUpstream(String name, GrpcAnswer answer) {
		return grpcUpstream(name, (call) -> answer);
	}

	/**
	 * Declare an upstream for gRPC calls.
	 * @param name the name by which the filter calls it
	 * @param answers what it answers when the filter has ended its side, {@code null} to
	 * leave it to the test
	 * @return this filter
	 */
	public T grpcUpstream(String name, Function<GrpcCallout, @Nullable GrpcAnswer> answers) {
		FilterRun current = runIfAny();
		if (current != null) {
			current.grpcCallouts().declare(name, answers);
		}
		else {
			settings().grpcUpstreams().put(name, answers);
		}
		return self();
	}

}
