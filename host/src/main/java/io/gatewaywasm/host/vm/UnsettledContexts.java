package io.gatewaywasm.host.vm;

import java.util.ArrayList;
import java.util.List;

/**
 * The contexts for which a guest made requests by host calls, possibly in a callback of
 * another context. The requests are carried out when the callback has returned. Used only
 * inside the VM.
 */
final class UnsettledContexts {

	private final List<Context> contexts = new ArrayList<>();

	void add(Context context) {
		if (!this.contexts.contains(context)) {
			this.contexts.add(context);
		}
	}

	void settle() {
		while (!this.contexts.isEmpty()) {
			this.contexts.remove(this.contexts.size() - 1).settle();
		}
	}

	void clear() {
		this.contexts.clear();
	}

}
