package io.gatewaywasm.test;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;

import io.gatewaywasm.host.abi.LogLevel;
import io.gatewaywasm.host.plugin.PluginSpec;
import io.gatewaywasm.host.spi.ForeignFunction;

/**
 * Methods that configure a filter under test: its configuration and its environment.
 *
 * @param <T> the type that the methods return, for method chaining
 */
abstract class FilterConfigurer<T extends FilterConfigurer<T>> extends UpstreamConfigurer<T> {

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
		return spec((spec) -> spec.vm((vm) -> vm.withConfiguration(text.getBytes(StandardCharsets.UTF_8))));
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
	 * Sets a secret of the application that the filter may read (default: none).
	 * @param name the name
	 * @param value the value
	 * @return this filter
	 */
	public T secret(String name, String value) {
		settings().secrets().put(name, value);
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

}
