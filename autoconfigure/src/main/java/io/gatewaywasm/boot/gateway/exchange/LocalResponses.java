package io.gatewaywasm.boot.gateway.exchange;

import java.util.HexFormat;
import java.util.concurrent.Executor;

import io.gatewaywasm.boot.gateway.attributes.ResponseProperties;
import io.gatewaywasm.boot.gateway.message.BodyHeaders;
import io.gatewaywasm.boot.gateway.message.ClientConnections;
import io.gatewaywasm.boot.gateway.message.Framing;
import io.gatewaywasm.boot.gateway.message.GrpcStatus;
import io.gatewaywasm.boot.gateway.message.MessageFacts;
import io.gatewaywasm.boot.gateway.message.NativeConnection;
import io.gatewaywasm.boot.gateway.message.PortableHeaders;
import io.gatewaywasm.host.abi.FramingHeaders;
import io.gatewaywasm.host.abi.HeaderPair;
import io.gatewaywasm.host.spi.LocalResponse;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.Connection;

import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;

/**
 * Writes local responses in Envoy's form: plain text unless the filter sets another
 * content type, and for gRPC clients a response that consists of headers only.
 */
public final class LocalResponses {

	private static final String GRPC = "application/grpc";

	private static final HexFormat HEX = HexFormat.of().withUpperCase();

	private LocalResponses() {
	}

	/** Writes a local response to a request that has no response yet. */
	public static Mono<Void> write(ServerWebExchange exchange, ServerHttpResponse response, LocalResponse local) {
		byte[] body = prepare(exchange, response, local);
		WasmExchange wasm = WasmExchange.of(exchange);
		if (wasm != null && !(response instanceof WasmResponse) && !wasm.requestFacts().isHead()) {
			wasm.facts().sizes().sent(body.length);
		}
		Mono<Void> written = (body.length > 0)
				? response.writeWith(Mono.fromSupplier(() -> response.bufferFactory().wrap(body)))
				: response.setComplete();
		Connection connection = NativeConnection.of(exchange.getRequest());
		return later(written, ClientConnections.executor(connection));
	}

	/**
	 * Writes a response that originates in this process after the call that delivered its
	 * request has returned. A pipelined request would otherwise still have its end
	 * queued, and Reactor Netty would not read from the connection again
	 * (reactor-netty#4361).
	 */
	static Mono<Void> later(Mono<Void> written, Executor executor) {
		return written.subscribeOn(Schedulers.fromExecutor(executor));
	}

	/**
	 * Writes a local response in place of a response that has not been sent. Headers of
	 * the upstream are removed; headers that the gateway added stay.
	 */
	static Mono<Void> replace(ServerWebExchange exchange, ServerHttpResponse response, LocalResponse local) {
		removeUpstreamHeaders(exchange, response);
		return write(exchange, response, local);
	}

	/**
	 * Removes the headers that came from the upstream or describe its body, the filters'
	 * changes to other headers, and the trailers.
	 */
	static void removeUpstreamHeaders(ServerWebExchange exchange, ServerHttpResponse response) {
		WasmExchange wasm = WasmExchange.of(exchange);
		if (wasm != null) {
			wasm.response().undoChanges();
			wasm.response().openTrailers().drop();
		}
		ReceivedHeaders.remove(exchange, response);
	}

	/**
	 * Changes the status and headers of a response that is being committed to those of a
	 * local response. The body stays.
	 */
	static void replaceHeaders(FilteredResponse response, LocalResponse local) {
		ServerHttpResponse changed = response.undecorated();
		changed.setRawStatusCode(status(local));
		response.recordCode();
		response.undoChanges();
		local.headers().forEach((pair) -> {
			if (!BodyHeaders.describesBody(pair.name()) && !FramingHeaders.owns(pair.name())) {
				response.changes().note(changed.getHeaders(), pair.name());
				PortableHeaders.add(changed.getHeaders(), pair.name(), pair.value());
			}
		});
	}

	/** Sets status and headers, and returns the body, which may be empty. */
	static byte[] prepare(ServerWebExchange exchange, ServerHttpResponse response, LocalResponse local) {
		ResponseProperties.codeDetails(exchange, local.details());
		HttpHeaders headers = response.getHeaders();
		WasmExchange wasm = WasmExchange.of(exchange);
		local.headers().forEach((pair) -> {
			if (!pair.name().startsWith(":") && !FramingHeaders.owns(pair.name()) && !describesNothing(pair, local)) {
				note(wasm, headers, pair.name());
				PortableHeaders.add(headers, pair.name(), pair.value());
			}
		});
		MessageFacts request = (wasm != null) ? wasm.requestFacts() : MessageFacts.ofRequest(exchange.getRequest());
		if (request.grpc()) {
			note(wasm, headers, "grpc-status");
			note(wasm, headers, "grpc-message");
			prepareGrpc(response, local);
			return new byte[0];
		}
		int status = status(local);
		response.setRawStatusCode(status);
		byte[] body = Framing.isBodyless(status) ? new byte[0] : local.body();
		if (body.length > 0 && !PortableHeaders.contains(headers, HttpHeaders.CONTENT_TYPE)) {
			PortableHeaders.set(headers, HttpHeaders.CONTENT_TYPE, "text/plain");
		}
		if (Framing.isBodyless(status)) {
			Framing.noBody(headers, status);
		}
		else {
			Framing.exactLength(headers, body.length);
			if (body.length == 0 && wasm != null) {
				wasm.response().framing().hide(HttpHeaders.CONTENT_LENGTH, headers);
			}
		}
		return body;
	}

	/** Returns whether a header is the type of a body that is empty. */
	private static boolean describesNothing(HeaderPair pair, LocalResponse local) {
		return local.body().length == 0 && HttpHeaders.CONTENT_TYPE.equalsIgnoreCase(pair.name());
	}

	/** Records a header so that another local response can replace this one. */
	private static void note(@Nullable WasmExchange wasm, HttpHeaders headers, String name) {
		if (wasm != null) {
			wasm.response().changes().note(headers, name);
		}
	}

	/**
	 * Returns the status to send: 500 if the status of the local response is not a final
	 * one.
	 */
	static int status(LocalResponse local) {
		return FramingHeaders.isFinalStatus(local.status()) ? local.status() : 500;
	}

	private static void prepareGrpc(ServerHttpResponse response, LocalResponse local) {
		HttpHeaders headers = response.getHeaders();
		response.setRawStatusCode(200);
		PortableHeaders.set(headers, HttpHeaders.CONTENT_TYPE, GRPC);
		int status = (local.grpcStatus() >= 0) ? local.grpcStatus() : GrpcStatus.of(local.status());
		PortableHeaders.set(headers, "grpc-status", Integer.toString(status));
		if (local.body().length > 0) {
			PortableHeaders.set(headers, "grpc-message", grpcMessage(local.body()));
		}
		Framing.exactLength(headers, 0);
	}

	/** Escapes all bytes except printable ASCII, as gRPC requires. */
	private static String grpcMessage(byte[] message) {
		StringBuilder escaped = new StringBuilder(message.length);
		for (byte value : message) {
			if (value >= ' ' && value <= '~' && value != '%') {
				escaped.append((char) value);
			}
			else {
				escaped.append('%').append(HEX.toHexDigits(value));
			}
		}
		return escaped.toString();
	}

}
