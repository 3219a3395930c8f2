package io.gatewaywasm.host.vm;

import io.gatewaywasm.host.abi.DataStatus;
import io.gatewaywasm.host.abi.HeaderMap;
import io.gatewaywasm.host.abi.HeadersStatus;
import io.gatewaywasm.host.abi.MapType;
import io.gatewaywasm.host.abi.StreamType;
import io.gatewaywasm.host.spi.Cancellable;
import io.gatewaywasm.host.spi.Decision;
import io.gatewaywasm.host.spi.LocalReply;
import io.gatewaywasm.host.spi.PhaseOutcome;
import io.gatewaywasm.host.spi.StreamPhase;
import org.jspecify.annotations.Nullable;

/**
 * The request or the response of a stream: which phase it is in, what the guest holds
 * back, and whether a decision is owed. Follows Envoy's filter manager.
 */
final class Direction {

	/** How far the direction is. */
	private enum Stage {

		/** Nothing was shown to the guest. */
		IDLE,

		/** The headers callback is running, or the guest paused in it. */
		HEADERS,

		/** The headers are held while bodies are shown. */
		HELD,

		/** The headers are gone; bodies and trailers are shown. */
		BODY,

		/** Nothing more is shown. */
		CLOSED

	}

	/**
	 * Waiting for the guest to resume.
	 *
	 * @param since when it began, by the clock of the host
	 * @param timer gives up
	 */
	private record Pause(long since, Cancellable timer) {

	}

	private static final byte[] NOTHING = {};

	private final Vm vm;

	private final StreamContext stream;

	private final StreamType type;

	private Stage stage = Stage.IDLE;

	private boolean asked;

	private boolean bodyShown;

	private boolean paused;

	private boolean continueRequested;

	private boolean endOfStream;

	/** Whether the body is over and trailers follow it. */
	private boolean atTrailers;

	/** What everything is answered with from now on. */
	private @Nullable Decision answer;

	/** Made for the first part of a body. */
	private @Nullable HeldBody held;

	private @Nullable Pause pause;

	Direction(Vm vm, StreamContext stream, StreamType type) {
		this.vm = vm;
		this.stream = stream;
		this.type = type;
	}

	StreamContext stream() {
		return this.stream;
	}

	StreamType type() {
		return this.type;
	}

	String name() {
		return isRequest() ? "request" : "response";
	}

	boolean isStarted() {
		return this.stage != Stage.IDLE;
	}

	/**
	 * Return whether the guest can change the headers.
	 * @return whether they are still here
	 */
	boolean headersOpen() {
		return this.stage == Stage.HEADERS || this.stage == Stage.HELD;
	}

	/**
	 * Return whether the guest can read the trailers.
	 * @return whether it was shown the last of the body, or what came behind it
	 */
	boolean trailersShown() {
		return this.atTrailers || (this.bodyShown && this.endOfStream);
	}

	/**
	 * Return whether the guest can change the trailers, or add some where there are none.
	 * @return whether it was shown the last of the body and has not let go of it
	 */
	boolean trailersOpen() {
		return trailersShown() && this.asked && this.stage != Stage.CLOSED;
	}

	/**
	 * Return what the guest sees of the body.
	 * @return the buffer, or {@code null} if it sees nothing
	 */
	@Nullable BodyBuffer buffer() {
		return (this.held != null) ? this.held.shown() : null;
	}

	void headers(boolean endOfStream) {
		this.asked = true;
		if (!this.stream.create()) {
			return;
		}
		this.stage = Stage.HEADERS;
		this.endOfStream = endOfStream;
		Callback callback = isRequest() ? Callback.REQUEST_HEADERS : Callback.RESPONSE_HEADERS;
		if (!this.vm.guest().has(callback)) {
			sendHeaders(Decision.Continue.INSTANCE);
			return;
		}
		long start = System.nanoTime();
		PhaseOutcome outcome = PhaseOutcome.ERROR;
		try {
			HeaderMap headers = this.stream.httpStream()
				.headers(isRequest() ? MapType.REQUEST_HEADERS : MapType.RESPONSE_HEADERS);
			long status = this.vm.guest()
				.call(callback, this.stream, this.stream.id(), (headers != null) ? headers.size() : 0,
						endOfStream ? 1 : 0);
			outcome = settleHeaders(HeadersStatus.of((int) status));
		}
		finally {
			this.vm.observer()
				.phase(isRequest() ? StreamPhase.REQUEST_HEADERS : StreamPhase.RESPONSE_HEADERS,
						System.nanoTime() - start, outcome);
		}
	}

