package io.gatewaywasm.boot.gateway.message;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.gatewaywasm.host.abi.FramingHeaders;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;

/**
 * The original values of the response headers that filters have changed, so that the
 * changes can be undone if a local response replaces the response.
 */
public final class HeaderChanges {

	private @Nullable Map<String, List<String>> before;

	private volatile boolean ended;

	/** Ignores all later changes by guests, because another response is being sent. */
	public void end() {
		this.ended = true;
	}

	boolean areEnded() {
		return this.ended;
	}

	/** Records the values of a header that a filter is about to change. */
	public void note(HttpHeaders headers, String name) {
		Map<String, List<String>> noted = noted();
		if (!noted.containsKey(name)) {
			noted.put(name, PortableHeaders.values(headers, name));
		}
	}

	/** Records the values of all headers, which a filter is about to replace. */
	void noteAll(HttpHeaders headers) {
		Map<String, List<String>> noted = noted();
		headers.headerSet().forEach((entry) -> {
			if (!FramingHeaders.owns(entry.getKey())) {
				noted.putIfAbsent(entry.getKey(), List.copyOf(entry.getValue()));
			}
		});
	}

	private Map<String, List<String>> noted() {
		Map<String, List<String>> noted = this.before;
		if (noted == null) {
			noted = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
			this.before = noted;
		}
		return noted;
	}

	/** Restores the recorded values. */
	public void undo(HttpHeaders headers) {
		Map<String, List<String>> noted = this.before;
		this.before = null;
		if (noted != null) {
			noted.forEach((name, values) -> {
				PortableHeaders.remove(headers, name);
				values.forEach((value) -> PortableHeaders.add(headers, name, value));
			});
		}
	}

}
