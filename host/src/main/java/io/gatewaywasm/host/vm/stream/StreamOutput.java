package io.gatewaywasm.host.vm.stream;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.Consumer;

import io.gatewaywasm.host.limits.MemoryBudget;
import io.gatewaywasm.host.spi.BodyActivity;
import io.gatewaywasm.host.spi.Decision;
import io.gatewaywasm.host.spi.HttpStream;
import io.gatewaywasm.host.vm.Delivery;
import io.gatewaywasm.host.vm.Mailbox;
import org.jspecify.annotations.Nullable;

/**
 * Delivers the decisions of one stream to the gateway until the stream ends, in the order
 * in which they were made and after the VM was released. If the stream's own thread is
 * inside the VM and no delivery is pending, decisions are delivered on that thread, and
 * the first of them needs no object for its delivery. All other decisions are delivered
 * on the exchange's executor. Without a VM, they are delivered immediately. Used only
 * inside the VM, or by the requesting thread if the stream has no VM.
 */
final class StreamOutput {

	private static final VarHandle ENDED;

	static {
		try {
			ENDED = MethodHandles.lookup().findVarHandle(StreamOutput.class, "ended", boolean.class);
		}
		catch (ReflectiveOperationException ex) {
			throw new ExceptionInInitializerError(ex);
		}
	}

	private final HttpStream httpStream;

	private final BodyActivity activity;

	private final BufferedBytes buffered;

	/** The stream in its VM, or {@code null} if it has none. */
	private @Nullable StreamGuest guest;

	/** The message about which the thread inside the VM requests a decision. */
	private @Nullable MessageKind inline;

	private @Nullable Consumer<Decision> receiver;

	private @Nullable Decision decision;

	/** Created for the first delivery on the executor, which few streams need. */
	private @Nullable DeliveryQueue queue;

	private volatile boolean unserved;

	private volatile boolean ended;

	private ResponseOrigin responseOrigin = ResponseOrigin.UNKNOWN;

	StreamOutput(HttpStream httpStream, MemoryBudget bodies) {
		this.httpStream = httpStream;
		this.activity = httpStream.bodyActivity();
		this.buffered = new BufferedBytes(bodies);
	}

	HttpStream httpStream() {
		return this.httpStream;
	}

	/** Returns the activity of the exchange. */
	BodyActivity activity() {
		return this.activity;
	}

	/** Returns the bytes that are buffered for the stream. */
	BufferedBytes buffered() {
		return this.buffered;
	}

	// --- The VM

	/**
	 * Sets the stream in the VM in which decisions are made from now on. Called before
	 * other threads can request decisions.
	 */
	void leased(StreamGuest inVm) {
		this.guest = inVm;
		this.queue = null;
	}

	/** Records that the stream gets no VM. */
	void unserved() {
		this.guest = null;
		this.unserved = true;
	}

	/**
	 * Returns whether the stream gets no VM, so that decisions are made on the thread
	 * that requests them. Called by any thread.
	 */
	boolean isUnserved() {
		return this.unserved;
	}

	/** Returns the stream in its VM, which must exist. */
	StreamGuest guest() {
		StreamGuest current = this.guest;
		if (current == null) {
			throw new IllegalStateException("no VM was leased");
		}
		return current;
	}

	// --- The end of the stream

	/**
	 * Stops all deliveries, and counts no more buffered bytes. Returns {@code false} if
	 * the stream has already ended. Called by any thread.
	 */
	boolean end() {
		boolean first = ENDED.compareAndSet(this, false, true);
		if (first) {
			this.buffered.end();
		}
		return first;
	}

	/** Returns whether the stream has ended. Called by any thread. */
	boolean isEnded() {
		return this.ended;
	}

	// --- Local responses

	/** Records that the guest was shown the response. */
	void responseShown() {
		this.responseOrigin = this.responseOrigin.afterShown();
	}

	/** Records whether a decision is a local response to the request. */
	void noteLocalResponse(MessageKind kind, Decision decision) {
		this.responseOrigin = this.responseOrigin.after(kind, decision);
	}

	boolean hasLocalResponse() {
		return this.responseOrigin == ResponseOrigin.LOCAL;
	}

	// --- The thread that requests a decision

	/** Called when the thread that requests a decision has entered the VM. */
	void enterInline(MessageKind message) {
		this.inline = message;
	}

	/** Called when the thread that requests a decision is about to leave the VM. */
	void leaveInline() {
		this.inline = null;
		this.receiver = null;
		this.decision = null;
	}

	/**
	 * Called when the thread that requested a decision does not return. Its decision is
	 * delivered on the executor.
	 */
	void threadLost() {
		Consumer<Decision> target = this.receiver;
		Decision made = this.decision;
		leaveInline();
		if (target != null && made != null) {
			queue().add(() -> give(target, made));
		}
	}

	/**
	 * Returns the receiver of the decision that is delivered without an object of its
	 * own.
	 */
	@Nullable Consumer<Decision> receiver() {
		return this.receiver;
	}

	/** Returns the decision that is delivered without an object for it. */
	@Nullable Decision decision() {
		return this.decision;
	}

	// --- Deliveries

	/** Delivers the requested decision about a message. */
	void deliver(MessageKind message, Consumer<Decision> target, Decision made) {
		noteLocalResponse(message, made);
		if (this.guest == null) {
			give(target, made);
		}
		else if (isInline(message) && !mailbox().hasDeliveries() && this.receiver == null) {
			this.receiver = target;
			this.decision = made;
		}
		else {
			run(message, () -> give(target, made));
		}
	}

	/**
	 * Runs an action that takes the place of a decision about a message, after the VM was
	 * released.
	 */
	void run(MessageKind message, Runnable action) {
		if (isInline(message)) {
			mailbox().afterRelease(Delivery.onHolder(action));
		}
		else {
			queue().add(action);
		}
	}

	/** Delivers bytes for which no decision was requested. */
	void deliverUnasked(MessageKind message, Consumer<Decision> target, Decision made) {
		if (isInline(message)) {
			mailbox().afterRelease(Delivery.onHolder(() -> give(target, made)));
		}
		else {
			queue().addUnasked(() -> give(target, made));
		}
	}

	/** Passes a decision to its receiver. Called outside the VM. */
	void give(Consumer<Decision> target, Decision made) {
		if (isEnded()) {
			return;
		}
		try {
			target.accept(made);
		}
		catch (Throwable ex) {
			Delivery.failed(ex);
		}
	}

	/** Applies a decision while the gateway waits for something else. */
	void endEarly(Decision made) {
		queue().add(() -> {
			if (!isEnded()) {
				this.httpStream.endEarly(made);
			}
		});
	}

	private boolean isInline(MessageKind message) {
		return this.inline == message && (this.queue == null || !this.queue.hasUnasked());
	}

	private DeliveryQueue queue() {
		DeliveryQueue open = this.queue;
		if (open == null) {
			open = new DeliveryQueue(mailbox(), this.httpStream);
			this.queue = open;
		}
		return open;
	}

	private Mailbox mailbox() {
		return guest().host().mailbox();
	}

}
