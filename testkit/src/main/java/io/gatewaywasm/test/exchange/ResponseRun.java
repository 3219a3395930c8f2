package io.gatewaywasm.test.exchange;

import java.util.Objects;

import io.gatewaywasm.host.spi.Decision;
import io.gatewaywasm.host.spi.FilterStream;
import org.jspecify.annotations.Nullable;

/**
 * Sends a response through the filter to the client.
 */
final class ResponseRun {

	private final ExchangeView view;

	private final FilterStream stream;

	private final Events events;

	private @Nullable OutgoingMessage answered;

	private @Nullable BodyRun body;

	/** Creates a run. {@code events} connects the response with the exchange. */
	ResponseRun(ExchangeView view, FilterStream stream, Events events) {
		this.view = view;
		this.stream = stream;
		this.events = events;
	}

	void start(UpstreamResponse upstream) {
		this.view.show(upstream);
		this.stream.responseHeaders(isBodyless(upstream), (decision) -> decided(decision, upstream));
	}

	/** Sends a response in place of the one whose headers the filter has received. */
	void replace(UpstreamResponse instead) {
		this.view.show(instead);
		sendUnfiltered(instead);
	}

	private static boolean isBodyless(UpstreamResponse upstream) {
		return upstream.chunks().isEmpty() && upstream.trailers().isEmpty();
	}

	private void decided(Decision decision, UpstreamResponse upstream) {
		if (this.events.act(decision)) {
			return;
		}
		BodyRun running = this.body;
		if (running != null) {
			running.decided(decision);
		}
		else if (decision instanceof Decision.Inject) {
			BodyRun opened = body(upstream);
			opened.decided(decision);
			if (!this.events.isOver()) {
				opened.pump();
			}
		}
		else if (decision instanceof Decision.KeepHeaders
				|| (this.stream.wantsResponseBody() && !isBodyless(upstream))) {
			body(upstream).pump();
		}
		else {
			sendUnfiltered(upstream);
		}
	}

	private void sendUnfiltered(UpstreamResponse upstream) {
		OutgoingMessage message = answer(false);
		upstream.chunks().forEach(message::add);
		if (upstream.trailers().isEmpty()) {
			done();
		}
		else {
			trailers();
		}
	}

	private BodyRun body(UpstreamResponse upstream) {
		BodyRun.End end = upstream.trailers().isEmpty() ? BodyRun.End.ALONE : BodyRun.End.BY_TRAILERS;
		BodyRun run = new BodyRun(upstream.chunks(), end, this.stream::responseBody, new BodyRun.Target() {

			@Override
			public boolean act(Decision decision) {
				return ResponseRun.this.events.act(decision);
			}

			@Override
			public void data(byte[] data) {
				answer(true).add(data);
			}

			@Override
			public void end() {
				if (end == BodyRun.End.BY_TRAILERS) {
					trailers();
				}
				else {
					done();
				}
			}

			@Override
			public void cutShort() {
				answer(true).complete();
				ResponseRun.this.events.ended();
			}

		});
		this.body = run;
		return run;
	}

	private void trailers() {
		this.stream.responseTrailers((decision) -> {
			if (decision instanceof Decision.Release release) {
				answer(true).add(release.data());
				return;
			}
			if (decision instanceof Decision.Forward forward) {
				answer(true).add(forward.data());
			}
			if (!this.events.act(decision)) {
				done();
			}
		});
	}

	/**
	 * Sends the headers of the response, unless they have been sent. {@code rewritten}
	 * says whether the length of the body may change.
	 */
	private OutgoingMessage answer(boolean rewritten) {
		OutgoingMessage message = this.answered;
		if (message == null) {
			message = OutgoingMessage.of(Objects.requireNonNull(this.view.responseHeaders()), rewritten);
			this.answered = message;
		}
		return message;
	}

	private void done() {
		OutgoingMessage message = answer(false);
		message.trailers(this.view.responseTrailers());
		message.complete();
		this.events.ended();
	}

	/** Returns whether the client has received the headers. */
	boolean isStarted() {
		return this.answered != null;
	}

	/**
	 * Returns what the client has received, or {@code null} if the response has not
	 * started.
	 */
	@Nullable Message answered(@Nullable FilterFailure failure) {
		return (this.answered != null) ? this.answered.toMessage(failure) : null;
	}

	/** Connects a response with its exchange. */
	interface Events extends RequestRun.LocalDecisions {

		/** Returns whether the exchange has ended. */
		boolean isOver();

		/** Called when the response is complete or was cut short. */
		void ended();

	}

}
