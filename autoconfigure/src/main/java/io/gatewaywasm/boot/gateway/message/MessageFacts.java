package io.gatewaywasm.boot.gateway.message;

import java.util.List;

import io.gatewaywasm.boot.gateway.body.MessageBody;
import io.gatewaywasm.host.abi.FramingHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.util.AsciiString;
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
 * Facts about a request, read once from its connection before any Wasm filter runs.
 * Changes that filters make do not affect them. {@code grpc} is decided by the content
 * types that Envoy treats as gRPC.
 */
public record MessageFacts(String method, Protocol protocol, MessageBody body, WebSocket webSocket, boolean grpc) {

	private static final String GRPC = "application/grpc";

	/** Protocols by the way they mark the end of a body. */
	public enum Protocol {

		/** A length, or the end of the connection. */
		HTTP_1_0,

		/** A length, or chunks. */
		HTTP_1_1,

		/** The frames of HTTP/2 and later. */
		HTTP_2

	}

	/** The relation of a request to a WebSocket. */
	enum WebSocket {

		/** The request does not mention a WebSocket. */
		NONE,

		/**
		 * The request mentions a WebSocket but lacks headers of a handshake. It is
		 * handled like any other request.
		 */
		MENTIONED,

		/**
		 * The request has the headers of a handshake, but a body or another method than
		 * GET. It is handled like any other request and passed on without
		 * {@code upgrade}. Otherwise Spring, which ignores a body, would upgrade it if
		 * its method is GET, or if a filter changes it to GET.
		 */
		ORDINARY,

		/** The request is a handshake, which a WebSocket route upgrades. */
		HANDSHAKE

	}

	/** Reads the facts about a request as it reached the first Wasm filter. */
	public static MessageFacts ofRequest(ServerHttpRequest request) {
		HttpServerRequest server = NativeConnection.request(request);
		if (server == null) {
			HttpHeaders headers = request.getHeaders();
			MessageBody body = Framing.declared(headers);
			return new MessageFacts(request.getMethod().name(), Protocol.HTTP_1_1, body,
					webSocket(request.getMethod().name(), body,
							(name) -> PortableHeaders.values(headers, name.toString())),
					isGrpc(PortableHeaders.first(headers, HttpHeaders.CONTENT_TYPE)));
		}
		io.netty.handler.codec.http.HttpHeaders received = server.requestHeaders();
		String method = server.method().name();
		MessageBody body = Framing.declared(received);
		// An earlier filter of the application may have replaced the body.
		MessageBody current = (NettyHeaders.of(request) != null || body.equals(Framing.declared(request.getHeaders())))
				? body : MessageBody.UNKNOWN;
		return new MessageFacts(method, protocol(server), current,
				webSocket(method, body, (name) -> NettyHeaders.values(received, name)),
				isGrpc(received.get(HttpHeaderNames.CONTENT_TYPE)));
	}

	/**
	 * Returns whether the client sends at most one host and the host is valid. Servers
	 * disagree on how to read a second host, or a host with spaces, control characters or
	 * user information.
	 */
	public static boolean hasValidHost(ServerHttpRequest request) {
		HttpServerRequest server = NativeConnection.request(request);
		List<String> hosts = (server != null) ? NettyHeaders.values(server.requestHeaders(), HttpHeaderNames.HOST)
				: PortableHeaders.values(request.getHeaders(), HttpHeaders.HOST);
		return hosts.isEmpty()
				|| (hosts.size() == 1 && (hosts.get(0).isEmpty() || FramingHeaders.isAuthority(hosts.get(0))));
	}

	/**
	 * Returns whether the target of a request has a fragment, which no request can have.
	 * A filter that compares paths would not see what follows it, and servers disagree on
	 * whether it belongs to the path.
	 */
	public static boolean hasFragment(ServerHttpRequest request) {
		return request.getURI().getRawFragment() != null;
	}

	/**
	 * Returns whether the transfer encoding of a request is known. Netty decodes the
	 * chunks of any list of encodings, so that filters would see bytes that are still
	 * encoded, and the upstream would not learn of the encoding.
	 */
	public static boolean hasKnownTransferEncoding(ServerHttpRequest request) {
		HttpServerRequest server = NativeConnection.request(request);
		List<String> encodings = (server != null)
				? NettyHeaders.values(server.requestHeaders(), HttpHeaderNames.TRANSFER_ENCODING)
				: PortableHeaders.values(request.getHeaders(), HttpHeaders.TRANSFER_ENCODING);
		return encodings.isEmpty() || (encodings.size() == 1 && encodings.get(0).trim().equalsIgnoreCase("chunked"));
	}

