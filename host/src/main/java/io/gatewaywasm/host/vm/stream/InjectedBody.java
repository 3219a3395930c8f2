package io.gatewaywasm.host.vm.stream;

import java.io.ByteArrayOutputStream;
import java.util.concurrent.atomic.AtomicInteger;

import io.gatewaywasm.host.spi.Decision;
import io.gatewaywasm.host.vm.hostcall.Injection;

/**
 * The bytes that a guest injects into the response. They wait for the callback to return,
 * and count until the client's connection has accepted them. Used only inside the VM,
 * except for the count.
 */
final class InjectedBody {

	private static final byte[] NOTHING = {};

	/** The cost of an injection in addition to its bytes. */
	private static final int OVERHEAD = 128;

	private final int limit;

	private final ByteArrayOutputStream waiting = new ByteArrayOutputStream(0);

	/** Whether an injection, possibly of zero bytes, waits for the callback to return. */
	private boolean pending;

	private boolean ended;

	/** Whether any of the bytes were sent on. */
	private boolean sent;

	/** The bytes that wait for the callback, the gateway or the client. */
	private final AtomicInteger unsent = new AtomicInteger();

	/** The part of these bytes that waits for the callback. */
	private int cost;

	InjectedBody(int limit) {
		this.limit = limit;
	}

	/** Adds bytes that the guest injects, and returns whether they were accepted. */
	Injection offer(byte[] data, boolean endOfStream) {
		long before = this.unsent.get();
		if (data.length > this.limit || (before > 0 && before + data.length > this.limit)) {
			return Injection.FULL;
		}
		this.cost += data.length + OVERHEAD;
		this.unsent.addAndGet(data.length + OVERHEAD);
		this.waiting.writeBytes(data);
		this.pending = true;
		this.ended |= endOfStream;
		return Injection.ACCEPTED;
	}

	boolean isPending() {
		return this.pending;
	}

	/** Returns whether the guest has ended the response. */
	boolean isEnded() {
		return this.ended;
	}

	/** Returns whether injected bytes are part of the body that the client gets. */
	boolean isSent() {
		return this.sent;
	}

	/** Returns the bytes that were added since the last call. */
	Decision.Inject take() {
		byte[] data = (this.waiting.size() > 0) ? this.waiting.toByteArray() : NOTHING;
		int taken = this.cost;
		this.waiting.reset();
		this.pending = false;
		this.cost = 0;
		this.sent = true;
		return new Decision.Inject(data, this.ended, () -> this.unsent.addAndGet(-taken));
	}

}
