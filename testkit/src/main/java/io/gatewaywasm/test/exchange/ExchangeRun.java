package io.gatewaywasm.test.exchange;

import java.util.Objects;

import io.gatewaywasm.host.abi.HeaderPair;
import io.gatewaywasm.host.plugin.Plugin;
import io.gatewaywasm.host.spi.Decision;
import io.gatewaywasm.host.spi.LocalResponse;
import io.gatewaywasm.host.spi.TimeSource;
import io.gatewaywasm.host.vm.stream.FilterStream;
import org.jspecify.annotations.Nullable;

/**
 * Sends an exchange through the filter as the gateway does, but in memory and on one
 * thread. <pre>
 *   request headers → body ──forwarded──&gt; response headers → body → trailers ──&gt; end
 *         │ local response                     │ local response
 *         └──its headers and body replace ─────┴── those of the upstream
 * </pre>
 */
final class ExchangeRun {

	/** The details of the local response to a failed filter. */
	private static final String FAILED = "wasm_fail_stream";

	private final ExchangeView view;

	private final FilterStream stream;

	private final RequestRun request;

	private final FailureLog failures;

	private @Nullable UpstreamResponse response;

	private @Nullable OutgoingMessage answered;

	private @Nullable LocalResponse localResponse;

	private @Nullable String resetReason;

	private @Nullable FilterFailure failure;

	private @Nullable BodyRun body;

	private boolean over;

	ExchangeRun(SimulatedRequest request, Plugin plugin, TimeSource time, FailureLog failures) {
		this.failures = failures;
		this.response = request.response();
		this.view = new ExchangeView(request, time.now(), this::endedEarly);
		this.stream = plugin.openStream(this.view, 0);
		this.request = new RequestRun(request, this.view.requestHeaders(), this.stream, this::answersItself,
				this::requestDone);
	}

	void start() {
		this.failures.begin(this);
		this.request.start();
	}

	private void requestDone() {
		UpstreamResponse prepared = this.response;
		if (prepared != null) {
			respond(prepared);
		}
	}

	// --- The response -------------------------------------------------------------

	boolean awaitsResponse() {
		return this.request.isDone() && this.view.responseHeaders() == null && !this.over;
	}

	void respond(UpstreamResponse upstream) {
		this.response = upstream;
		this.view.show(upstream);
		this.stream.responseHeaders(isBodyless(upstream), (decision) -> responseDecided(decision, upstream));
	}

	private static boolean isBodyless(UpstreamResponse upstream) {
		return upstream.chunks().isEmpty() && upstream.trailers().isEmpty();
	}

	private void responseDecided(Decision decision, UpstreamResponse upstream) {
		if (answersItself(decision)) {
			return;
		}
		BodyRun running = this.body;
		if (running != null) {
			running.decided(decision);
		}
		else if (decision instanceof Decision.Inject) {
			BodyRun opened = responseBody(upstream);
			opened.decided(decision);
			if (!this.over) {
				opened.pump();
			}
		}
		else if (decision instanceof Decision.HoldHeaders
				|| (this.stream.wantsResponseBody() && !isBodyless(upstream))) {
			responseBody(upstream).pump();
		}
		else {
			sendUnfiltered(upstream);
		}
	}

	private void sendUnfiltered(UpstreamResponse upstream) {
		OutgoingMessage message = answer(false);
		upstream.chunks().forEach(message::add);
		if (upstream.trailers().isEmpty()) {
			responseDone();
		}
		else {
			responseTrailers();
		}
	}

