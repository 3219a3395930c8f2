package io.gatewaywasm.tck.proxy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Lines that guests have logged, by plugin. Thread-safe.
 */
public final class GuestLog {

	private final Map<String, List<String>> lines = new ConcurrentHashMap<>();

	/**
	 * Adds a line.
	 * @param plugin the plugin whose guest logged the line
	 * @param line the line
	 */
	public void add(String plugin, String line) {
		List<String> list = this.lines.computeIfAbsent(plugin, (key) -> new ArrayList<>());
		synchronized (list) {
			list.add(line);
		}
	}

	/**
	 * Returns a copy of the lines of a plugin.
	 * @return the lines in order
	 */
	public List<String> of(String plugin) {
		List<String> list = this.lines.getOrDefault(plugin, List.of());
		synchronized (list) {
			return List.copyOf(list);
		}
	}

}
