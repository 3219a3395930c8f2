package io.gatewaywasm.boot.gateway;

import java.util.List;
import java.util.Locale;

import io.gatewaywasm.host.abi.FramingHeaders;
import org.jspecify.annotations.Nullable;
import reactor.netty.http.client.HttpClientResponse;
import reactor.netty.http.server.HttpServerRequest;

import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;

/**
 * The facts about a message: read once from the connection that the message came on,
 * before any Wasm filter runs. Nothing that a filter changes afterwards is asked again.
 *
 * @param method the method of the request, of a response that of its request
 * @param protocol the protocol of the client
 * @param body the body
 * @param webSocket whether the client asks for a WebSocket
 * @param grpc whether the message is a gRPC one; gRPC-Web is not
 */
record MessageFacts(String method, Protocol protocol, MessageBody body, WebSocket webSocket, boolean grpc) {

	private static final String GRPC = "application/grpc";

	/** The protocols by how they show the end of a body. */
	enum Protocol {

		/** By a length, or by the end of the connection. */
		HTTP_1_0,

		/** By a length, or chunked. */
		HTTP_1_1,

		/** By the frames of HTTP/2 and later. */
		HTTP_2

	}

	/** What a request has to do with a WebSocket. */
	enum WebSocket {

		/** Nothing. */
		NONE,

		/**
		 * It mentions one but is not a handshake, for example because it has a body. It
		 * is a request as any other.
		 */
		MENTIONED,

		/** It is a handshake, which a WebSocket route upgrades. */
		HANDSHAKE

	}

	/**
	 * Read the facts about a request.
	 * @param request the request as it reached the first Wasm filter
	 * @return the facts
	 */
	static MessageFacts ofRequest(ServerHttpRequest request) {
		HttpServerRequest server = NativeConnection.request(request);
		if (server == null) {
			HttpHeaders headers = request.getHeaders();
			MessageBody body = Framing.declared(headers);
			return new MessageFacts(request.getMethod().name(), Protocol.HTTP_1_1, body,
					webSocket(request.getMethod().name(), body, (name) -> PortableHeaders.values(headers, name)),
					isGrpc(PortableHeaders.first(headers, HttpHeaders.CONTENT_TYPE)));
		}
		io.netty.handler.codec.http.HttpHeaders received = server.requestHeaders();
		String method = server.method().name();
		MessageBody body = Framing.declared(received);
		// A filter of the application that ran before may have put another body there.
		MessageBody current = (NettyHeaders.of(request) != null || body.equals(Framing.declared(request.getHeaders())))
				? body : MessageBody.UNKNOWN;
		return new MessageFacts(method, protocol(server), current, webSocket(method, body, received::getAll),
				isGrpc(received.get(HttpHeaders.CONTENT_TYPE)));
	}

	/**
	 * Returns whether the client names one host or none. A name with spaces, controls or
	 * user information, or a second one, is read in different ways by different servers.
	 * @param request the request
	 * @return whether filters can be shown the host
	 */
	static boolean hasValidHost(ServerHttpRequest request) {
		HttpServerRequest server = NativeConnection.request(request);
		List<String> hosts = (server != null) ? server.requestHeaders().getAll(HttpHeaders.HOST)
				: PortableHeaders.values(request.getHeaders(), HttpHeaders.HOST);
		return hosts.isEmpty()
				|| (hosts.size() == 1 && (hosts.get(0).isEmpty() || FramingHeaders.isAuthority(hosts.get(0))));
	}

	/**
	 * Read the facts about a response before any Wasm filter has seen it.
	 * @param exchange the exchange
	 * @param request the facts about the request
	 * @param response the response as it is written
	 * @return the facts
	 */
	static MessageFacts ofResponse(ServerWebExchange exchange, MessageFacts request, ServerHttpResponse response) {
		HttpHeaders headers = response.getHeaders();
		return new MessageFacts(request.method(), request.protocol(), responseBody(exchange, request, response),
				WebSocket.NONE, isGrpc(PortableHeaders.first(headers, HttpHeaders.CONTENT_TYPE)));
	}

