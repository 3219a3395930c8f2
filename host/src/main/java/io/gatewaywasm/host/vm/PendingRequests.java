package io.gatewaywasm.host.vm;

import java.util.ArrayList;
import java.util.List;

/**
 * The streams for which the guest has made host calls that take effect only when the
 * callback has returned, possibly a callback of another context. Used only inside the VM.
 */
final class PendingRequests {

	private final List<VmStream> streams = new ArrayList<>();

	void add(VmStream stream) {
		if (!this.streams.contains(stream)) {
			this.streams.add(stream);
		}
	}

	void carryOut() {
		while (!this.streams.isEmpty()) {
			this.streams.remove(this.streams.size() - 1).carryOutRequests();
		}
	}

	void clear() {
		this.streams.clear();
	}

}
