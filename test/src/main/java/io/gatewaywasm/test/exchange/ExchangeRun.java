package io.gatewaywasm.test.exchange;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;

import io.gatewaywasm.host.abi.HeaderList;
import io.gatewaywasm.host.abi.HeaderMap;
import io.gatewaywasm.host.abi.HeaderPair;
import io.gatewaywasm.host.abi.MapType;
import io.gatewaywasm.host.abi.MessageHeaders;
import io.gatewaywasm.host.plugin.Plugin;
import io.gatewaywasm.host.plugin.PluginStream;
import io.gatewaywasm.host.spi.Decision;
import io.gatewaywasm.host.spi.HttpStream;
import io.gatewaywasm.host.spi.LocalReply;
import io.gatewaywasm.host.spi.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * An exchange as its filter sees it, driven as the gateway drives one, but in memory and
 * on one thread.
 *
 * <pre>
 *   request headers → body ──forwarded──&gt; response headers → body → trailers ──&gt; over
 *         │ reply                              │ reply
 *         └──its headers and body take the─────┴── place of the upstream's
 * </pre>
 */
final class ExchangeRun implements HttpStream {

	private static final String CONTENT_LENGTH = "content-length";

	private final FilterRequest request;

	private final PluginStream stream;

	private final MessageHeaders requestHeaders;

	private final RequestProperties properties;

	private final Map<String, byte[]> setProperties = new HashMap<>();

	private @Nullable UpstreamResponse response;

	private @Nullable MessageHeaders responseHeaders;

	private @Nullable HeaderList responseTrailers;

	private @Nullable OutgoingMessage forwarded;

	private @Nullable OutgoingMessage answered;

	private @Nullable LocalReply localReply;

	private @Nullable String resetReason;

	private boolean requestDone;

	private boolean over;

	ExchangeRun(FilterRequest request, Plugin plugin, TimeSource time) {
		this.request = request;
		this.response = request.response();
		this.requestHeaders = new MessageHeaders(request.headers());
		this.properties = new RequestProperties(this, request.properties(), time.now());
		this.stream = plugin.openStream(this, 0);
	}

	// --- The request --------------------------------------------------------------

	void start() {
		this.stream.requestHeaders(this.request.chunks().isEmpty(), this::requestDecided);
	}

	private void requestDecided(Decision decision) {
		boolean endOfStream = this.request.chunks().isEmpty();
		if (answersItself(decision)) {
			return;
		}
		if (decision instanceof Decision.HoldHeaders) {
			requestBody().pump();
			return;
		}
		boolean filtered = this.stream.wantsRequestBody() && !endOfStream
				&& !(decision instanceof Decision.ContinueAndEndStream);
		if (filtered) {
			// As in the gateway, headers leave with the first part of the body.
			requestBody().pump();
			return;
		}
		OutgoingMessage message = forward(false);
		if (!(decision instanceof Decision.ContinueAndEndStream)) {
			this.request.chunks().forEach(message::add);
		}
		requestDone();
	}

	private BodyRun requestBody() {
		BodyRun.End end = hasLength(this.requestHeaders) ? BodyRun.End.WITH_LAST_CHUNK : BodyRun.End.ALONE;
		return new BodyRun(this.request.chunks(), end, this.stream::requestBody, new BodyRun.Target() {

			@Override
			public void data(byte[] data) {
				forward(true).add(data);
			}

			@Override
			public void end() {
				forward(true);
				requestDone();
			}

			@Override
			public void refused(Decision decision) {
				answersItself(decision);
			}

		});
	}

	/**
	 * Let the request's headers go, unless they have gone.
	 * @param rewritten whether its length may change
	 */
	private OutgoingMessage forward(boolean rewritten) {
		OutgoingMessage message = this.forwarded;
		if (message == null) {
			message = new OutgoingMessage(outgoing(this.requestHeaders, rewritten));
			this.forwarded = message;
		}
		return message;
	}

	private void requestDone() {
		if (this.forwarded != null) {
			this.forwarded.complete();
		}
		this.requestDone = true;
		UpstreamResponse prepared = this.response;
		if (prepared != null) {
			respond(prepared);
		}
	}

	// --- The response -------------------------------------------------------------

	boolean awaitsResponse() {
		return this.requestDone && this.responseHeaders == null && !this.over;
	}

