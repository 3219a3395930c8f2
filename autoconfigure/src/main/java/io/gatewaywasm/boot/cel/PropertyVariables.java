package io.gatewaywasm.boot.cel;

import java.util.AbstractMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import io.gatewaywasm.host.spi.ForeignCall;
import org.jspecify.annotations.Nullable;

/**
 * Makes properties available as variables of expressions. For example, {@code
 * request.path} is the field {@code path} of the variable {@code request}. Each property
 * is looked up when it is used.
 */
final class PropertyVariables {

	/** Names that stand for a group of properties. */
	private static final Set<String> GROUPS = Set.of("connection", "destination", "filter_state", "metadata", "node",
			"request", "response", "source", "upstream", "upstream_filter_state", "xds");

	private PropertyVariables() {
	}

	static Optional<Object> find(ForeignCall call, String name) {
		if (GROUPS.contains(name)) {
			return Optional.of(new Group(call, name));
		}
		return Optional.ofNullable(call.property(List.of(name))).map(CelValues::toCel);
	}

	/** A group of properties. Its fields can be looked up by name but not listed. */
	private static final class Group extends AbstractMap<String, Object> {

		private final ForeignCall call;

		private final String name;

		private Group(ForeignCall call, String name) {
			this.call = call;
			this.name = name;
		}

		@Override
		public boolean containsKey(Object key) {
			return get(key) != null;
		}

		@Override
		public @Nullable Object get(Object key) {
			Object value = this.call.property(List.of(this.name, String.valueOf(key)));
			return (value != null) ? CelValues.toCel(value) : null;
		}

		@Override
		public Set<Map.Entry<String, Object>> entrySet() {
			return Set.of();
		}

	}

}
