package io.gatewaywasm.host.vm.hostcall;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.gatewaywasm.host.abi.PropertyEncoding;
import io.gatewaywasm.host.abi.Status;
import io.gatewaywasm.host.abi.StatusException;
import io.gatewaywasm.host.abi.StreamType;
import io.gatewaywasm.host.imports.HostProperties;
import io.gatewaywasm.host.spi.PropertyDeclaration;
import org.jspecify.annotations.Nullable;

/**
 * Properties of the effective context, looked up in the same order as in Envoy: the
 * stream's attributes, then the plugin's, then those that filters have set.
 */
final class ContextProperties implements HostProperties {

	private static final int MAX_PROPERTIES = 1000;

	/** The groups of a stream's attributes, which cannot be encoded as a whole. */
	private static final Set<String> GROUPS = Set.of("request", "response", "connection", "upstream", "source",
			"destination", "xds", "filter_state", "upstream_filter_state");

	/** The attributes of a request that are taken from its headers. */
	private static final Set<String> OF_REQUEST_HEADERS = Set.of("path", "url_path", "host", "scheme", "method",
			"headers", "referer", "useragent", "id", "query");

	private static final PropertyDeclaration UNDECLARED = new PropertyDeclaration(false, false, false);

	private final VmScope vm;

	private final ControlProperties controls;

	ContextProperties(VmScope vm, ControlProperties controls) {
		this.vm = vm;
		this.controls = controls;
	}

	@Override
	public byte @Nullable [] property(List<String> path) {
		Object value = find(path);
		return (value != null) ? PropertyEncoding.encode(value) : null;
	}

	/**
	 * Returns the value of a property before encoding, as a string if the plugin has
	 * declared it so.
	 */
	@Nullable Object value(List<String> path) {
		Object value = find(path);
		return (value instanceof byte[] bytes && declaration(path).text()) ? new String(bytes, StandardCharsets.UTF_8)
				: value;
	}

	private @Nullable Object find(List<String> path) {
		ContextScope context = this.vm.effective();
		if (context == null || path.isEmpty()) {
			return null;
		}
		if (path.size() == 1) {
			Object own = ofPlugin(context, path.get(0));
			if (own != null) {
				return own;
			}
		}
		StreamScope stream = context.stream();
		if (stream != null) {
			Object value = isEarly(path, stream) ? null : stream.httpStream().property(path);
			if (value != null) {
				return value;
			}
			if (path.size() == 1 && isGroup(path.get(0), stream)) {
				throw StatusException.of(Status.SERIALIZATION_FAILURE);
			}
		}
		boolean readable = path.size() == 1 || path.get(0).equals("filter_state");
		return readable ? context.root().properties().get(key(path)) : null;
	}

	/**
	 * Returns whether a property is taken from request headers that were not shown to the
	 * guest yet. As in Envoy, it does not exist while the context is created.
	 */
	private static boolean isEarly(List<String> path, StreamScope stream) {
		return path.size() > 1 && path.get(0).equals("request") && OF_REQUEST_HEADERS.contains(path.get(1))
				&& !stream.isLogging() && !stream.message(StreamType.HTTP_REQUEST).isStarted();
	}

	/** Returns whether a name is a group, which for the upstream needs a response. */
	private static boolean isGroup(String name, StreamScope stream) {
		return GROUPS.contains(name)
				&& (!name.equals("upstream_filter_state") || stream.message(StreamType.HTTP_RESPONSE).isStarted());
	}

	private @Nullable Object ofPlugin(ContextScope context, String name) {
		return switch (name) {
			case "plugin_name" -> context.root().name();
			case "plugin_root_id" -> context.root().rootId();
			case "plugin_vm_id" -> this.vm.settings().vm().id();
			case "plugin_vm_memory" -> this.vm.memory();
			default -> null;
		};
	}

	/**
	 * {@inheritDoc} As in Envoy, a path with several segments is accepted and stored
	 * under one joined name, which no guest can read.
	 */
	@Override
	public void setProperty(List<String> path, byte[] value) {
		this.vm.outside(() -> setByGuest(path, value));
	}

	private void setByGuest(List<String> path, byte[] value) {
		set((path.size() > 1) ? List.of(key(path)) : path, value);
		ContextScope context = this.vm.effective();
		if (context != null && path.size() == 1) {
			this.controls.set(context.stream(), path.get(0), value);
		}
	}

	void set(List<String> path, byte[] value) {
		PropertyDeclaration declaration = declaration(path);
		if (declaration.readOnly() && find(path) != null) {
			throw StatusException.of(Status.BAD_ARGUMENT);
		}
		ContextScope context = this.vm.effective();
		if (context == null) {
			return;
		}
		StreamScope stream = context.stream();
		if (stream != null) {
			check(stream.bounds().addProperty((long) key(path).length() + value.length));
			if (declaration.forConnection()) {
				stream.httpStream().connectionPropertySet(path, value);
			}
			else {
				stream.httpStream().propertySet(path, value);
			}
		}
		else {
			Map<String, byte[]> properties = context.root().properties();
			String key = key(path);
			long others = properties.entrySet()
				.stream()
				.filter((entry) -> !entry.getKey().equals(key))
				.mapToLong((entry) -> entry.getKey().length() + entry.getValue().length)
				.sum();
			check(others + key.length() + value.length <= this.vm.settings().sizes().properties()
					&& (properties.size() < MAX_PROPERTIES || properties.containsKey(key)));
			properties.put(key, value);
		}
	}

	private static void check(boolean allowed) {
		if (!allowed) {
			throw StatusException.of(Status.BAD_ARGUMENT);
		}
	}

	private PropertyDeclaration declaration(List<String> path) {
		ContextScope context = this.vm.effective();
		return (context != null) ? context.root().declaredProperties().getOrDefault(key(path), UNDECLARED) : UNDECLARED;
	}

	private static String key(List<String> path) {
		return String.join("\0", path);
	}

}
