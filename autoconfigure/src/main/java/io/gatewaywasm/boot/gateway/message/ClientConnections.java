package io.gatewaywasm.boot.gateway.message;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.netty.channel.AbortedException;
import reactor.netty.http.server.HttpServerRequest;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;

/**
 * Operations on the client's connection as a whole.
 */
public final class ClientConnections {

	private ClientConnections() {
	}

	/**
	 * Returns an executor on the client's event loop. Must be called while the client is
	 * connected: a closed channel no longer knows its event loop.
	 */
	public static Executor executor(@Nullable Connection connection) {
		if (connection == null) {
			return Runnable::run;
		}
		try {
			EventLoop eventLoop = connection.channel().eventLoop();
			return (task) -> execute(eventLoop, task);
		}
		catch (IllegalStateException ex) {
			return Runnable::run;
		}
	}

	private static void execute(EventLoop eventLoop, Runnable task) {
		try {
			eventLoop.execute(task);
		}
		catch (RejectedExecutionException ex) {
			// The server is shutting down, so no other thread works for this client.
			task.run();
		}
	}

	/**
	 * Closes the connection (in HTTP/2: resets the stream). Returns an error that Spring
	 * treats as a disconnected client.
	 */
	public static Mono<Void> reset(ServerWebExchange exchange, String reason) {
		Connection connection = NativeConnection.of(exchange.getRequest());
		if (connection != null) {
			ChannelFuture unused = connection.channel().close();
		}
		return Mono.error(new AbortedException("Connection reset by a Wasm filter: " + reason));
	}

	/**
	 * Decides whether the client's HTTP/1 connection is kept after a response whose
	 * headers are about to be sent. Like Envoy, closes the connection if the response is
	 * sent before the end of the request, because the rest of the request may be long and
	 * is not used.
	 */
	public static void setPersistence(Connection connection, MessageFacts request, boolean requestRead,
			ServerHttpResponse response) {
		if (request.protocol() == MessageFacts.Protocol.HTTP_2) {
			return;
		}
		HttpHeaders headers = response.getHeaders();
		boolean upgraded = request.isHandshake() && ResponseHeaderMap.status(response) < HttpStatus.BAD_REQUEST.value();
		if (!requestRead && !upgraded) {
			PortableHeaders.set(headers, HttpHeaders.CONNECTION, "close");
			LingeringClose.addTo(connection);
		}
		else if (request.protocol() == MessageFacts.Protocol.HTTP_1_0 && connection instanceof HttpServerRequest server
				&& server.isKeepAlive() && PortableHeaders.contains(headers, HttpHeaders.CONTENT_LENGTH)) {
			// Without this header Reactor Netty closes the connection.
			PortableHeaders.set(headers, HttpHeaders.CONNECTION, "keep-alive");
		}
	}

}
