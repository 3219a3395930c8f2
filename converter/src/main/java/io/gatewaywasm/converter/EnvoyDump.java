package io.gatewaywasm.converter;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;

import org.jspecify.annotations.Nullable;

/**
 * A dump of the configuration of a running proxy, as Envoy's {@code /config_dump} returns
 * it. It contains static listeners twice, and states of listeners and other resources
 * that the proxy does not use.
 */
final class EnvoyDump {

	private static final String TYPE = "/envoy.admin.v3.ListenersConfigDump";

	private static final Set<String> DYNAMIC_LISTENERS = Set.of("dynamic_listeners", "dynamicListeners");

	private static final Set<String> STATIC_LISTENERS = Set.of("static_listeners", "staticListeners");

	private static final Set<String> STATIC_RESOURCES = Set.of("static_resources", "staticResources");

	private static final Set<String> UNUSED_STATES = Set.of("warming_state", "warmingState", "draining_state",
			"drainingState", "error_state", "errorState");

	private final Conversion conversion;

	private final String file;

	EnvoyDump(Conversion conversion, String file) {
		this.conversion = conversion;
		this.file = file;
	}

	/**
	 * Returns a document that contains each listener in use once, at its path in the
	 * dump. Other documents are returned unchanged.
	 */
	Object inUse(Object document) {
		if (!(document instanceof Map<?, ?> map) || !(map.get("configs") instanceof List<?> sections)) {
			return document;
		}
		boolean hasListeners = sections.stream().anyMatch(EnvoyDump::isOfListeners);
		Map<String, @Nullable Object> dump = copy(map);
		dump.put("configs", replaceAll("configs", sections, (path, section) -> section(path, section, hasListeners)));
		return dump;
	}

	private static boolean isOfListeners(@Nullable Object section) {
		return section instanceof Map<?, ?> map && (String.valueOf(map.get("@type")).endsWith(TYPE)
				|| copy(map).keySet().stream().anyMatch(EnvoyDump::isListeners));
	}

	private static boolean isListeners(String key) {
		return DYNAMIC_LISTENERS.contains(key) || STATIC_LISTENERS.contains(key);
	}

	private Object section(String path, Map<String, @Nullable Object> section, boolean hasListeners) {
		section.replaceAll((key, value) -> {
			if (value instanceof List<?> list) {
				boolean isListener = DYNAMIC_LISTENERS.contains(key);
				return replaceAll(path + "." + key, list, (child, element) -> entry(child, element, isListener));
			}
			return (key.equals("bootstrap") && hasListeners) ? withoutListeners(value) : value;
		});
		// A dump of one resource has its entries instead of sections.
		return entry(path, section, String.valueOf(section.get("@type")).endsWith(TYPE + ".DynamicListener"));
	}

	private Object entry(String path, Map<String, @Nullable Object> entry, boolean isListener) {
		entry.keySet().removeAll(UNUSED_STATES);
		if (isListener && !entry.containsKey("active_state") && !entry.containsKey("activeState")) {
			this.conversion.note("%s: `%s` has no active state. Its filters are omitted.", this.file, path);
		}
		return entry;
	}

	/** The clusters stay, because a dump can be without its section of clusters. */
	private static @Nullable Object withoutListeners(@Nullable Object bootstrap) {
		if (!(bootstrap instanceof Map<?, ?> map)) {
			return bootstrap;
		}
		Map<String, @Nullable Object> changed = copy(map);
		changed.replaceAll((key, value) -> {
			if (!STATIC_RESOURCES.contains(key) || !(value instanceof Map<?, ?> resources)) {
				return value;
			}
			Map<String, @Nullable Object> others = copy(resources);
			others.remove("listeners");
			return others;
		});
		return changed;
	}

	private static List<?> replaceAll(String path, List<?> list,
			BiFunction<String, Map<String, @Nullable Object>, Object> replacement) {
		List<@Nullable Object> changed = new ArrayList<>();
		for (int index = 0; index < list.size(); index++) {
			Object element = list.get(index);
			changed.add((element instanceof Map<?, ?> map)
					? replacement.apply("%s[%d]".formatted(path, index), copy(map)) : element);
		}
		return changed;
	}

	private static Map<String, @Nullable Object> copy(Map<?, ?> map) {
		Map<String, @Nullable Object> copy = new LinkedHashMap<>();
		map.forEach((key, value) -> copy.put(String.valueOf(key), value));
		return copy;
	}

}