	/** Returns the body of a response before any Wasm filter has seen it. */
	public static MessageBody responseBody(ServerWebExchange exchange, MessageFacts request,
			ServerHttpResponse response) {
		HttpClientResponse upstream = upstream(exchange);
		boolean sentWithout = endsWithHeaders(ResponseHeaderMap.status(response));
		boolean receivedWithout = upstream == null || endsWithHeaders(upstream.status().code());
		if (request.isHead() || (sentWithout && receivedWithout)) {
			return MessageBody.NONE;
		}
		MessageBody declared = Framing.declaredLength(contentLengths(response));
		if (upstream == null) {
			return declared;
		}
		if (receivedWithout) {
			// A filter of the application has changed the status and may have added a
			// body.
			return MessageBody.UNKNOWN;
		}
		if (io.netty.handler.codec.http.HttpMethod.HEAD.equals(upstream.method())) {
			// A filter has changed the method.
			return MessageBody.NONE;
		}
		MessageBody sent = Framing
			.declaredLength(NettyHeaders.values(upstream.responseHeaders(), HttpHeaderNames.CONTENT_LENGTH));
		return sent.equals(declared) ? sent : MessageBody.UNKNOWN;
	}

	private static List<String> contentLengths(ServerHttpResponse response) {
		io.netty.handler.codec.http.HttpHeaders netty = NettyHeaders.of(response);
		return (netty != null) ? NettyHeaders.values(netty, HttpHeaderNames.CONTENT_LENGTH)
				: PortableHeaders.values(response.getHeaders(), HttpHeaders.CONTENT_LENGTH);
	}

	/**
	 * Returns whether a received response ends with its headers. For status 205, Netty
	 * reads a body although there should be none.
	 */
	private static boolean endsWithHeaders(int status) {
		return Framing.isBodyless(status) && status != 205;
	}

	/**
	 * Returns the upstream's response, or {@code null} if the response does not come from
	 * an upstream.
	 */
	public static @Nullable HttpClientResponse upstream(ServerWebExchange exchange) {
		return (NativeConnection.ofUpstream(exchange) != null)
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
	 * Classifies a request. Every request that Spring upgrades must count as a handshake:
	 * a GET with the headers of RFC 6455, or a CONNECT (RFC 8441).
	 */
	private static WebSocket webSocket(String method, MessageBody body, Values headers) {
		if ("CONNECT".equals(method)) {
			return WebSocket.HANDSHAKE;
		}
		if (!hasToken(headers.of(HttpHeaderNames.UPGRADE), "websocket")) {
			return WebSocket.NONE;
		}
		if (!hasToken(headers.of(HttpHeaderNames.CONNECTION), HttpHeaders.UPGRADE)
				|| headers.of(HttpHeaderNames.SEC_WEBSOCKET_KEY).isEmpty()) {
			return WebSocket.MENTIONED;
		}
		boolean handshake = HttpMethod.GET.name().equals(method) && !body.present();
		return handshake ? WebSocket.HANDSHAKE : WebSocket.ORDINARY;
	}

	/** Returns whether a token is in one of these comma-separated lists. */
	static boolean hasToken(List<String> values, String token) {
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
		return contentType != null && (contentType.equals(GRPC) || contentType.startsWith(GRPC + "+"));
	}

	/** Returns whether the request is a HEAD, whose response has no body. */
	public boolean isHead() {
		return HttpMethod.HEAD.name().equals(this.method);
	}

	/**
	 * Returns whether the request mentions a WebSocket. This covers every request that
	 * the gateway could upgrade if a filter of the application changed the method.
	 */
	public boolean isWebSocketMentioned() {
		return this.webSocket != WebSocket.NONE;
	}

	/** Returns whether an ordinary request has the headers of a handshake. */
	public boolean hasHeadersOfHandshake() {
		return this.webSocket == WebSocket.ORDINARY;
	}

	public boolean isHandshake() {
		return this.webSocket == WebSocket.HANDSHAKE;
	}

	/** Returns all values of a header. */
	@FunctionalInterface
	private interface Values {

		List<String> of(AsciiString name);

	}

}