	private PhaseOutcome settleHeaders(HeadersStatus status) {
		if (this.stream.settleControl()) {
			return PhaseOutcome.REPLY;
		}
		if (status == HeadersStatus.CONTINUE || takeContinue()) {
			sendHeaders(Decision.Continue.INSTANCE);
			return PhaseOutcome.CONTINUE;
		}
		if (status == HeadersStatus.CONTINUE_AND_END_STREAM) {
			sendHeaders(Decision.ContinueAndEndStream.INSTANCE);
			return PhaseOutcome.CONTINUE;
		}
		this.paused = true;
		if (status == HeadersStatus.STOP_ITERATION && this.vm.spec().headersStopIteration() && !this.endOfStream) {
			this.stage = Stage.HELD;
			this.stream.decide(this, Decision.HoldHeaders.INSTANCE);
		}
		else {
			startPauseTimer();
		}
		return PhaseOutcome.PAUSE;
	}

	private void sendHeaders(Decision decision) {
		this.stage = Stage.BODY;
		this.paused = false;
		this.stream.decide(this, decision);
	}

	void body(byte[] chunk, boolean endOfStream) {
		this.asked = true;
		this.bodyShown = true;
		this.endOfStream = endOfStream;
		if (this.answer != null) {
			this.stream.decide(this, this.answer);
			return;
		}
		Callback callback = isRequest() ? Callback.REQUEST_BODY : Callback.RESPONSE_BODY;
		if (!this.vm.guest().has(callback) || this.stage == Stage.CLOSED) {
			if (this.stage == Stage.HELD) {
				goOn();
			}
			this.stream.decide(this, new Decision.Forward(chunk, endOfStream));
			return;
		}
		HeldBody body = held();
		boolean bounded = body.isBuffering() || this.stage == Stage.HELD;
		if (this.paused && bounded && !body.hasRoomFor(chunk)) {
			overflow();
			return;
		}
		int shown = body.show(chunk);
		long start = System.nanoTime();
		PhaseOutcome outcome = PhaseOutcome.ERROR;
		try {
			long status = this.vm.guest().call(callback, this.stream, this.stream.id(), shown, endOfStream ? 1 : 0);
			outcome = settleBody(body, DataStatus.of((int) status));
		}
		finally {
			this.vm.observer()
				.phase(isRequest() ? StreamPhase.REQUEST_BODY : StreamPhase.RESPONSE_BODY, System.nanoTime() - start,
						outcome);
		}
	}

	private HeldBody held() {
		HeldBody body = this.held;
		if (body == null) {
			body = new HeldBody(this.vm.spec().bodyBuffer());
			this.held = body;
		}
		return body;
	}

	private PhaseOutcome settleBody(HeldBody body, DataStatus status) {
		if (this.stream.settleControl()) {
			return PhaseOutcome.REPLY;
		}
		switch (status) {
			case STOP_ITERATION_AND_BUFFER -> body.gather();
			case STOP_ITERATION_AND_WATERMARK -> body.pass();
			case STOP_ITERATION_NO_BUFFER -> body.keep();
			case CONTINUE -> {
			}
		}
		if (status == DataStatus.CONTINUE || takeContinue()) {
			forward();
			return PhaseOutcome.CONTINUE;
		}
		this.paused = true;
		boolean full = body.isFull();
		if (full && (this.stage == Stage.HELD || status == DataStatus.STOP_ITERATION_AND_BUFFER)) {
			overflow();
			return PhaseOutcome.REPLY;
		}
		if (full || this.endOfStream) {
			// Not asking for more is what holds back the sender.
			startPauseTimer();
		}
		else {
			this.stream.decide(this, Decision.More.INSTANCE);
		}
		return PhaseOutcome.PAUSE;
	}

	private void forward() {
		byte[] data = takeHeld();
		goOn();
		this.stream.decide(this, new Decision.Forward(data, this.endOfStream));
	}

	private void goOn() {
		this.stage = Stage.BODY;
		this.paused = false;
		if (this.held != null) {
			this.held.sent();
		}
	}

