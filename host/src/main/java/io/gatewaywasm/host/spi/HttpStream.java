package io.gatewaywasm.host.spi;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;

import io.gatewaywasm.host.abi.HeaderMap;
import io.gatewaywasm.host.abi.MapType;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP exchange as the gateway shows it to the host. Its methods, {@link #executor()}
 * apart, are called by the thread that is inside the stream's VM, one at a time, and must
 * not block.
 */
public interface HttpStream {

	/**
	 * Return a live view of the exchange's headers or trailers. Which maps a guest may
	 * see or change in which phase is the host's business, not the gateway's.
	 * @param type one of the request and response map types
	 * @return the map or {@code null} if the exchange does not have it (yet)
	 */
	@Nullable HeaderMap headers(MapType type);

	/**
	 * Return a property of the exchange by its Envoy path, for example
	 * {@code request.path}. Plugin properties and those that a guest has set are the
	 * host's.
	 * @param path the segments of the path
	 * @return a {@code String}, {@code byte[]}, {@code Long}, {@code Double},
	 * {@code Boolean}, {@code Duration}, {@code Instant}, {@code Map} of strings,
	 * {@code HeaderMap}, or {@code null} if it does not exist at this time
	 */
	@Nullable Object property(List<String> path);

	/**
	 * Take note of a property that a guest has set, so that other filters and logs of the
	 * gateway can see it.
	 * @param path the segments of the path
	 * @param value the value
	 */
	void propertySet(List<String> path, byte[] value);

	/**
	 * Returns whether the guest may see bodies and not change them, because their length
	 * has been sent already.
	 * @return whether a change gets {@code BAD_ARGUMENT}
	 */
	default boolean isBodyReadOnly() {
		return false;
	}

	/**
	 * Choose the route again with the request as it is now, where the gateway can.
	 */
	void clearRouteCache();

	/**
	 * Act on a decision that no phase asked for: the filter replies or resets while the
	 * gateway waits for something else, such as the upstream. Called on
	 * {@link #executor()}; ignored if the exchange is over.
	 * @param decision a {@link Decision.Reply} or a {@link Decision.Reset}
	 */
	void interrupt(Decision decision);

	/**
	 * Return facts for the log lines that a guest writes for this stream, for example its
	 * route.
	 * @return keys and values for a logging context
	 */
	Map<String, String> logContext();

	/**
	 * Return where decisions that come later than the call that asked for them are
	 * delivered, normally the event loop of the client's connection. Thread-safe.
	 * @return an executor that runs tasks in order
	 */
	Executor executor();

}
