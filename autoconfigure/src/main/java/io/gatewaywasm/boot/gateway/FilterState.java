package io.gatewaywasm.boot.gateway;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.gatewaywasm.boot.gateway.attributes.FilterValues;
import org.jspecify.annotations.Nullable;

import org.springframework.web.server.ServerWebExchange;

/**
 * The values that filters of an exchange set with {@code proxy_set_property}. Predicates
 * and filters written in Java read them here, and can set values that guests read with
 * {@code proxy_get_property}. An attribute of the gateway with the same name takes
 * precedence.
 * <p>
 * A name is a path of segments. If a guest sets {@code tenant}, read it with {@code
 * text("tenant")}. If it sets {@code tenant} with {@code set_envoy_filter_state}, read it
 * with {@code text("filter_state", "tenant")}. Guests can change all values. Thread-safe.
 *
 * @since 0.1.0
 */
public final class FilterState {

	/** The exchange attribute that holds the values. */
	public static final String ATTRIBUTE = "io.gatewaywasm.filter-state";

	private static final int MAX_VALUES = 1000;

	/** The values in the form that guests read and set. */
	static final FilterValues VALUES = new FilterValues() {

		@Override
		public byte @Nullable [] get(ServerWebExchange exchange, String key) {
			FilterState state = exchange.getAttribute(ATTRIBUTE);
			return (state != null) ? state.values.get(key) : null;
		}

		@Override
		public boolean put(ServerWebExchange exchange, String key, byte[] value) {
			return of(exchange).put(key, value);
		}

	};

	private final Map<String, byte[]> values = new ConcurrentHashMap<>();

	private FilterState() {
	}

	/**
	 * Returns the values of an exchange.
	 * @param exchange the exchange
	 * @return the values, stored in the exchange attribute {@link #ATTRIBUTE}
	 */
	public static FilterState of(ServerWebExchange exchange) {
		return (FilterState) exchange.getAttributes().computeIfAbsent(ATTRIBUTE, (name) -> new FilterState());
	}

	/**
	 * Returns a value as bytes.
	 * @param path the segments of the name
	 * @return a copy of the value, or {@code null} if it is not set
	 */
	public byte @Nullable [] get(String... path) {
		byte[] value = this.values.get(key(path));
		return (value != null) ? value.clone() : null;
	}

	/**
	 * Returns a value as text.
	 * @param path the segments of the name
	 * @return the value decoded as UTF-8, or {@code null} if it is not set
	 */
	public @Nullable String text(String... path) {
		byte[] value = this.values.get(key(path));
		return (value != null) ? new String(value, StandardCharsets.UTF_8) : null;
	}

	/**
	 * Sets a value to text, which guests read as UTF-8.
	 * @param name the name, a single segment
	 * @param value the text
	 * @throws IllegalStateException if the exchange already has 1000 values
	 */
	public void set(String name, String value) {
		set(value.getBytes(StandardCharsets.UTF_8), name);
	}

	/**
	 * Sets a value.
	 * @param value the value
	 * @param path the segments of the name
	 * @throws IllegalStateException if the exchange already has 1000 values
	 */
	public void set(byte[] value, String... path) {
		if (!put(key(path), value.clone())) {
			throw new IllegalStateException(
					"An exchange can have %d values of filter state. Remove some before adding '%s'."
						.formatted(MAX_VALUES, String.join(".", path)));
		}
	}

	/**
	 * Removes a value.
	 * @param path the segments of the name
	 */
	public void remove(String... path) {
		this.values.remove(key(path));
	}

	/**
	 * Stores the value without copying it. Returns {@code false} if the exchange has the
	 * maximum number of values. The key's segments are separated by NUL.
	 */
	private boolean put(String key, byte[] value) {
		if (this.values.size() >= MAX_VALUES && !this.values.containsKey(key)) {
			return false;
		}
		this.values.put(key, value);
		return true;
	}

	private static String key(String... path) {
		return String.join("\0", path);
	}

}
