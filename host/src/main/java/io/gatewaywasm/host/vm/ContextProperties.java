package io.gatewaywasm.host.vm;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

import io.gatewaywasm.host.abi.PropertyEncoding;
import io.gatewaywasm.host.abi.Status;
import io.gatewaywasm.host.abi.StatusException;
import io.gatewaywasm.host.spi.PropertyDeclaration;
import org.jspecify.annotations.Nullable;

/**
 * Properties of the effective context, looked up as Envoy does: the stream's attributes,
 * then the plugin's, then what filters have set.
 */
final class ContextProperties {

	private static final int MAX_PROPERTIES = 1000;

	private static final PropertyDeclaration UNDECLARED = new PropertyDeclaration(false, false);

	private final Vm vm;

	ContextProperties(Vm vm) {
		this.vm = vm;
	}

	byte @Nullable [] get(List<String> path) {
		Object value = find(path);
		return (value != null) ? PropertyEncoding.encode(value) : null;
	}

	/**
	 * Return a property that is not encoded yet.
	 * @param path the segments of the path
	 * @return the value, a string if the plugin has declared it so
	 */
	@Nullable Object value(List<String> path) {
		Object value = find(path);
		return (value instanceof byte[] bytes && declaration(path).text()) ? new String(bytes, StandardCharsets.UTF_8)
				: value;
	}

	private @Nullable Object find(List<String> path) {
		Context context = this.vm.effective();
		if (context == null || path.isEmpty()) {
			return null;
		}
		if (path.size() == 1) {
			String own = ofPlugin(context, path.get(0));
			if (own != null) {
				return own;
			}
		}
		if (context instanceof StreamContext stream) {
			Object value = stream.httpStream().property(path);
			if (value != null) {
				return value;
			}
		}
		return context.root().properties().get(key(path));
	}

	private @Nullable String ofPlugin(Context context, String name) {
		return switch (name) {
			case "plugin_name" -> context.root().spec().name();
			case "plugin_root_id" -> context.root().spec().rootId();
			case "plugin_vm_id" -> this.vm.spec().vmId();
			default -> null;
		};
	}

	void set(List<String> path, byte[] value) {
		if (declaration(path).readOnly() && find(path) != null) {
			throw StatusException.of(Status.BAD_ARGUMENT);
		}
		if (this.vm.effective() instanceof StreamContext stream) {
			check(stream.addProperty((long) key(path).length() + value.length));
			stream.httpStream().propertySet(path, value);
		}
		else if (this.vm.effective() instanceof RootContext root) {
			Map<String, byte[]> properties = root.properties();
			String key = key(path);
			long others = properties.entrySet()
				.stream()
				.filter((entry) -> !entry.getKey().equals(key))
				.mapToLong((entry) -> entry.getKey().length() + entry.getValue().length)
				.sum();
			check(others + key.length() + value.length <= this.vm.spec().sizes().properties()
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
		Context context = this.vm.effective();
		return (context != null) ? context.root().declaredProperties().getOrDefault(key(path), UNDECLARED) : UNDECLARED;
	}

	private static String key(List<String> path) {
		return String.join("\0", path);
	}

}
