package io.gatewaywasm.host.vm.stream;

import java.util.List;
import java.util.function.Consumer;

import io.gatewaywasm.host.abi.Callback;
import io.gatewaywasm.host.abi.DataStatus;
import io.gatewaywasm.host.abi.HeaderMap;
import io.gatewaywasm.host.abi.HeadersStatus;
import io.gatewaywasm.host.abi.MapType;
import io.gatewaywasm.host.abi.StreamType;
import io.gatewaywasm.host.imports.HostBuffer;
import io.gatewaywasm.host.spi.Cancellable;
import io.gatewaywasm.host.spi.Decision;
import io.gatewaywasm.host.spi.LocalReply;
import io.gatewaywasm.host.spi.PhaseOutcome;
import io.gatewaywasm.host.spi.StreamPhase;
import io.gatewaywasm.host.vm.GuestCalls;
import io.gatewaywasm.host.vm.Vm;
import io.gatewaywasm.host.vm.hostcall.MessageScope;
import org.jspecify.annotations.Nullable;

/**
 * The request or the response of a stream: its state, what is buffered, and the decision
 * that is owed. Follows Envoy's filter manager; {@link StreamTransitions} is its table.
 * Used inside the VM only, or by the thread that asks if no VM takes part.
 */
final class StreamDirection implements MessageScope {

	/**
	 * Waiting for the guest to resume.
	 *
	 * @param since when it began, by the clock of the host
	 * @param timer ends it
	 */
	private record Pause(long since, Cancellable timer) {

	}

	private static final byte[] NOTHING = {};

	private static final int GRPC_UNAVAILABLE = 14;

	/** The answer of a stream whose filter failed and must not be skipped. */
	private static final Decision FAILED = new Decision.Reply(
			new LocalReply(503, "wasm_fail_stream", NOTHING, List.of(), GRPC_UNAVAILABLE));

	private static final Decision BROKEN = new Decision.Reset(
			"the filter failed in the middle of a body that it was rewriting");

	private final FilterStream stream;

	private final StreamType type;

	private StreamState state = StreamState.IDLE;

	/** The receiver of the one decision that is owed, if one is. */
	private @Nullable Consumer<Decision> owed;

	/** Whether it is owed about a part of the body or the trailers, not the headers. */
	private boolean owedForBody;

	/** The receiver of bytes that no question waits for. */
	private @Nullable Consumer<Decision> releases;

	private boolean started;

	/** Whether the headers were not sent on yet. */
	private boolean headersHere;

	/** Whether all of the body is buffered while everything is paused. */
	private boolean keepsAll;

	private boolean bodyShown;

	private boolean endOfStream;

	/** Whether the body is over and trailers follow it. */
	private boolean atTrailers;

	/** Whether the trailers wait for the headers to be sent on. */
	private boolean trailersKept;

	private boolean resumeRequested;

	/** The answer to whatever arrives once the direction is closed. */
	private @Nullable Decision closing;

	/** Made for the first part of a body. */
	private @Nullable BodyBuffer body;

	private @Nullable Pause pause;

	StreamDirection(FilterStream stream, StreamType type) {
		this.stream = stream;
		this.type = type;
	}

	private boolean isRequest() {
		return this.type == StreamType.HTTP_REQUEST;
	}

	private String name() {
		return isRequest() ? "request" : "response";
	}

	// --- What host calls see

	@Override
	public boolean isStarted() {
		return this.started;
	}

	@Override
	public boolean headersOpen() {
		return this.headersHere;
	}

	@Override
	public boolean trailersShown() {
		return this.atTrailers || (this.bodyShown && this.endOfStream);
	}

	@Override
	public boolean trailersOpen() {
		return trailersShown() && this.owed != null;
	}

	@Override
	public @Nullable HostBuffer buffer() {
		BodyBuffer buffer = this.body;
		return (buffer != null && buffer.isVisible()) ? buffer : null;
	}

	boolean isClosed() {
		return this.state == StreamState.CLOSED;
	}

	/** Returns whether nothing of this direction is shown to the guest any more. */
	boolean isDone() {
		return this.state == StreamState.END || this.state == StreamState.CLOSED || this.state == StreamState.PASS;
	}

	/** Returns whether the guest has paused and is expected to resume. */
	boolean isPaused() {
		return switch (this.state) {
			case PAUSED, HEADERS_WAIT, BUFFER, TRAILERS -> true;
			case IDLE, HEADERS, BODY, PASS, END, CLOSED -> false;
		};
	}

	// --- Arrivals

