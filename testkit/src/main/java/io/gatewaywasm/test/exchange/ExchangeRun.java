package io.gatewaywasm.test.exchange;

import io.gatewaywasm.host.abi.HeaderPair;
import io.gatewaywasm.host.plugin.Plugin;
import io.gatewaywasm.host.spi.Decision;
import io.gatewaywasm.host.spi.FilterStream;
import io.gatewaywasm.host.spi.LocalResponse;
import io.gatewaywasm.host.spi.TimeSource;
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

	private static final String STARTED = "sent a local response after the response had started";

	private final ExchangeView view;

	private final FilterStream stream;

	private final RequestRun request;

	private final FailureLog failures;

	private final ResponseRun response;

	/** The response that the upstream sends as soon as it has received the request. */
	private @Nullable UpstreamResponse prepared;

	private @Nullable LocalResponse localResponse;

	private @Nullable String resetReason;

	private @Nullable FilterFailure failure;

	private boolean over;

	ExchangeRun(SimulatedRequest request, Plugin plugin, TimeSource time, FailureLog failures) {
		this.failures = failures;
		this.prepared = request.response();
		this.view = new ExchangeView(request, time.now(), this::endedEarly);
		this.stream = plugin.openStream(this.view, 0);
		this.request = new RequestRun(request, this.view, this.stream, this::applyIfEnding, this::requestDone);
		this.response = new ResponseRun(this.view, this.stream, new ResponseEvents());
	}

	void start() {
		this.failures.begin(this);
		this.request.start();
	}

	private void requestDone() {
		UpstreamResponse ready = this.prepared;
		if (ready != null) {
			respond(ready);
		}
	}

	boolean awaitsResponse() {
		return this.request.isDone() && this.view.responseHeaders() == null && !this.over;
	}

	void respond(UpstreamResponse upstream) {
		this.prepared = upstream;
		this.response.start(upstream);
	}

	// --- Local responses and failures of the filter

	/** Ends the exchange after a failure of the filter. */
	void failed(FilterFailure why) {
		if (this.failure == null) {
			this.failure = why;
		}
	}

	/** Applies a decision that ends the exchange, and returns whether it is one. */
	private boolean applyIfEnding(Decision decision) {
		FilterFailure next = this.failures.takeNext();
		if (next != null) {
			failed(next);
		}
		if (decision instanceof Decision.Respond local) {
			if (!local.response().ofGuest()) {
				endedByHost(local.response().details(), "The host responded with %d (%s) instead of the filter."
					.formatted(local.response().status(), local.response().details()));
			}
			respondLocally(local.response());
			return true;
		}
		if (decision instanceof Decision.Reset reset) {
			if (HostError.of(reset.reason()) != null) {
				endedByHost(reset.reason(), "The host reset the connection.");
			}
			reset(reset.reason());
			return true;
		}
		return false;
	}

	/** Records why the host ends the exchange, unless the reason is known. */
	private void endedByHost(String details, String effect) {
		if (this.failure == null) {
			failed(this.failures.ended(details, this.stream.failureReason(), effect));
		}
	}

	private void respondLocally(LocalResponse local) {
		if (this.response.isStarted()) {
			reset(STARTED);
			return;
		}
		if (local.ofGuest()) {
			this.localResponse = local;
		}
		UpstreamResponse instead = toResponse(local);
		if (this.view.responseHeaders() != null) {
			// The filter has already received the headers of this response.
			this.response.replace(instead);
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
			applyIfEnding(decision);
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
		if (this.stream.failureReason() != null) {
			endedByHost("", "The fail strategy was applied.");
		}
		this.stream.end();
		this.failures.end(this);
	}

	// --- Results

	@Nullable Message forwarded() {
		return this.request.sent(this.failure);
	}

	@Nullable Message answered() {
		return this.response.sent(this.failure);
	}

	@Nullable LocalResponse localResponse() {
		return this.localResponse;
	}

	@Nullable FilterFailure failure() {
		return this.failure;
	}

	/** Returns the failure, unless there is none or the test expects it. */
	@Nullable FilterFailure unexpectedFailure() {
		FilterFailure why = this.failure;
		return (why != null && this.failures.expectations().isUnexpected(why)) ? why : null;
	}

	/** Records that the test has looked at the failure. */
	void seeFailure() {
		FilterFailure why = this.failure;
		if (why != null) {
			this.failures.expectations().see(why);
		}
	}

	/** Records that the test expects the failure. */
	void expectFailure() {
		FilterFailure why = this.failure;
		if (why != null) {
			this.failures.expectations().expect(why);
		}
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

	/** Connects the response with the exchange. */
	private final class ResponseEvents implements ResponseRun.Events {

		@Override
		public boolean act(Decision decision) {
			return applyIfEnding(decision);
		}

		@Override
		public boolean isOver() {
			return ExchangeRun.this.over;
		}

		@Override
		public void ended() {
			ExchangeRun.this.end();
		}

	}

}
