package io.gatewaywasm.host.vm;

import java.util.HashMap;
import java.util.Map;

import io.gatewaywasm.host.spi.CopyableData;
import io.gatewaywasm.host.spi.PropertyDeclaration;

/**
 * A snapshot of the data that the host keeps for a root context.
 */
record RootData(Map<String, byte[]> properties, Map<String, PropertyDeclaration> declarations,
		Map<Class<?>, Object> foreignData) {

	static final RootData EMPTY = new RootData(Map.of(), Map.of(), Map.of());

	static RootData copy(Map<String, byte[]> properties, Map<String, PropertyDeclaration> declarations,
			Map<Class<?>, Object> foreignData) {
		return new RootData(Map.copyOf(properties), Map.copyOf(declarations), copy(foreignData));
	}

	private static Map<Class<?>, Object> copy(Map<Class<?>, Object> data) {
		Map<Class<?>, Object> copy = new HashMap<>();
		data.forEach((type, value) -> copy.put(type, (value instanceof CopyableData kept) ? kept.copy() : value));
		return copy;
	}

	/** Restores the content of the live maps. */
	void restore(Map<String, byte[]> liveProperties, Map<String, PropertyDeclaration> liveDeclarations,
			Map<Class<?>, Object> liveData) {
		restore(liveProperties, this.properties);
		restore(liveDeclarations, this.declarations);
		if (!liveData.isEmpty()) {
			restore(liveData, copy(this.foreignData));
		}
	}

	private static <K, V> void restore(Map<K, V> live, Map<K, V> before) {
		if (!live.isEmpty() || !before.isEmpty()) {
			live.clear();
			live.putAll(before);
		}
	}

}
