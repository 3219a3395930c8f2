package io.gatewaywasm.host.spi;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;

import io.gatewaywasm.host.abi.HeaderMap;
import io.gatewaywasm.host.abi.HeaderPair;
import io.gatewaywasm.host.abi.MapType;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP exchange as the gateway presents it to the host. Methods are called by the
 * thread that is inside the stream's VM, one at a time, and must not block. Three methods
 * differ: {@link #endEarly} is called on the executor, {@link #logContext} and
 * {@link #executor()} by any thread.
 */
public interface HttpStream {

	/**
	 * Returns a live view of the exchange's headers or trailers. The host decides which
	 * maps a guest may read or change in each phase.
	 * @param type one of the request and response map types
	 * @return the map, or {@code null} if the exchange does not have it yet
	 */
	@Nullable HeaderMap headers(MapType type);

	/**
	 * Returns a property of the exchange by its Envoy path, for example {@code
	 * request.path}. The host itself provides properties of the plugin and those that
	 * guests have set.
	 * @param path the segments of the path
	 * @return a {@code String}, {@code byte[]}, {@code Long}, {@code Double}, {@code
	 * Boolean}, {@code Duration}, {@code Instant}, {@code Map} of strings, {@code
	 * HeaderMap}, or {@code null} if it does not exist at this time
	 */
	@Nullable Object property(List<String> path);

	/**
	 * Called when a guest has set a property, so that other filters and logs of the
	 * gateway can read it.
	 */
	void propertySet(List<String> path, byte[] value);

	/**
	 * Called when a guest has set a property that it has declared for the life of the
	 * client's connection. The default keeps it for the exchange.
	 */
	default void connectionPropertySet(List<String> path, byte[] value) {
		propertySet(path, value);
	}

	/**
	 * Returns whether guests may read bodies but not change them, because their length
	 * has already been sent. A change then returns {@code BAD_ARGUMENT}.
	 */
	default boolean isBodyReadOnly() {
		return false;
	}

	/**
	 * Returns the upstream of the stream's route, even if filters have changed the
	 * request. Returns {@code null} if guests cannot call it.
	 */
	default @Nullable RouteUpstream routeUpstream() {
		return null;
	}

	/**
	 * Returns the hosts of the upstream of the stream's route: the address of each, and
	 * facts about it in JSON. The list is empty if the gateway does not know them.
	 */
	default List<HeaderPair> upstreamHosts() {
		return List.of();
	}

	/**
	 * Sends the request to one of these hosts, regardless of a load balancer. Returns
	 * {@code false} if the address is not one of them.
	 */
	default boolean overrideUpstreamHost(String address) {
		return false;
	}

	/**
	 * Adds a tag to the span of the request. Returns {@code false} if the request has no
	 * span.
	 */
	default boolean tagSpan(String name, String value) {
		return false;
	}

	/**
	 * Returns the activity of the exchange, which all its streams share. The default is
	 * one for this stream alone. Called once, when the stream is opened.
	 */
	default BodyActivity bodyActivity() {
		return new BodyActivity();
	}

	/**
	 * Chooses the route again, based on the current request, if the gateway supports it.
	 */
	void clearRouteCache();

	/**
	 * Applies a decision outside of a phase: the filter sends a local response or resets
	 * while the gateway waits for something else, such as the upstream. Called on
	 * {@link #executor()}. Ignored if the exchange has ended.
	 * @param decision a {@link Decision.Respond} or a {@link Decision.Reset}
	 */
	void endEarly(Decision decision);

	/**
	 * Returns entries for the logging context of lines about this stream, for example the
	 * route: lines that a guest logs, and lines about its failure. Thread-safe.
	 */
	Map<String, String> logContext();

	/**
	 * Returns the executor that delivers decisions which are made later than the call
	 * that requested them, normally the event loop of the client's connection. It runs
	 * tasks in order. Thread-safe.
	 */
	Executor executor();

}
