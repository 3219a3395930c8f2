package io.gatewaywasm.test.exchange;

import java.util.Objects;

import io.gatewaywasm.host.abi.HeaderPair;
import io.gatewaywasm.host.plugin.Plugin;
import io.gatewaywasm.host.spi.Decision;
import io.gatewaywasm.host.spi.LocalReply;
import io.gatewaywasm.host.spi.TimeSource;
import io.gatewaywasm.host.vm.stream.FilterStream;
import org.jspecify.annotations.Nullable;

/**
 * An exchange on its way through the filter, driven as the gateway drives one, but in
 * memory and on one thread.
 *
 * <pre>
 *   request headers → body ──forwarded──&gt; response headers → body → trailers ──&gt; over
 *         │ reply                              │ reply
 *         └──its headers and body take the─────┴── place of the upstream's
 * </pre>
 */
final class ExchangeRun {

	private final ExchangeView view;

	private final FilterStream stream;

	private final RequestRun request;

	private @Nullable UpstreamResponse response;

	private @Nullable OutgoingMessage answered;

	private @Nullable LocalReply localReply;

	private @Nullable String resetReason;

	private boolean over;

	ExchangeRun(FilterRequest request, Plugin plugin, TimeSource time) {
		this.response = request.response();
		this.view = new ExchangeView(request, time.now(), this::interrupted);
		this.stream = plugin.openStream(this.view, 0);
		this.request = new RequestRun(request, this.view.requestHeaders(), this.stream, this::answersItself,
				this::requestDone);
	}

	void start() {
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
		if (decision instanceof Decision.HoldHeaders || (this.stream.wantsResponseBody() && !isBodyless(upstream))) {
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
		return new BodyRun(upstream.chunks(), end, this.stream::responseBody, new BodyRun.Target() {

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
			public void refused(Decision decision) {
				if (ExchangeRun.this.answered != null) {
					reset("answered itself when its response was on the way");
				}
				else {
					answersItself(decision);
				}
			}

		});
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
	 * Let the response's headers go, unless they have gone.
	 * @param rewritten whether the length of its body may change
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

	// --- What the filter decides itself -------------------------------------------

	private boolean answersItself(Decision decision) {
		if (decision instanceof Decision.Reply reply) {
			reply(reply.reply());
			return true;
		}
		if (decision instanceof Decision.Reset reset) {
			reset(reset.reason());
			return true;
		}
		return false;
	}

	private void reply(LocalReply reply) {
		if (this.answered != null) {
			reset("replied when its response was on the way");
			return;
		}
		this.localReply = reply;
		UpstreamResponse instead = toResponse(reply);
		if (this.view.responseHeaders() != null) {
			// The filter has seen this response's headers already.
			this.view.show(instead);
			sendUnfiltered(instead);
		}
		else {
			respond(instead);
		}
	}

	private static UpstreamResponse toResponse(LocalReply reply) {
		UpstreamResponse response = UpstreamResponse.status(reply.status());
		for (HeaderPair pair : reply.headers()) {
			response = response.header(pair.name(), pair.value());
		}
		if (reply.body().length == 0) {
			return response.header("content-length", "0");
		}
		boolean typed = reply.headers().stream().anyMatch((pair) -> pair.name().equals("content-type"));
		return (typed ? response : response.header("content-type", "text/plain")).body(reply.body());
	}

	private void interrupted(Decision decision) {
		if (!this.over) {
			answersItself(decision);
		}
	}

	private void reset(String reason) {
		this.resetReason = reason;
		end();
	}

	/** The client is gone, or everything has been said. */
	void end() {
		this.over = true;
		this.stream.end();
	}

	// --- What came of it ----------------------------------------------------------

	@Nullable Message forwarded() {
		return this.request.forwarded();
	}

	@Nullable Message answered() {
		return (this.answered != null) ? this.answered.toMessage() : null;
	}

	@Nullable LocalReply localReply() {
		return this.localReply;
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
