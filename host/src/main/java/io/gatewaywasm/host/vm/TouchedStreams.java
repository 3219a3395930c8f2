package io.gatewaywasm.host.vm;

import java.util.ArrayList;
import java.util.List;

/**
 * The streams of which a guest asked something by a host call, perhaps in a callback of
 * another context. Each is settled when the callback has returned. Used inside the VM
 * only.
 */
final class TouchedStreams {

	private final List<StreamContext> streams = new ArrayList<>();

	void add(StreamContext stream) {
		if (!this.streams.contains(stream)) {
			this.streams.add(stream);
		}
	}

	/** Settle what the guest asked for. */
	void settle() {
		while (!this.streams.isEmpty()) {
			this.streams.remove(this.streams.size() - 1).settleRequests();
		}
	}

	void clear() {
		this.streams.clear();
	}

}
