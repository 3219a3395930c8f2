package io.gatewaywasm.boot.gateway;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.netty.channel.AbortedException;

import org.springframework.web.server.ServerWebExchange;

/**
 * What is done to the client's connection as a whole.
 */
final class ClientConnections {

	private ClientConnections() {
	}

	/**
	 * Return where work for a client is done. To be asked for while the client is there:
	 * a channel that has been closed does not know its event loop any more.
	 * @param connection the client's connection, or {@code null}
	 * @return the event loop of the connection, as long as there is one
	 */
	static Executor executor(@Nullable Connection connection) {
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
			// The server is going down. Nobody else works for this client any more.
			task.run();
		}
	}

	/**
	 * Cut the connection (of HTTP/2: reset the stream).
	 * @param exchange the exchange
	 * @param reason why, for logs
	 * @return an error that Spring takes for a client that has gone away
	 */
	static Mono<Void> reset(ServerWebExchange exchange, String reason) {
		Connection connection = NativeConnection.of(exchange.getRequest());
		if (connection != null) {
			ChannelFuture unused = connection.channel().close();
		}
		return Mono.error(new AbortedException("Connection reset by a Wasm filter: " + reason));
	}

}
