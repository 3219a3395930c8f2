package io.gatewaywasm.test;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

import io.gatewaywasm.host.abi.LogLevel;
import io.gatewaywasm.host.plugin.PluginSpec;
import io.gatewaywasm.host.spi.ForeignFunction;
import io.gatewaywasm.test.callout.GrpcCallResponse;
import io.gatewaywasm.test.callout.GrpcCallout;
import io.gatewaywasm.test.callout.HttpCallResponse;
import io.gatewaywasm.test.callout.HttpCallout;
import io.gatewaywasm.test.callout.RedisCallout;
import io.gatewaywasm.test.callout.RedisReply;
import io.gatewaywasm.test.trace.CallBound;
import org.jspecify.annotations.Nullable;

/**
 * The values that a {@link FilterConfigurer} has collected: those of all tests of a
 * class, or a copy for one of them.
 */
final class FilterSettings {

	private final Map<String, String> environment = new LinkedHashMap<>();

	private final Map<String, Function<HttpCallout, @Nullable HttpCallResponse>> httpUpstreams = new LinkedHashMap<>();

	private final Map<String, Function<GrpcCallout, @Nullable GrpcCallResponse>> grpcUpstreams = new LinkedHashMap<>();

	private final Map<String, Function<RedisCallout, @Nullable RedisReply>> redisUpstreams = new LinkedHashMap<>();

	private final Map<String, String> secrets = new LinkedHashMap<>();

	private final Map<String, ForeignFunction> foreignFunctions = new LinkedHashMap<>();

	private final List<Consumer<PluginSpec.Builder>> customizers = new ArrayList<>();

	private LogLevel logLevel = LogLevel.TRACE;

	private Supplier<CallBound> bound = CallBound::none;

	private Instant start = Instant.parse("2026-01-01T00:00:00Z");

	FilterSettings copy() {
		FilterSettings copy = new FilterSettings();
		copy.environment.putAll(this.environment);
		copy.httpUpstreams.putAll(this.httpUpstreams);
		copy.grpcUpstreams.putAll(this.grpcUpstreams);
		copy.redisUpstreams.putAll(this.redisUpstreams);
		copy.secrets.putAll(this.secrets);
		copy.foreignFunctions.putAll(this.foreignFunctions);
		copy.customizers.addAll(this.customizers);
		copy.logLevel = this.logLevel;
		copy.bound = this.bound;
		copy.start = this.start;
		return copy;
	}

	void customize(Consumer<PluginSpec.Builder> customizer) {
		this.customizers.add(customizer);
	}

	/**
	 * Applies the settings in the order in which they were made, so that the last one
	 * takes effect.
	 */
	PluginSpec apply(PluginSpec.Builder spec) {
		this.customizers.forEach((customizer) -> customizer.accept(spec));
		if (!this.environment.isEmpty()) {
			spec.vm((vm) -> vm.withEnvironment(this.environment));
		}
		if (!this.secrets.isEmpty()) {
			spec.vm((vm) -> vm.withSecrets(this.secrets.keySet()));
		}
		return spec.build();
	}

	Map<String, String> environment() {
		return this.environment;
	}

	Map<String, Function<HttpCallout, @Nullable HttpCallResponse>> httpUpstreams() {
		return this.httpUpstreams;
	}

	Map<String, Function<GrpcCallout, @Nullable GrpcCallResponse>> grpcUpstreams() {
		return this.grpcUpstreams;
	}

	Map<String, Function<RedisCallout, @Nullable RedisReply>> redisUpstreams() {
		return this.redisUpstreams;
	}

	Map<String, String> secrets() {
		return this.secrets;
	}

	Map<String, ForeignFunction> foreignFunctions() {
		return this.foreignFunctions;
	}

	LogLevel logLevel() {
		return this.logLevel;
	}

	void logLevel(LogLevel level) {
		this.logLevel = level;
	}

	/** Returns the limit of calls for one run. */
	CallBound bound() {
		return this.bound.get();
	}

	void bound(int calls, Duration time) {
		this.bound = () -> CallBound.of(calls, time);
	}

	Instant start() {
		return this.start;
	}

	void start(Instant now) {
		this.start = now;
	}

}