	/**
	 * Handles what arrives from the gateway, which is owed one decision from now on.
	 * @param input headers, body or trailers
	 * @param chunk the part of the body, or {@code null} for headers
	 * @param end whether nothing follows
	 * @param sink the receiver of the decision
	 */
	void arrive(StreamInput input, byte @Nullable [] chunk, boolean end, Consumer<Decision> sink) {
		this.owed = sink;
		this.owedForBody = chunk != null;
		this.endOfStream = end;
		if (chunk != null || this.releases == null) {
			this.releases = sink;
		}
		act(input, (chunk != null) ? chunk : NOTHING);
	}

	/** Skips the guest, which was never shown this direction. */
	void skip() {
		act(StreamInput.SKIP, NOTHING);
	}

	private void act(StreamInput input, byte[] chunk) {
		StreamTransition transition = StreamTransitions.of(this.state, input);
		this.state = transition.next(this.endOfStream && !hasKept());
		switch (transition.action()) {
			case IGNORE -> {
			}
			case SHOW_HEADERS -> showHeaders();
			case SHOW_BODY -> showBody(chunk);
			case SHOW_TRAILERS -> showTrailers();
			case KEEP_BODY -> keepBody(chunk);
			case KEEP_TRAILERS -> keepTrailers();
			case HOLD_HEADERS -> decide(Decision.HoldHeaders.INSTANCE);
			case WAIT -> startPause();
			case SEND_HEADERS -> sendHeaders();
			case SEND -> send();
			case PASS_ON -> passOn(chunk);
			case ANSWER -> answerClosed(chunk);
		}
	}

	/** Returns whether a part of the body, or trailers, are still to be shown. */
	private boolean hasKept() {
		return this.trailersKept || (this.state == StreamState.PAUSED && this.owedForBody && this.owed != null);
	}

	private void showHeaders() {
		if (!this.stream.context().create()) {
			return;
		}
		this.started = true;
		this.headersHere = true;
		Callback callback = isRequest() ? Callback.REQUEST_HEADERS : Callback.RESPONSE_HEADERS;
		if (!guest().has(callback)) {
			act(StreamInput.CONTINUE, NOTHING);
			return;
		}
		long start = System.nanoTime();
		PhaseOutcome outcome = PhaseOutcome.ERROR;
		try {
			HeaderMap headers = this.stream.httpStream()
				.headers(isRequest() ? MapType.REQUEST_HEADERS : MapType.RESPONSE_HEADERS);
			long status = guest().call(callback, this.stream.context(), this.stream.context().id(),
					(headers != null) ? headers.size() : 0, this.endOfStream ? 1 : 0);
			outcome = settleHeaders(HeadersStatus.of((int) status));
		}
		finally {
			observe(isRequest() ? StreamPhase.REQUEST_HEADERS : StreamPhase.RESPONSE_HEADERS, start, outcome);
		}
	}

	private PhaseOutcome settleHeaders(HeadersStatus status) {
		if (this.stream.context().settleControl()) {
			return PhaseOutcome.REPLY;
		}
		boolean goesOn = status == HeadersStatus.CONTINUE || status == HeadersStatus.CONTINUE_AND_END_STREAM;
		if (goesOn || takeResume()) {
			act(StreamInput.CONTINUE, NOTHING);
			return PhaseOutcome.CONTINUE;
		}
		boolean bodyFollows = !this.endOfStream;
		if (status == HeadersStatus.STOP_ITERATION && this.stream.policy().headersStopIteration() && bodyFollows) {
			act(StreamInput.PAUSE_HEADERS, NOTHING);
			return PhaseOutcome.PAUSE;
		}
		this.keepsAll = status == HeadersStatus.STOP_ALL_ITERATION_AND_BUFFER && bodyFollows;
		act(StreamInput.PAUSE, NOTHING);
		return PhaseOutcome.PAUSE;
	}

	private void showBody(byte[] chunk) {
		Callback callback = isRequest() ? Callback.REQUEST_BODY : Callback.RESPONSE_BODY;
		BodyBuffer buffer = body();
		if (!guest().has(callback)) {
			buffer.show(chunk);
			act(StreamInput.CONTINUE, NOTHING);
			return;
		}
		if (this.state != StreamState.BODY && (buffer.isGathering() || this.headersHere) && !buffer.hasRoomFor(chunk)) {
			overflow();
			return;
		}
		showBuffer(callback, buffer.show(chunk), this.endOfStream);
	}

	private void showBuffer(Callback callback, int size, boolean end) {
		this.bodyShown = true;
		long start = System.nanoTime();
		PhaseOutcome outcome = PhaseOutcome.ERROR;
		try {
			long status = guest().call(callback, this.stream.context(), this.stream.context().id(), size, end ? 1 : 0);
			outcome = settleBody(body(), DataStatus.of((int) status));
		}
		finally {
			observe(isRequest() ? StreamPhase.REQUEST_BODY : StreamPhase.RESPONSE_BODY, start, outcome);
		}
	}