	void trailers() {
		this.asked = true;
		this.endOfStream = true;
		this.atTrailers = true;
		if (this.answer != null) {
			this.stream.decide(this, this.answer);
			return;
		}
		Callback callback = isRequest() ? Callback.REQUEST_TRAILERS : Callback.RESPONSE_TRAILERS;
		if (this.stage != Stage.CLOSED && this.vm.guest().has(callback)) {
			if (!this.stream.create()) {
				return;
			}
			long start = System.nanoTime();
			PhaseOutcome outcome = PhaseOutcome.ERROR;
			try {
				HeaderMap trailers = this.stream.httpStream()
					.headers(isRequest() ? MapType.REQUEST_TRAILERS : MapType.RESPONSE_TRAILERS);
				this.vm.guest().call(callback, this.stream, this.stream.id(), (trailers != null) ? trailers.size() : 0);
				outcome = this.stream.settleControl() ? PhaseOutcome.REPLY : PhaseOutcome.CONTINUE;
			}
			finally {
				this.vm.observer().phase(StreamPhase.RESPONSE_TRAILERS, System.nanoTime() - start, outcome);
			}
			if (outcome == PhaseOutcome.REPLY) {
				return;
			}
		}
		this.continueRequested = false;
		if (this.paused) {
			releaseHeld();
		}
		this.stream.decide(this, Decision.Continue.INSTANCE);
	}

	/** Let go of what the guest held, if it held anything. */
	private void releaseHeld() {
		boolean headersHeld = this.stage == Stage.HELD;
		byte[] data = takeHeld();
		goOn();
		if (headersHeld || data.length > 0) {
			this.stream.release(this, data);
		}
	}

	void requestContinue() {
		this.continueRequested = true;
	}

	/** Resume because another context's callback asked for it. */
	void settleContinue() {
		if (!takeContinue() || !this.paused) {
			return;
		}
		stopPauseTimer();
		if (this.stage == Stage.HEADERS) {
			sendHeaders(Decision.Continue.INSTANCE);
			return;
		}
		if (this.asked) {
			forward();
			return;
		}
		releaseHeld();
	}

	/** A decision has been made for what was asked last. */
	void answered() {
		this.asked = false;
		stopPauseTimer();
	}

	/**
	 * Answer whatever is asked, now and later.
	 * @param decision the answer
	 * @return whether something is asked now
	 */
	boolean answer(Decision decision) {
		boolean owed = this.asked;
		this.answer = decision;
		close();
		if (owed) {
			this.stream.decide(this, decision);
		}
		return owed;
	}

	void close() {
		this.stage = Stage.CLOSED;
		this.paused = false;
		stopPauseTimer();
	}

	/**
	 * Return what the failure policy must know.
	 * @return what is pending or {@code null} if nothing is
	 */
	StreamOwner.@Nullable Pending pending() {
		boolean bodySent = this.atTrailers && heldBytes() == 0;
		boolean rewritten = this.held != null && this.held.isRewritten();
		boolean broken = rewritten && !bodySent && (this.asked || !this.endOfStream);
		if (!this.asked && !broken && heldBytes() == 0 && this.stage != Stage.HELD) {
			return null;
		}
		return new StreamOwner.Pending(this.asked, this.bodyShown, takeHeld(), this.endOfStream, broken);
	}

	private boolean takeContinue() {
		boolean requested = this.continueRequested;
		this.continueRequested = false;
		return requested;
	}

	private void overflow() {
		int status = isRequest() ? 413 : 500;
		String details = name() + "_payload_too_large";
		this.vm.spec().shared().bodyOverflows().overflowed(this.vm, name(), status);
		boolean possible = this.stream.reply(LocalReply.of(status, details));
		if (!possible || !this.stream.settleControl()) {
			// It has replied before, and is shown that reply.
			this.stream.answer(new Decision.Reset(details));
		}
	}

	private long heldBytes() {
		return (this.held != null) ? this.held.size() : 0;
	}

	private byte[] takeHeld() {
		return (this.held != null) ? this.held.take() : NOTHING;
	}

	private void startPauseTimer() {
		long since = this.vm.services().time().nanoTime();
		Cancellable timer = this.vm.services()
			.scheduler()
			.schedule(() -> this.stream.submitInBackground(this), this.vm.spec().pauseTimeout());
		this.pause = new Pause(since, timer);
	}

	private void stopPauseTimer() {
		if (this.pause != null) {
			this.pause.timer().cancel();
			this.pause = null;
		}
	}

	/** The guest did not resume in time, unless it did, and perhaps paused again. */
	void pausedTooLong() {
		Pause current = this.pause;
		if (current == null || !this.paused || !this.asked || this.stream.isOver()) {
			return;
		}
		if (this.vm.services().time().nanoTime() - current.since() >= this.vm.spec().pauseTimeout().toNanos()) {
			this.stream.pausedTooLong(this);
		}
	}

	private boolean isRequest() {
		return this.type == StreamType.HTTP_REQUEST;
	}

}
