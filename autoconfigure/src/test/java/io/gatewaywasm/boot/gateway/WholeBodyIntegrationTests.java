package io.gatewaywasm.boot.gateway;

import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;

import io.gatewaywasm.boot.fixture.GatewayFixture;
import io.gatewaywasm.boot.fixture.RawAnswer;
import io.gatewaywasm.boot.gateway.message.NativeConnection;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Integration tests for responses with a completely buffered body: headers and body are
 * sent in one piece.
 */
@Timeout(180)
class WholeBodyIntegrationTests {

	/**
	 * The number of bytes that each flush of the client's connection sent, without
	 * flushes of nothing.
	 */
	private static final List<Integer> FLUSHED = new CopyOnWriteArrayList<>();

	private static GatewayFixture gateway;

	@BeforeAll
	static void start() {
		gateway = GatewayFixture.builder()
			.source(Flushes.class)
			.plugin("rust", "body_rust")
			.plugin("go", "body_go")
			.plugin("holding", "body_rust", "allow-on-headers-stop-iteration", "true")
			.route("rust", "Wasm=rust")
			.route("both", "Wasm=rust", "Wasm=go")
			.route("holding", "Wasm=holding")
			.start();
	}

	@AfterAll
	static void stop() {
		gateway.close();
	}

	@BeforeEach
	void forget() {
		FLUSHED.clear();
	}

	@ParameterizedTest
	@CsvSource({ "rust, text/hello, append:>>, 7", "rust, text/hello, upper, 5", "rust, text/hello, clear, 0",
			"rust, length/60000, append:>>, 60002", "both, text/hello, append:>>, 9",
			"holding, length/300000, hold-headers, 300000", "holding, chunks/100000, hold-headers, 100000" })
	void completeBodyIsSentWithItsHeaders(String route, String path, String commands, int length) throws IOException {
		RawAnswer answer = RawAnswer.get(gateway, "/" + route + "/" + path, "x-body-resp: " + commands);
		assertThat(answer.status()).isEqualTo(200);
		assertThat(answer.headers()).containsIgnoringCase("content-length: " + length + "\r\n")
			.doesNotContainIgnoringCase("transfer-encoding");
		assertThat(answer.body()).hasSize(length);
		assertThat(FLUSHED).containsExactly(answer.headers().length() + 4 + length);
	}

	@Test
	void bodyThatIsStillComingDoesNotWait() throws IOException {
		RawAnswer answer = RawAnswer.get(gateway, "/rust/length/300000", "x-body-resp: append:>>");
		assertThat(answer.body()).hasSize(300_002);
		assertThat(FLUSHED).hasSizeGreaterThan(2).first().isEqualTo(answer.headers().length() + 4);
	}

	/** Records the bytes that leave for the client. */
	@Configuration(proxyBeanMethods = false)
	static class Flushes {

		@Bean
		GlobalFilter flushes() {
			return (exchange, chain) -> {
				Objects.requireNonNull(NativeConnection.of(exchange.getRequest()))
					.channel()
					.pipeline()
					.addFirst(new FlushCounter());
				return chain.filter(exchange);
			};
		}

	}

	private static final class FlushCounter extends ChannelOutboundHandlerAdapter {

		private int bytes;

		@Override
		public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
			this.bytes += ((ByteBuf) message).readableBytes();
			context.write(message, promise);
		}

		@Override
		public void flush(ChannelHandlerContext context) {
			if (this.bytes > 0) {
				FLUSHED.add(this.bytes);
				this.bytes = 0;
			}
			context.flush();
		}

	}

}
