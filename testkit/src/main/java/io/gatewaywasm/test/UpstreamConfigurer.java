package io.gatewaywasm.test;

import java.util.function.Function;

import io.gatewaywasm.test.callout.GrpcCallResponse;
import io.gatewaywasm.test.callout.GrpcCallout;
import io.gatewaywasm.test.callout.HttpCallResponse;
import io.gatewaywasm.test.callout.HttpCallout;
import io.gatewaywasm.test.callout.RedisCallout;
import io.gatewaywasm.test.callout.RedisReply;
import org.jspecify.annotations.Nullable;

/**
 * Methods that declare the upstreams that a filter under test can call.
 *
 * @param <T> the type that the methods return, for method chaining
 */
abstract class UpstreamConfigurer<T extends UpstreamConfigurer<T>> {

	/** Returns the settings that can currently be changed. */
	abstract FilterSettings settings();

	/** Returns the run of the current test, if it has started. */
	abstract @Nullable FilterRun runIfAny();

	abstract T self();

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
			current.callouts().http().declare(name, responses);
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
			current.callouts().grpc().declare(name, responses);
		}
		else {
			settings().grpcUpstreams().put(name, responses);
		}
		return self();
	}

	/**
	 * Declares a Redis server, for whose callouts the test responds with
	 * {@link RedisCallout#respond}.
	 * @param name the name by which the filter calls it
	 * @return this filter
	 */
	public T redisUpstream(String name) {
		return redisUpstream(name, (call) -> null);
	}

	/**
	 * Declares a Redis server.
	 * @param name the name by which the filter calls it
	 * @param replies returns the reply to a callout, or {@code null} to let the test
	 * respond
	 * @return this filter
	 */
	public T redisUpstream(String name, Function<RedisCallout, @Nullable RedisReply> replies) {
		FilterRun current = runIfAny();
		if (current != null) {
			current.callouts().redis().declare(name, replies);
		}
		else {
			settings().redisUpstreams().put(name, replies);
		}
		return self();
	}

}