	private PhaseOutcome settleBody(BodyBuffer buffer, DataStatus status) {
		if (this.stream.context().settleControl()) {
			return PhaseOutcome.REPLY;
		}
		switch (status) {
			case STOP_ITERATION_AND_BUFFER -> buffer.gather();
			case STOP_ITERATION_AND_WATERMARK -> buffer.pass();
			case STOP_ITERATION_NO_BUFFER -> buffer.drop();
			case CONTINUE -> {
			}
		}
		if (status == DataStatus.CONTINUE || takeResume()) {
			act(StreamInput.CONTINUE, NOTHING);
			return PhaseOutcome.CONTINUE;
		}
		if (buffer.isFull() && (this.headersHere || status == DataStatus.STOP_ITERATION_AND_BUFFER)) {
			overflow();
			return PhaseOutcome.REPLY;
		}
		act(StreamInput.PAUSE, NOTHING);
		return PhaseOutcome.PAUSE;
	}

	private void showTrailers() {
		this.atTrailers = true;
		Callback callback = isRequest() ? Callback.REQUEST_TRAILERS : Callback.RESPONSE_TRAILERS;
		if (!guest().has(callback)) {
			act(StreamInput.CONTINUE, NOTHING);
			return;
		}
		long start = System.nanoTime();
		PhaseOutcome outcome = PhaseOutcome.ERROR;
		try {
			HeaderMap trailers = this.stream.httpStream()
				.headers(isRequest() ? MapType.REQUEST_TRAILERS : MapType.RESPONSE_TRAILERS);
			long status = guest().call(callback, this.stream.context(), this.stream.context().id(),
					(trailers != null) ? trailers.size() : 0);
			if (this.stream.context().settleControl()) {
				outcome = PhaseOutcome.REPLY;
			}
			else {
				boolean goesOn = status == 0 || takeResume();
				outcome = goesOn ? PhaseOutcome.CONTINUE : PhaseOutcome.PAUSE;
				act(goesOn ? StreamInput.CONTINUE : StreamInput.PAUSE, NOTHING);
			}
		}
		finally {
			observe(StreamPhase.RESPONSE_TRAILERS, start, outcome);
		}
	}

	private void keepBody(byte[] chunk) {
		BodyBuffer buffer = body();
		if (this.keepsAll && !buffer.hasRoomFor(chunk)) {
			overflow();
			return;
		}
		buffer.gather();
		buffer.show(chunk);
		startPause();
	}

	private void keepTrailers() {
		this.trailersKept = true;
		startPause();
	}

	// --- Decisions

	/** Waits for the guest, with more of the body if the gateway may read on. */
	private void startPause() {
		if (this.state == StreamState.PAUSED && !this.owedForBody && this.keepsAll) {
			decide(Decision.HoldHeaders.INSTANCE);
			return;
		}
		boolean headersOnly = this.state == StreamState.PAUSED && !this.owedForBody;
		boolean full = this.body != null && this.body.isFull();
		if (!headersOnly && !full && !this.endOfStream) {
			decide(Decision.More.INSTANCE);
			return;
		}
		// Not asking for more is what holds back the sender.
		if (this.owed != null && this.pause == null) {
			long since = vm().services().time().nanoTime();
			Cancellable timer = vm().scheduler()
				.schedule(() -> this.stream.context().submitPausedTooLong(this), this.stream.policy().pauseTimeout());
			this.pause = new Pause(since, timer);
		}
	}

	private void sendHeaders() {
		this.headersHere = false;
		stopPause();
		if (this.owed != null && !this.owedForBody) {
			decide(Decision.Continue.INSTANCE);
			return;
		}
		// The gateway was told to read on: the headers go first.
		release(NOTHING);
		showKept();
	}

	/**
	 * Shows what was kept while everything was paused: the body at once, then trailers.
	 */
	private void showKept() {
		BodyBuffer buffer = this.body;
		boolean end = this.endOfStream && !this.trailersKept;
		if (buffer != null && (buffer.size() > 0 || end)) {
			Callback callback = isRequest() ? Callback.REQUEST_BODY : Callback.RESPONSE_BODY;
			if (guest().has(callback)) {
				showBuffer(callback, buffer.length(), end);
			}
			else {
				act(StreamInput.CONTINUE, NOTHING);
			}
		}
		if (this.trailersKept && !isDone()) {
			this.trailersKept = false;
			act(StreamInput.TRAILERS, NOTHING);
		}
	}

	/** Sends on everything that was kept back. */
	private void send() {
		boolean headersKept = this.headersHere;
		this.headersHere = false;
		stopPause();
		byte[] data = NOTHING;
		BodyBuffer buffer = this.body;
		if (buffer != null) {
			data = buffer.take();
			buffer.sent();
		}
		boolean forTrailers = this.atTrailers || this.trailersKept;
		if (this.owed != null && !forTrailers) {
			decide(new Decision.Forward(data, this.endOfStream));
			return;
		}
		if (headersKept || data.length > 0) {
			release(data);
		}
		if (this.atTrailers) {
			decide(Decision.Continue.INSTANCE);
		}
	}

