package io.gatewaywasm.host.vm;

import java.util.ArrayList;
import java.util.List;

/**
 * The streams with deferred actions: host calls that take effect only when the callback
 * has returned, possibly a callback of another context. Used only inside the VM.
 */
final class StreamsWithActions {

	private final List<VmStream> streams = new ArrayList<>();

	void add(VmStream stream) {
		if (!this.streams.contains(stream)) {
			this.streams.add(stream);
		}
	}

	void run() {
		while (!this.streams.isEmpty()) {
			this.streams.remove(this.streams.size() - 1).runDeferredActions();
		}
	}

	void clear() {
		this.streams.clear();
	}

}
