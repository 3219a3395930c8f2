package io.gatewaywasm.host.vm;

import org.jspecify.annotations.Nullable;

/**
 * The deliveries that are waiting for the release of a VM. Used only inside the VM.
 */
final class Deliveries {

	private @Nullable Delivery first;

	private @Nullable Delivery last;

	void add(Delivery delivery) {
		if (this.last == null) {
			this.first = delivery;
		}
		else {
			this.last.next(delivery);
		}
		this.last = delivery;
	}

	boolean isEmpty() {
		return this.first == null;
	}

	/** Removes all deliveries, and returns the first of their linked list. */
	@Nullable Delivery takeAll() {
		Delivery deliveries = this.first;
		this.first = null;
		this.last = null;
		return deliveries;
	}

}
