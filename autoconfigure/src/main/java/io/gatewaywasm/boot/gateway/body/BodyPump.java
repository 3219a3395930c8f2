package io.gatewaywasm.boot.gateway.body;

import java.util.function.Consumer;

import io.gatewaywasm.boot.gateway.body.BodyState.Event;
import io.gatewaywasm.host.spi.Decision;
import org.reactivestreams.Subscription;

/**
 * Drives the body of a {@link BodyPipe} through its filter: passes chunks in, and emits
 * the output. {@link BodyState} has the states. Its methods are called one at a time.
 * <pre>
 *  source ──chunk──▶ filter ──decision──▶ output ──demand──▶ receiver
 *    ▲                                      │
 *    └── the next chunk is requested when all of this is done
 * </pre>
 */
final class BodyPump implements SerialEvents.Target {

	private static final byte[] NOTHING = new byte[0];

	private final BodyFilter filter;

	private final Consumer<Decision> decisions;

	private final BodyOutput output;

	private BodyState state = BodyState.IDLE;

	private final BodySource source;

	private volatile boolean endsWithBytes;

	BodyPump(BodySource source, BodyFilter filter, Consumer<Decision> decisions, BodyOutput output) {
		this.source = source;
		this.filter = filter;
		this.decisions = decisions;
		this.output = output;
	}

	/** Returns whether the filter has decided on the end, and all output is taken. */
	boolean isEmptyAtEnd() {
		return this.state == BodyState.ENDED && this.output.isEmpty();
	}

	/** Returns whether the end of the body came with bytes. */
	boolean endsWithBytes() {
		return this.endsWithBytes;
	}

	void source(Subscription subscription) {
		this.source.subscribed(subscription, !this.state.isClosed() && this.state != BodyState.ENDED);
	}

	void chunk(byte[] chunk) {
		if (chunk.length == 0) {
			on(Event.NOTHING);
		}
		else if (this.source.keepsChunkBack()) {
			show(this.source.replaceKept(chunk), false);
		}
		else {
			show(chunk, false);
		}
	}

	/** Takes a chunk that comes with the end of the body. */
	void lastChunk(byte[] chunk) {
		if (chunk.length == 0 || this.source.keepsChunkBack()) {
			chunk(chunk);
		}
		else {
			show(chunk, true);
		}
	}

	/**
	 * Takes a chunk that is the last one unless another filter has added bytes. It waits
	 * for the signal that follows it, so that the filter sees the end with it.
	 */
	void chunkBeforeEnd(byte[] chunk) {
		if (chunk.length == 0 || this.source.keepsChunkBack() || !this.state.isOpen()) {
			chunk(chunk);
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
		failed(error);
	}

	@Override
	public void failed(Throwable error) {
		this.output.fail(error);
		end(error);
	}

	void cancelled() {
		on(Event.CLOSE);
		this.output.clear();
		this.source.cancel();
	}

	void decided(Decision decision) {
		if (this.state.isClosed()) {
			return;
		}
		if (decision instanceof Decision.Release release) {
			send(release.data());
		}
		else if (decision instanceof Decision.Inject injection) {
			inject(injection);
		}
		else if (decision instanceof Decision.Forward forward) {
			this.endsWithBytes = forward.endOfStream() && forward.data().length > 0;
			on(forward.endOfStream() ? Event.END_DECISION : Event.DECISION);
			send(forward.data());
		}
		else if (decision instanceof Decision.Continue) {
			// A decision on the trailers: the stream may end.
			on(Event.END_DECISION);
		}
		else if (decision instanceof Decision.Respond || decision instanceof Decision.Reset) {
			this.output.release(decision);
			end(new BodyRefusedException(this.filter, decision));
		}
		else {
			on(Event.DECISION);
		}
	}

	/** Sends injected bytes. With the end of the stream, they replace the rest. */
	private void inject(Decision.Inject injection) {
		this.output.onTaken(injection.sent());
		if (this.state != BodyState.ENDED) {
			this.output.add(injection.data());
		}
		if (injection.endOfStream()) {
			on(Event.END_DECISION);
			this.source.stop();
		}
		else {
			stopGathering();
		}
	}

	private void send(byte[] data) {
		this.output.add(data);
		if (!this.output.keepsHeaders()) {
			stopGathering();
		}
	}

	/** Lets the headers be sent before the end of the body. */
	void stopGathering() {
		if (this.state != BodyState.ENDED) {
			this.output.release(Decision.Continue.INSTANCE);
		}
	}

	private void end(Throwable reason) {
		if (!this.state.isClosed()) {
			on(Event.FAILURE);
			this.output.clear();
			this.output.endWith(reason);
			this.source.cancel();
		}
	}

	private void on(Event event) {
		this.state = this.state.after(event);
	}

	@Override
	public void act() {
		if (this.state == BodyState.ENDED && this.source.isDone()) {
			// Until the source ends, the body can fail
			this.output.complete();
		}
		if (this.state != BodyState.OVER) {
			this.output.emit();
		}
		this.output.runCallbacks();
		this.output.count();
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
			this.output.end();
		}
	}

	private void requestNext() {
		if (this.source.isDone()) {
			showEnd();
		}
		else if (this.source.isSubscribed() && this.output.isWanted()) {
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
