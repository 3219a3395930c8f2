package io.gatewaywasm.boot.gateway;

import io.netty.channel.ChannelFuture;
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
