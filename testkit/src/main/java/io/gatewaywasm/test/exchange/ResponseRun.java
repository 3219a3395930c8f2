package io.gatewaywasm.test.exchange;

import java.util.Objects;
import java.util.function.Consumer;

import io.gatewaywasm.host.abi.MessageHeaders;
import io.gatewaywasm.host.spi.Decision;
import io.gatewaywasm.host.spi.FilterStream;
import org.jspecify.annotations.Nullable;

/**
 * Sends a response through the filter to the client.
 */
final class ResponseRun extends MessageRun {

	private final ExchangeView view;

	private final FilterStream stream;

	private final Events events;

	private @Nullable BodyRun body;

	/** Creates a run. {@code events} connects the response with the exchange. */
	ResponseRun(ExchangeView view, FilterStream stream, Events events) {
		super(events);
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
		sendUnfiltered(instead.chunks(), instead.trailers());
	}

	private static boolean isBodyless(UpstreamResponse upstream) {
		return upstream.chunks().isEmpty() && upstream.trailers().isEmpty();
	}

	private void decided(Decision decision, UpstreamResponse upstream) {
		if (act(decision)) {
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
			sendUnfiltered(upstream.chunks(), upstream.trailers());
		}
	}

	private BodyRun body(UpstreamResponse upstream) {
		BodyRun run = body(upstream.chunks(), upstream.trailers(), this.stream::responseBody);
		this.body = run;
		return run;
	}

	@Override
	MessageHeaders headers() {
		return Objects.requireNonNull(this.view.responseHeaders());
	}

	@Override
	void trailers(Consumer<Decision> decision) {
		this.stream.responseTrailers(decision);
	}

	@Override
	public void cutShort() {
		message(true).complete();
		this.events.ended();
	}

	@Override
	void done() {
		OutgoingMessage message = message(false);
		message.trailers(this.view.responseTrailers());
		message.complete();
		this.events.ended();
	}

	/** Connects a response with its exchange. */
	interface Events extends LocalDecisions {

		/** Returns whether the exchange has ended. */
		boolean isOver();

		/** Called when the response is complete or was cut short. */
		void ended();

	}

}