	private void passOn(byte[] chunk) {
		decide(this.owedForBody ? new Decision.Forward(chunk, this.endOfStream) : Decision.Continue.INSTANCE);
	}

	private void answerClosed(byte[] chunk) {
		Decision answer = this.closing;
		boolean localResponse = !isRequest() && answer == FAILED && this.stream.hasLocalResponse();
		if (answer == null || localResponse) {
			passOn(chunk);
		}
		else {
			decide(answer);
		}
	}

	/** Makes the decision that is owed. The only place where one is made. */
	private void decide(Decision decision) {
		Consumer<Decision> sink = this.owed;
		if (sink == null) {
			return;
		}
		this.owed = null;
		stopPause();
		noteReply(decision);
		this.stream.deliver(this, sink, decision);
	}

	private void release(byte[] data) {
		Consumer<Decision> sink = this.releases;
		if (sink != null) {
			this.stream.release(this, sink, data);
		}
	}

	private void noteReply(Decision decision) {
		if (isRequest() && decision instanceof Decision.Reply && !this.stream.response().isStarted()) {
			this.stream.localResponse();
		}
	}

	// --- Events of the stream

	void requestResume() {
		this.resumeRequested = true;
	}

	private boolean takeResume() {
		boolean requested = this.resumeRequested;
		this.resumeRequested = false;
		return requested;
	}

	/** Resumes because another callback asked for it. */
	void settleResume() {
		if (takeResume()) {
			act(StreamInput.RESUME, NOTHING);
		}
	}

	/**
	 * Closes the direction and answers whatever arrives, now or later.
	 * @param decision the answer
	 * @return whether a decision was owed
	 */
	boolean answer(Decision decision) {
		boolean asked = this.owed != null;
		this.closing = decision;
		noteReply(decision);
		close();
		decide(decision);
		return asked;
	}

	void close() {
		this.headersHere = false;
		stopPause();
		act(StreamInput.CLOSE, NOTHING);
	}

	/**
	 * Applies the fail strategy, since nothing more is shown to the guest.
	 * @param open whether the failed filter is skipped
	 */
	void fail(boolean open) {
		if (isClosed()) {
			return;
		}
		boolean headersKept = this.headersHere;
		BodyBuffer buffer = this.body;
		byte[] data = (buffer != null) ? buffer.take() : NOTHING;
		boolean bodySent = this.atTrailers && data.length == 0;
		boolean rewritten = buffer != null && buffer.isRewritten() && !bodySent
				&& (this.owed != null || !this.endOfStream);
		this.headersHere = false;
		stopPause();
		if (open && !rewritten) {
			boolean headersHeld = headersKept && this.state != StreamState.HEADERS && (this.owed == null);
			act(StreamInput.SKIP, NOTHING);
			if (this.owed != null) {
				passOn(data);
			}
			else if (data.length > 0 || headersHeld) {
				release(data);
			}
			return;
		}
		this.closing = open ? BROKEN : FAILED;
		act(StreamInput.CLOSE, NOTHING);
		decide(this.closing);
	}

	/** The guest did not resume in time, unless it did, and perhaps paused again. */
	void pausedTooLong() {
		Pause current = this.pause;
		if (current == null || this.owed == null || this.stream.context().isOver()) {
			return;
		}
		long waited = vm().services().time().nanoTime() - current.since();
		if (waited >= this.stream.policy().pauseTimeout().toNanos()) {
			this.stream.context().pausedTooLong(name());
		}
	}

	private void overflow() {
		int status = isRequest() ? 413 : 500;
		String details = name() + "_payload_too_large";
		vm().observer().failed("body-buffer");
		this.stream.policy()
			.overflows()
			.overflowed(vm().spec().plugin(), this.stream.policy().bodyBuffer(), name(), status);
		boolean possible = this.stream.context().reply(LocalReply.of(status, details));
		if (!possible || !this.stream.context().settleControl()) {
			// A local response is on its way already.
			this.stream.context().answer(new Decision.Reset(details));
		}
	}

	// ---

	private BodyBuffer body() {
		BodyBuffer buffer = this.body;
		if (buffer == null) {
			buffer = new BodyBuffer(this.stream.policy().bodyBuffer());
			this.body = buffer;
		}
		return buffer;
	}

	private void stopPause() {
		if (this.pause != null) {
			this.pause.timer().cancel();
			this.pause = null;
		}
	}

	private Vm vm() {
		return this.stream.context().vm();
	}

	private GuestCalls guest() {
		return vm().guest();
	}

	private void observe(StreamPhase phase, long start, PhaseOutcome outcome) {
		vm().observer().phase(phase, System.nanoTime() - start, outcome);
	}

}