	private BodyRun responseBody(UpstreamResponse upstream) {
		BodyRun.End end = upstream.trailers().isEmpty() ? BodyRun.End.ALONE : BodyRun.End.BY_TRAILERS;
		BodyRun run = new BodyRun(upstream.chunks(), end, this.stream::responseBody, new BodyRun.Target() {

			@Override
			public void data(byte[] data) {
				answer(true).add(data);
			}

			@Override
			public void end() {
				if (end == BodyRun.End.BY_TRAILERS) {
					responseTrailers();
				}
				else {
					responseDone();
				}
			}

			@Override
			public void cutShort() {
				answer(true).complete();
				ExchangeRun.this.end();
			}

			@Override
			public void refused(Decision decision) {
				if (ExchangeRun.this.answered != null) {
					reset("sent a local response after the response had started");
				}
				else {
					answersItself(decision);
				}
			}

		});
		this.body = run;
		return run;
	}

	private void responseTrailers() {
		this.stream.responseTrailers((decision) -> {
			if (decision instanceof Decision.Release release) {
				answer(true).add(release.data());
				return;
			}
			if (decision instanceof Decision.Forward forward) {
				answer(true).add(forward.data());
			}
			if (!answersItself(decision)) {
				responseDone();
			}
		});
	}

	/**
	 * Sends the headers of the response, unless they have been sent.
	 * @param rewritten whether the length of the body may change
	 */
	private OutgoingMessage answer(boolean rewritten) {
		OutgoingMessage message = this.answered;
		if (message == null) {
			message = OutgoingMessage.of(Objects.requireNonNull(this.view.responseHeaders()), rewritten);
			this.answered = message;
		}
		return message;
	}

	private void responseDone() {
		OutgoingMessage message = answer(false);
		message.trailers(this.view.responseTrailers());
		message.complete();
		end();
	}

	// --- Local responses and failures of the filter --------------------------------

	/** Ends the exchange after a failure of the filter. */
	void failed(FilterFailure why) {
		if (this.failure == null) {
			this.failure = why;
		}
	}

	private boolean answersItself(Decision decision) {
		FilterFailure next = this.failures.takeNext();
		if (next != null) {
			failed(next);
		}
		if (decision instanceof Decision.Respond local) {
			respondLocally(local.response());
			return true;
		}
		if (decision instanceof Decision.Reset reset) {
			reset(reset.reason());
			return true;
		}
		return false;
	}

	private void respondLocally(LocalResponse local) {
		if (this.answered != null) {
			reset("sent a local response after the response had started");
			return;
		}
		if (!local.details().equals(FAILED)) {
			this.localResponse = local;
		}
		UpstreamResponse instead = toResponse(local);
		if (this.view.responseHeaders() != null) {
			// The filter has already received the headers of this response.
			this.view.show(instead);
			sendUnfiltered(instead);
		}
		else {
			respond(instead);
		}
	}

	private static UpstreamResponse toResponse(LocalResponse local) {
		UpstreamResponse response = UpstreamResponse.status(local.status());
		for (HeaderPair pair : local.headers()) {
			response = response.header(pair.name(), pair.value());
		}
		if (local.body().length == 0) {
			return response.header("content-length", "0");
		}
		boolean typed = local.headers().stream().anyMatch((pair) -> pair.name().equals("content-type"));
		return (typed ? response : response.header("content-type", "text/plain")).body(local.body());
	}

	private void endedEarly(Decision decision) {
		if (!this.over) {
			answersItself(decision);
		}
	}

	private void reset(String reason) {
		this.resetReason = reason;
		end();
	}

	/**
	 * Ends the stream, because the client has disconnected or the exchange is complete.
	 */
	void end() {
		this.over = true;
		this.stream.end();
		this.failures.end(this);
	}

	// --- Results -------------------------------------------------------------------

	@Nullable Message forwarded() {
		return this.request.forwarded();
	}

	@Nullable Message answered() {
		return (this.answered != null) ? this.answered.toMessage() : null;
	}

	@Nullable LocalResponse localResponse() {
		return this.localResponse;
	}

	@Nullable FilterFailure failure() {
		return this.failure;
	}

	@Nullable String resetReason() {
		return this.resetReason;
	}

	boolean isOver() {
		return this.over;
	}

	byte @Nullable [] setProperty(String path) {
		return this.view.setProperty(path);
	}

}
