package io.gatewaywasm.demo;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaderNames;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.http.server.HttpServerRoutes;
import tools.jackson.core.PrettyPrinter;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.core.util.Separators;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.stereotype.Component;

/**
 * The responses of the upstream, most of which echo the request.
 */
@Component
final class UpstreamRoutes implements Consumer<HttpServerRoutes> {

	private static final int EVENTS = 3;

	private static final Duration EVENT_INTERVAL = Duration.ofMillis(200);

	private static final String DEMO_TOKEN = "Bearer demo-token";

	private final ObjectWriter json;

	private final RecordedExchanges exchanges;

	UpstreamRoutes(JsonMapper json, RecordedExchanges exchanges) {
		this.json = json.writer().with(prettyPrinter());
		this.exchanges = exchanges;
	}

	/**
	 * Returns a printer with the white space of httpbin.
	 */
	private static PrettyPrinter prettyPrinter() {
		return new DefaultPrettyPrinter(
				Separators.createDefaultInstance().withObjectNameValueSpacing(Separators.Spacing.AFTER));
	}

	@Override
	public void accept(HttpServerRoutes routes) {
		routes.get("/headers", this::headers)
			.get("/stream", this::stream)
			.get("/status/{code}", this::status)
			.get("/delay/{ms}", this::delay)
			.get("/check", this::check)
			.route((request) -> request.fullPath().equals("/v1/chat/completions"), this::chat)
			.route((request) -> request.fullPath().equals("/echo"), this::echo)
			.route((request) -> request.fullPath().equals("/anything"), this::anything)
			.route((request) -> true, this::unknown);
	}

	private Publisher<Void> headers(HttpServerRequest request, HttpServerResponse response) {
		return send(request, "", response, Map.of("headers", CanonicalHeaders.of(request.requestHeaders())));
	}

	private Publisher<Void> anything(HttpServerRequest request, HttpServerResponse response) {
		return body(request).flatMap((body) -> Mono.from(send(request, body, response, describe(request, body))));
	}

	/** Echoes the body. */
	private Publisher<Void> echo(HttpServerRequest request, HttpServerResponse response) {
		String type = request.requestHeaders().get(HttpHeaderNames.CONTENT_TYPE, "text/plain");
		return body(request).flatMap(
				(body) -> Mono.from(send(request, body, response.header(HttpHeaderNames.CONTENT_TYPE, type), body)));
	}

	/** Returns the user of a token, for filters that call this service. */
	private Publisher<Void> check(HttpServerRequest request, HttpServerResponse response) {
		boolean known = DEMO_TOKEN.equals(request.requestHeaders().get(HttpHeaderNames.AUTHORIZATION));
		return known ? response.header("x-user", "alice").send() : response.status(401).send();
	}

	private static Mono<String> body(HttpServerRequest request) {
		return request.receive().aggregate().asString(StandardCharsets.UTF_8).defaultIfEmpty("");
	}

	private Map<String, Object> describe(HttpServerRequest request, String body) {
		Map<String, Object> description = new LinkedHashMap<>();
		description.put("method", request.method().name());
		description.put("path", request.uri());
		description.put("headers", CanonicalHeaders.of(request.requestHeaders()));
		description.put("body", body);
		return description;
	}

	private Publisher<Void> status(HttpServerRequest request, HttpServerResponse response) {
		int code = number(request, "code");
		return empty(request, response.status((code < 200 || code > 599) ? 400 : code));
	}

	private Publisher<Void> unknown(HttpServerRequest request, HttpServerResponse response) {
		return empty(request, response.status(404));
	}

	private Publisher<Void> delay(HttpServerRequest request, HttpServerResponse response) {
		int ms = number(request, "ms");
		if (ms < 0) {
			return empty(request, response.status(400));
		}
		return Mono.delay(Duration.ofMillis(ms)).then(Mono.from(send(request, "", response, Map.of("delay", ms))));
	}

	private Publisher<Void> stream(HttpServerRequest request, HttpServerResponse response) {
		return stream(request, response,
				IntStream.range(0, EVENTS).mapToObj("id: %1$d\ndata: event %1$d\n\n"::formatted).toList());
	}

	/** Streams a completion like a language model, followed by the tokens. */
	private Publisher<Void> chat(HttpServerRequest request, HttpServerResponse response) {
		Stream<String> parts = Stream.of("We call it ", "project ", "Aurora", ", and it is", " late.")
			.map("{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"%s\"}}],\"model\":\"tiny\"}"::formatted);
		String usage = "{\"choices\":[],\"model\":\"tiny\",\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":12}}";
		return stream(request, response,
				Stream.concat(parts, Stream.of(usage, "[DONE]")).map("data: %s\n\n"::formatted).toList());
	}

	private Publisher<Void> stream(HttpServerRequest request, HttpServerResponse response, List<String> events) {
		response.sse();
		remember(request, "", response, String.join("", events));
		Flux<ByteBuf> buffers = Flux.interval(Duration.ZERO, EVENT_INTERVAL)
			.zipWithIterable(events, (tick, event) -> Unpooled.copiedBuffer(event, StandardCharsets.UTF_8));
		return response.send(buffers, (event) -> true);
	}

	private Publisher<Void> empty(HttpServerRequest request, HttpServerResponse response) {
		remember(request, "", response, "");
		return response.send();
	}

	private Publisher<Void> send(HttpServerRequest request, String requestBody, HttpServerResponse response,
			Map<String, Object> body) {
		return send(request, requestBody, response.header(HttpHeaderNames.CONTENT_TYPE, "application/json"),
				this.json.writeValueAsString(body));
	}

	private Publisher<Void> send(HttpServerRequest request, String requestBody, HttpServerResponse response,
			String body) {
		byte[] content = body.getBytes(StandardCharsets.UTF_8);
		response.chunkedTransfer(false).header(HttpHeaderNames.CONTENT_LENGTH, Integer.toString(content.length));
		remember(request, requestBody, response, body);
		return response.sendByteArray(Mono.just(content));
	}

	private void remember(HttpServerRequest request, String requestBody, HttpServerResponse response, String body) {
		String id = request.requestHeaders().get(RecordedExchanges.ID_HEADER);
		if (id != null) {
			this.exchanges.passed(id,
					new RecordedRequest(request.method().name(), request.uri(),
							RecordedHeader.listOf(request.requestHeaders()), requestBody),
					new RecordedResponse(response.status().code(), RecordedHeader.listOf(response.responseHeaders()),
							body));
		}
	}

	/**
	 * Returns a path parameter as a number, or -1 if it is not a number.
	 */
	private static int number(HttpServerRequest request, String name) {
		String value = Objects.requireNonNull(request.param(name));
		return value.matches("\\d{1,5}") ? Integer.parseInt(value) : -1;
	}

}
