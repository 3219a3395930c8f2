package io.gatewaywasm.tck.trace;

import java.util.HashMap;
import java.util.Map;

/**
 * Translates the context ids that a proxy chooses into names: {@code root}, and {@code
 * #1}, {@code #2}, … for streams, as the driver guest numbers them.
 */
final class ContextNames {

	private final Map<String, String> streams = new HashMap<>();

	private String root = "";

	/** Starts over after the VM with this root context has been configured. */
	void configured(String id) {
		this.root = id;
		this.streams.clear();
	}

	void created(String id, String parent) {
		this.root = parent;
		this.streams.put(id, "#" + (this.streams.size() + 1));
	}

	String of(String id) {
		return this.streams.getOrDefault(id, id.equals(this.root) ? "root" : id);
	}

}