	void respond(UpstreamResponse upstream) {
		this.response = upstream;
		this.responseHeaders = new MessageHeaders(upstream.headers());
		this.responseTrailers = new HeaderList(upstream.trailers());
		this.stream.responseHeaders(isBodyless(upstream), (decision) -> responseDecided(decision, upstream));
	}

	private static boolean isBodyless(UpstreamResponse upstream) {
		return upstream.chunks().isEmpty() && upstream.trailers().isEmpty();
	}

	private void responseDecided(Decision decision, UpstreamResponse upstream) {
		if (decision instanceof Decision.Reply && this.localReply != null) {
			// A filter replies only once: this is the failure policy after a reply.
			sendUnfiltered(upstream);
			return;
		}
		if (answersItself(decision)) {
			return;
		}
		if (decision instanceof Decision.HoldHeaders) {
			responseBody(upstream).pump();
		}
		else if (decision instanceof Decision.ContinueAndEndStream) {
			answer(true);
			responseDone();
		}
		else if (this.stream.wantsResponseBody() && !isBodyless(upstream)) {
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
		MessageHeaders headers = this.responseHeaders;
		boolean withLast = headers != null && hasLength(headers);
		BodyRun.End end = !upstream.trailers().isEmpty() ? BodyRun.End.BY_TRAILERS
				: withLast ? BodyRun.End.WITH_LAST_CHUNK : BodyRun.End.ALONE;
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

	private OutgoingMessage answer(boolean rewritten) {
		OutgoingMessage message = this.answered;
		MessageHeaders headers = this.responseHeaders;
		if (message == null) {
			message = new OutgoingMessage((headers != null) ? outgoing(headers, rewritten) : List.of());
			this.answered = message;
		}
		return message;
	}

	private void responseDone() {
		OutgoingMessage message = answer(false);
		if (this.responseTrailers != null) {
			message.trailers(this.responseTrailers.toList());
		}
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
		boolean shown = this.responseHeaders != null;
		if (this.answered != null) {
			reset("replied when its response was on the way");
			return;
		}
		this.localReply = reply;
		UpstreamResponse instead = toResponse(reply);
		if (shown) {
			// The filter has seen this response's headers already.
			this.responseHeaders = new MessageHeaders(instead.headers());
			this.responseTrailers = new HeaderList();
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
			return response.header(CONTENT_LENGTH, "0");
		}
		boolean typed = reply.headers().stream().anyMatch((pair) -> pair.name().equals("content-type"));
		return (typed ? response : response.header("content-type", "text/plain")).body(reply.body());
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

	private static boolean hasLength(MessageHeaders headers) {
		return headers.get(CONTENT_LENGTH) != null;
	}

	private static List<HeaderPair> outgoing(MessageHeaders headers, boolean rewritten) {
		List<HeaderPair> pairs = new ArrayList<>(headers.toList());
		if (rewritten) {
			pairs.removeIf((pair) -> pair.name().equalsIgnoreCase(CONTENT_LENGTH));
		}
		return pairs;
	}

	// --- What came of it ----------------------------------------------------------

	@Nullable Message forwarded() {
		return (this.forwarded != null) ? this.forwarded.toMessage() : null;
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
		return this.setProperties.get(path);
	}

	// --- The exchange as the host sees it -----------------------------------------

	@Override
	public @Nullable HeaderMap headers(MapType type) {
		return switch (type) {
			case REQUEST_HEADERS -> this.requestHeaders;
			case RESPONSE_HEADERS -> this.responseHeaders;
			case RESPONSE_TRAILERS -> this.responseTrailers;
			default -> null;
		};
	}

	@Override
	public @Nullable Object property(List<String> path) {
		Object value = this.properties.get(path);
		return (value != null) ? value : this.setProperties.get(String.join(".", path));
	}

	@Override
	public void propertySet(List<String> path, byte[] value) {
		this.setProperties.put(String.join(".", path), value);
	}

	@Override
	public void clearRouteCache() {
		// As in the gateway, which has chosen the route before the filter runs.
	}

	@Override
	public void interrupt(Decision decision) {
		if (!this.over) {
			answersItself(decision);
		}
	}

	@Override
	public Map<String, String> logContext() {
		return Map.of();
	}

	@Override
	public Executor executor() {
		return Runnable::run;
	}

}
