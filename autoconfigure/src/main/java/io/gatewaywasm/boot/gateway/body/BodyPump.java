package io.gatewaywasm.boot.gateway.body;

import java.util.function.Consumer;
import java.util.function.Supplier;

import io.gatewaywasm.boot.gateway.body.BodyState.Event;
import io.gatewaywasm.host.spi.Decision;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.publisher.Sinks;

/**
 * Drives the body of a {@link BodyPipe} through its filter: passes chunks in, and emits
 * the output. {@link BodyState} has the states. Its methods are called one at a time.
 * <pre>
 *  source ──chunk──▶ filter ──decision──▶ output ──demand──▶ receiver
 *    ▲                                      │
 *    └── the next chunk is requested when all of this is done
 * </pre>
 */
final class BodyPump {

	/**
	 * The bytes of output after which the headers no longer wait for the end: a filter
	 * can make a small body large.
	 */
	static final int MAX_GATHERED = 16 * BodyPipe.SMALL;

	private static final byte[] NOTHING = new byte[0];

	private final BodyFilter filter;

	private final Consumer<Decision> decisions;

	private final BodyOutput output;

	private BodyState state = BodyState.IDLE;

	private final WaitingHeaders headers = new WaitingHeaders();

	private final BodySource source = new BodySource();

	private @Nullable Throwable failure;

	private volatile @Nullable WholeBody whole;

	private volatile boolean endsWithBytes;

	/** Creates a pump. The filter passes its decisions to {@code decisions}. */
	BodyPump(BodyFilter filter, Consumer<Decision> decisions, BodyOutput output) {
		this.filter = filter;
		this.decisions = decisions;
		this.output = output;
	}

	/** Returns the whole output if it was kept until the end, or {@code null}. */
	@Nullable WholeBody whole() {
		return this.whole;
	}

	/**
	 * Returns whether the filter has decided on the end of the body and all of its output
	 * has been taken.
	 */
	boolean isEmptyAtEnd() {
		return this.state == BodyState.ENDED && this.output.isEmpty();
	}

	/** Returns whether the end of the body came with bytes. */
	boolean endsWithBytes() {
		return this.endsWithBytes;
	}

	boolean hasSource() {
		return this.source.isSubscribed() || this.source.isDone();
	}

	/**
	 * Keeps the output until there is a receiver. Notifies {@code sink} when the headers
	 * may be sent; if {@code toTheEnd} is set, only at the end of the body.
	 */
	void hold(Sinks.One<Decision> sink, boolean toTheEnd) {
		this.headers.pause(sink, toTheEnd);
	}

	void source(Subscription subscription) {
		this.source.subscribed(subscription, this.state != BodyState.OVER && this.state != BodyState.ENDED);
	}

	void chunk(byte[] chunk, boolean last) {
		if (chunk.length == 0) {
			on(Event.NOTHING);
		}
		else if (this.source.keepsChunkBack()) {
			show(this.source.replaceKept(chunk), false);
		}
		else {
			show(chunk, last);
		}
	}

	/**
	 * Takes a chunk that is the last one unless another filter has added bytes. It waits
	 * for the signal that follows it, so that the filter sees the end with it.
	 */
	void chunkBeforeEnd(byte[] chunk) {
		if (chunk.length == 0 || this.source.keepsChunkBack() || !this.state.isOpen()) {
			chunk(chunk, false);
		}
		else {
			this.source.keepBack(chunk);
		}
	}

	private void show(byte[] chunk, boolean last) {
		if (this.state.isOpen()) {
			on(last ? Event.END : Event.CHUNK);
			this.filter.chunk(chunk, last, this.decisions);
		}
	}

	void sourceCompleted() {
		this.source.done();
		on(Event.NOTHING);
	}

	void sourceFailed(Throwable error) {
		this.source.done();
		fail(error);
		this.headers.fail(error);
	}

	/** Ends the body after an error in this class or in the receiver. */
	void broken(Throwable error) {
		fail(error);
		this.headers.fail(error);
		pump();
	}

	void cancelled() {
		on(Event.CLOSE);
		this.output.clear();
		this.source.cancel();
	}

