package io.gatewaywasm.tck.exchange;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The requests that one upstream received, in the order in which they began. Thread-safe.
 */
final class RecordedRequests {

	private final List<Map<String, String>> facts = new ArrayList<>();

	/** Records that a request has begun and returns its slot. */
	synchronized int begin() {
		this.facts.add(Map.of("end", "open"));
		return this.facts.size() - 1;
	}

	/** Records a request, unless its run is over. */
	void record(int slot, HttpMessage request, Map<String, String> more) {
		Map<String, String> all = request.facts(Bytes.escape(request.startLine()));
		all.putAll(more);
		synchronized (this) {
			if (slot < this.facts.size()) {
				this.facts.set(slot, all);
			}
		}
	}

	/** Returns the requests recorded since the last call. */
	synchronized List<Map<String, String>> take() {
		List<Map<String, String>> taken = List.copyOf(this.facts);
		this.facts.clear();
		return taken;
	}

}