	private static MessageBody responseBody(ServerWebExchange exchange, MessageFacts request,
			ServerHttpResponse response) {
		HttpClientResponse upstream = upstream(exchange);
		boolean sentWithout = endsWithHeaders(ResponseHeaderMap.status(response));
		boolean receivedWithout = upstream == null || endsWithHeaders(upstream.status().code());
		if (request.isHead() || (sentWithout && receivedWithout)) {
			return MessageBody.NONE;
		}
		MessageBody declared = Framing.declaredLength(PortableHeaders.values(response.getHeaders(), "content-length"));
		if (upstream == null) {
			return declared;
		}
		if (receivedWithout) {
			// A filter of the application has changed the status, and may have made a
			// body.
			return MessageBody.UNKNOWN;
		}
		if (io.netty.handler.codec.http.HttpMethod.HEAD.equals(upstream.method())) {
			// A filter has changed the method.
			return MessageBody.NONE;
		}
		MessageBody sent = Framing.declaredLength(upstream.responseHeaders().getAll(HttpHeaders.CONTENT_LENGTH));
		return sent.equals(declared) ? sent : MessageBody.UNKNOWN;
	}

	/**
	 * A response with status 205 should have no body, but Netty reads the body it has.
	 */
	private static boolean endsWithHeaders(int status) {
		return Framing.isBodyless(status) && status != 205;
	}

	private static @Nullable HttpClientResponse upstream(ServerWebExchange exchange) {
		return (ConnectionProperties.upstream(exchange) != null)
				? exchange.getAttribute(ServerWebExchangeUtils.CLIENT_RESPONSE_ATTR) : null;
	}

	private static Protocol protocol(HttpServerRequest server) {
		return switch (server.version().majorVersion()) {
			case 0 -> Protocol.HTTP_1_0;
			case 1 -> (server.version().minorVersion() == 0) ? Protocol.HTTP_1_0 : Protocol.HTTP_1_1;
			default -> Protocol.HTTP_2;
		};
	}

	/**
	 * Whatever Spring upgrades must be a handshake here: a GET with the headers of RFC
	 * 6455, or a CONNECT (RFC 8441).
	 */
	private static WebSocket webSocket(String method, MessageBody body, Values headers) {
		if (HttpMethod.GET.name().equals(method)) {
			boolean mentioned = hasToken(headers.of(HttpHeaders.UPGRADE), "websocket");
			boolean handshake = mentioned && !body.present()
					&& hasToken(headers.of(HttpHeaders.CONNECTION), HttpHeaders.UPGRADE)
					&& !headers.of("sec-websocket-key").isEmpty();
			return handshake ? WebSocket.HANDSHAKE : mentioned ? WebSocket.MENTIONED : WebSocket.NONE;
		}
		if ("CONNECT".equals(method)) {
			return WebSocket.HANDSHAKE;
		}
		return hasToken(headers.of(HttpHeaders.UPGRADE), "websocket") ? WebSocket.MENTIONED : WebSocket.NONE;
	}

	private static boolean hasToken(List<String> values, String token) {
		for (String value : values) {
			for (String part : value.split(",")) {
				if (part.trim().equalsIgnoreCase(token)) {
					return true;
				}
			}
		}
		return false;
	}

	private static boolean isGrpc(@Nullable String contentType) {
		if (contentType == null || !contentType.toLowerCase(Locale.ROOT).startsWith(GRPC)) {
			return false;
		}
		return contentType.length() == GRPC.length() || "+; ".indexOf(contentType.charAt(GRPC.length())) >= 0;
	}

	/**
	 * Return whether the request is a HEAD, whose response has no body.
	 * @return whether it is
	 */
	boolean isHead() {
		return HttpMethod.HEAD.name().equals(this.method);
	}

	/**
	 * Return whether the request has anything to do with a WebSocket. Includes whatever
	 * the gateway could upgrade, should a filter of the application change the method.
	 * @return whether it does
	 */
	boolean isWebSocketMentioned() {
		return this.webSocket != WebSocket.NONE;
	}

	boolean isHandshake() {
		return this.webSocket == WebSocket.HANDSHAKE;
	}

	/** Finds all values of a header. */
	@FunctionalInterface
	private interface Values {

		List<String> of(String name);

	}

}