	void decided(Decision decision, Supplier<? extends Throwable> refusal) {
		if (this.state.isClosed()) {
			return;
		}
		if (decision instanceof Decision.Release release) {
			send(release.data());
			return;
		}
		if (decision instanceof Decision.Inject injection) {
			inject(injection);
			return;
		}
		on(Event.DECISION);
		if (decision instanceof Decision.Forward forward) {
			if (forward.endOfStream()) {
				this.endsWithBytes = forward.data().length > 0;
				on(Event.END_DECISION);
			}
			send(forward.data());
		}
		else if (decision instanceof Decision.Continue) {
			// A decision on the trailers: the stream may end.
			on(Event.END_DECISION);
			send(NOTHING);
		}
		else if (decision instanceof Decision.Respond || decision instanceof Decision.Reset) {
			fail(refusal.get());
			this.headers.send(decision);
		}
	}

	/**
	 * Sends bytes that the filter injects. Bytes with the end of the stream replace the
	 * rest of the body.
	 */
	private void inject(Decision.Inject injection) {
		this.output.onTaken(injection.sent());
		if (this.state != BodyState.ENDED) {
			this.output.add(injection.data());
		}
		if (injection.endOfStream()) {
			on(Event.END_DECISION);
			this.source.cancel();
			// Without a subscription, source() cancels it later.
			if (this.source.isSubscribed()) {
				this.source.done();
			}
		}
		else {
			stopGathering();
		}
	}

	/** Lets the headers be sent before the end of the body. */
	void stopGathering() {
		if (this.state != BodyState.ENDED) {
			this.headers.send(Decision.Continue.INSTANCE);
		}
	}

	private void send(byte[] data) {
		this.output.add(data);
		boolean full = this.output.bytes() > MAX_GATHERED;
		if (this.headers.arePaused() && (full || !this.headers.arePausedToTheEnd())) {
			stopGathering();
		}
	}

	/**
	 * Takes the whole output when all of it is here and none of it has been taken. This
	 * waits for the source to end, because until then the body can still fail, and a
	 * complete response must not be sent for a failed body.
	 */
	private void completeWaiting() {
		if (this.headers.arePaused() && this.state == BodyState.ENDED && this.source.isDone()) {
			this.whole = this.output.whole();
			this.headers.send(Decision.Continue.INSTANCE);
		}
	}

	private void fail(Throwable reason) {
		if (!this.state.isClosed()) {
			on(Event.FAILURE);
			this.failure = reason;
			this.output.clear();
			this.source.cancel();
		}
	}

	private void on(Event event) {
		this.state = this.state.after(event);
	}

	/**
	 * Delivers the output, runs callbacks, and ends the body or requests its next chunk,
	 * until it has to wait.
	 */
	void pump() {
		completeWaiting();
		if (this.state != BodyState.OVER) {
			this.output.emit();
		}
		this.output.runCallbacks();
		switch (this.state) {
			case IDLE -> requestNext();
			case ENDED, FAILED -> finish();
			default -> {
				// The source, the filter or the receiver continues.
			}
		}
	}

	private void finish() {
		boolean done = this.state == BodyState.FAILED || (this.source.isDone() && this.output.isEmpty());
		if (done && this.output.hasReceiver()) {
			on(Event.CLOSE);
			this.output.end(this.failure);
		}
	}

	private void requestNext() {
		if (this.source.isDone()) {
			showEnd();
		}
		else if (this.source.isSubscribed() && wantsMore()) {
			byte[] kept = this.source.takeFollowing();
			if (kept != null) {
				show(kept, false);
			}
			else {
				on(Event.REQUEST);
				this.source.request();
			}
		}
	}

	private boolean wantsMore() {
		return this.headers.arePaused() ? this.headers.arePausedToTheEnd() || this.output.isEmpty()
				: this.output.isWanted();
	}

	/**
	 * Passes the end of the body to the filter: with a chunk that has waited for it, as
	 * trailers, or as an empty chunk, unless it came with the last chunk. The end is
	 * never derived from a length, because filters can change the length.
	 */
	private void showEnd() {
		byte[] rest = this.source.takeKept();
		if (rest != null) {
			show(rest, !this.filter.hasTrailers());
		}
		else {
			on(Event.END);
			if (!this.filter.trailers(this.decisions)) {
				this.filter.chunk(NOTHING, true, this.decisions);
			}
		}
	}

}
