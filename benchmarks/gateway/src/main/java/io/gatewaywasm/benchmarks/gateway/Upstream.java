package io.gatewaywasm.benchmarks.gateway;

import java.nio.charset.StandardCharsets;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaderNames;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

/**
 * Answers every request with 256 bytes.
 */
public final class Upstream {

	private static final ByteBuf BODY = Unpooled
		.unreleasableBuffer(Unpooled.directBuffer().writeBytes("b".repeat(256).getBytes(StandardCharsets.US_ASCII)));

	private Upstream() {
	}

	/** Starts the server. The argument is the port. */
	public static void main(String[] args) {
		DisposableServer server = HttpServer.create()
			.host("127.0.0.1")
			.port(Integer.parseInt(args[0]))
			.handle((request, response) -> request.receive()
				.then()
				.thenEmpty(response.header(HttpHeaderNames.CONTENT_TYPE, "application/json")
					.header(HttpHeaderNames.CONTENT_LENGTH, "256")
					.sendObject(Mono.fromSupplier(BODY::duplicate))
					.then()))
			.bindNow();
		server.onDispose().block();
	}

}
