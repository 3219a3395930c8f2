package io.gatewaywasm.boot.gateway;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.Executor;

import io.gatewaywasm.host.abi.FramingHeaders;
import io.gatewaywasm.host.spi.LocalReply;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.Connection;

import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;

/**
 * Writes what a filter answers instead of the upstream, in the form Envoy gives it: plain
 * text unless the filter says otherwise, and for gRPC clients a response of headers only.
 */
final class LocalReplies {

	private static final String GRPC = "application/grpc";

	private LocalReplies() {
	}

	/**
	 * Answer a request that has no response yet.
	 * @param exchange the exchange
	 * @param response where to write
	 * @param reply the reply
	 * @return completes when it is written
	 */
	static Mono<Void> write(ServerWebExchange exchange, ServerHttpResponse response, LocalReply reply) {
		byte[] body = prepare(exchange, response, reply);
		Mono<Void> written = (body.length > 0)
				? response.writeWith(Mono.fromSupplier(() -> response.bufferFactory().wrap(body)))
				: response.setComplete();
		Connection connection = NativeConnection.of(exchange.getRequest());
		return later(written, ClientConnections.executor(connection));
	}

	/**
	 * Write a response that is made in this process not within the call that brought its
	 * request: of a request that waited for the one before it on its connection, the end
	 * would then still be queued, and Reactor Netty would not read that connection again
	 * (reactor-netty#4361).
	 * @param written writes the response
	 * @param executor the client's event loop
	 * @return completes when it is written
	 */
	static Mono<Void> later(Mono<Void> written, Executor executor) {
		return written.subscribeOn(Schedulers.fromExecutor(executor));
	}

	/**
	 * Answer instead of a response that has not been sent yet: what came from the
	 * upstream goes, what the gateway added stays.
	 * @param exchange the exchange
	 * @param response where to write
	 * @param reply the reply
	 * @return completes when it is written
	 */
	static Mono<Void> replace(ServerWebExchange exchange, ServerHttpResponse response, LocalReply reply) {
		removeUpstreamHeaders(exchange, response);
		return write(exchange, response, reply);
	}

	/**
	 * Remove the headers that came from the upstream or describe its body, and the
	 * trailers.
	 * @param exchange the exchange
	 * @param response the response
	 */
	static void removeUpstreamHeaders(ServerWebExchange exchange, ServerHttpResponse response) {
		HttpHeaders headers = response.getHeaders();
		Set<?> names = exchange.getAttribute(ServerWebExchangeUtils.CLIENT_RESPONSE_HEADER_NAMES);
		if (names != null) {
			names.forEach((name) -> PortableHeaders.remove(headers, String.valueOf(name)));
		}
		for (String name : BodyHeaders.ALL) {
			PortableHeaders.remove(headers, name);
		}
		WasmExchange wasm = WasmExchange.of(exchange);
		if (wasm != null) {
			wasm.openTrailers().drop();
		}
	}

	/**
	 * Set status and headers.
	 * @param exchange the exchange
	 * @param response the response
	 * @param reply the reply
	 * @return the body to write, possibly empty
	 */
	static byte[] prepare(ServerWebExchange exchange, ServerHttpResponse response, LocalReply reply) {
		ResponseProperties.codeDetails(exchange, reply.details());
		HttpHeaders headers = response.getHeaders();
		reply.headers().forEach((pair) -> {
			if (!pair.name().startsWith(":") && !FramingHeaders.owns(pair.name())) {
				PortableHeaders.add(headers, pair.name(), pair.value());
			}
		});
		WasmExchange wasm = WasmExchange.of(exchange);
		MessageFacts request = (wasm != null) ? wasm.request() : MessageFacts.ofRequest(exchange.getRequest());
		if (request.grpc()) {
			prepareGrpc(response, reply);
			return new byte[0];
		}
		int status = status(reply);
		response.setRawStatusCode(status);
		byte[] body = Framing.isBodyless(status) ? new byte[0] : reply.body();
		if (body.length > 0 && !PortableHeaders.contains(headers, HttpHeaders.CONTENT_TYPE)) {
			PortableHeaders.set(headers, HttpHeaders.CONTENT_TYPE, "text/plain");
		}
		if (Framing.isBodyless(status)) {
			Framing.noBody(headers, status);
		}
		else {
			Framing.exactLength(headers, body.length);
		}
		return body;
	}

	/**
	 * Return the status to send.
	 * @param reply the reply
	 * @return its status, or 500 if that is none that ends a request
	 */
	static int status(LocalReply reply) {
		return FramingHeaders.isFinalStatus(reply.status()) ? reply.status() : 500;
	}

	private static void prepareGrpc(ServerHttpResponse response, LocalReply reply) {
		HttpHeaders headers = response.getHeaders();
		response.setRawStatusCode(200);
		PortableHeaders.set(headers, HttpHeaders.CONTENT_TYPE, GRPC);
		int status = (reply.grpcStatus() >= 0) ? reply.grpcStatus() : grpcStatus(reply.status());
		PortableHeaders.set(headers, "grpc-status", Integer.toString(status));
		if (reply.body().length > 0) {
			String message = new String(reply.body(), StandardCharsets.UTF_8);
			PortableHeaders.set(headers, "grpc-message",
					URLEncoder.encode(message, StandardCharsets.UTF_8).replace("+", "%20"));
		}
		Framing.exactLength(headers, 0);
	}

	/**
	 * Return the gRPC status that stands for an HTTP status.
	 * @param httpStatus the HTTP status
	 * @return the gRPC status
	 */
	static int grpcStatus(int httpStatus) {
		return switch (httpStatus) {
			case 400 -> 13;
			case 401 -> 16;
			case 403 -> 7;
			case 404 -> 12;
			case 429, 502, 503, 504 -> 14;
			default -> 2;
		};
	}

}
