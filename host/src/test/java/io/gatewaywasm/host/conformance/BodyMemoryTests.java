package io.gatewaywasm.host.conformance;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;

import ch.qos.logback.classic.Level;
import io.gatewaywasm.host.abi.HeaderPair;
import io.gatewaywasm.host.engine.CompiledModule;
import io.gatewaywasm.host.fixture.CapturedLog;
import io.gatewaywasm.host.fixture.FakeExchange;
import io.gatewaywasm.host.plugin.FailStrategy;
import io.gatewaywasm.host.plugin.Plugin;
import io.gatewaywasm.host.plugin.PluginSpec;
import io.gatewaywasm.host.plugin.PluginStartException;
import io.gatewaywasm.host.spi.Decision;
import io.gatewaywasm.host.spi.FailureReason;
import io.gatewaywasm.host.spi.FilterStream;
import io.gatewaywasm.host.spi.LocalResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Bodies that are buffered for all plugins together.
 */
class BodyMemoryTests extends AbstractConformanceTests {

	/** The bytes of a plugin, half of those of all plugins together. */
	private static final int MAXIMUM = 100;

	private static final String SIXTY = "x".repeat(60);

	private Plugin plugin;

	BodyMemoryTests() {
		super(2 * MAXIMUM);
	}

	private FilterStream request(Plugin plugin, String... headers) {
		FilterStream stream = plugin.openStream(exchange(headers), 0);
		stream.requestHeaders(false, this.decisions::add);
		return stream;
	}

	private static long buffered(Plugin plugin) {
		return plugin.status().counters().bufferedBytes();
	}

	private LocalResponse local() {
		assertThat(lastDecision()).isInstanceOf(Decision.Respond.class);
		return ((Decision.Respond) lastDecision()).response();
	}

	@ParameterizedTest
	@EnumSource(FailStrategy.class)
	void requestThatWouldExceedTheMemoryIsRefused(FailStrategy strategy) {
		Plugin plugin = start("body_rust", spec().failStrategy(strategy));
		FilterStream first = request(plugin, "x-body", "buffer");
		first.requestBody(bytes(SIXTY), false, this.decisions::add);
		assertThat(lastDecision()).isEqualTo(Decision.More.INSTANCE);
		FilterStream second = request(plugin, "x-body", "buffer");
		second.requestBody(bytes(SIXTY), false, this.decisions::add);
		assertThat(local().status()).isEqualTo(503);
		assertThat(local().headers()).containsExactly(new HeaderPair("retry-after", "1"));
		assertThat(second.failureReason()).isEqualTo(FailureReason.BODY_MEMORY);
		assertThat(buffered(plugin)).isEqualTo(60);
		second.end();
		first.requestBody(bytes("y"), true, this.decisions::add);
		assertThat(text(lastDecision())).isEqualTo(SIXTY + "y");
		assertThat(buffered(plugin)).isZero();
		first.end();
		assertThat(this.services.failures).containsExactly("body-memory");
	}

	@Test
	void responseThatWouldExceedTheMemoryIsRefusedWithoutAnInvitationToRetry() {
		Plugin plugin = start("body_rust");
		FilterStream first = request(plugin, "x-body", "buffer");
		first.requestBody(bytes(SIXTY), false, this.decisions::add);
		FilterStream second = request(plugin, "x-body-resp", "buffer");
		second.responseHeaders(false, this.decisions::add);
		second.responseBody(bytes(SIXTY), true, this.decisions::add);
		assertThat(text(lastDecision())).isEqualTo(SIXTY);
		second.end();
		FilterStream third = request(plugin, "x-body-resp", "buffer");
		third.responseHeaders(false, this.decisions::add);
		third.responseBody(bytes(SIXTY), false, this.decisions::add);
		assertThat(local().status()).isEqualTo(503);
		assertThat(local().headers()).isEmpty();
		third.end();
		first.end();
		assertThat(buffered(plugin)).isZero();
	}

	@Test
	void bytesOfAllPluginsCount() {
		for (int i = 0; i < 3; i++) {
			Plugin plugin = start("body_rust");
			request(plugin, "x-body", "buffer").requestBody(bytes(SIXTY), false, this.decisions::add);
			assertThat(lastDecision()).isEqualTo(Decision.More.INSTANCE);
			assertThat(buffered(plugin)).isEqualTo(60);
		}
		Plugin last = start("body_rust");
		request(last, "x-body", "buffer").requestBody(bytes(SIXTY), false, this.decisions::add);
		assertThat(local().status()).isEqualTo(503);
		assertThat(buffered(last)).isZero();
	}

	@Test
	void pluginUsesHalfAtMost() {
		Plugin plugin = start("body_rust");
		assertThat(request(plugin).buffer(MAXIMUM + 1)).isFalse();
		Plugin other = start("body_rust");
		request(other, "x-body", "buffer").requestBody(bytes(SIXTY), false, this.decisions::add);
		assertThat(lastDecision()).isEqualTo(Decision.More.INSTANCE);
	}

	@Test
	void bodyThatTheGuestChangesWhileItBuffersIsRefused() {
		Plugin plugin = start(wat(new WatGuest()
			.function("env.proxy_set_buffer_bytes", "$set_buffer", "(param i32 i32 i32 i32 i32) (result i32)")
			.export("proxy_on_request_body", """
					(param i32 i32 i32) (result i32)
					(drop (call $set_buffer (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 64) (i32.const 1)))
					(i32.const 1)""")
			.toString()), spec());
		FilterStream stream = request(plugin);
		stream.requestBody(bytes(SIXTY), false, this.decisions::add);
		assertThat(lastDecision()).isEqualTo(Decision.More.INSTANCE);
		assertThat(buffered(plugin)).isEqualTo(61);
		stream.requestBody(bytes(SIXTY), false, this.decisions::add);
		assertThat(local().status()).isEqualTo(503);
		assertThat(buffered(plugin)).isZero();
		stream.end();
	}

	@Test
	void bodyIsBufferedAgainWhenOthersHaveFinished() {
		Plugin plugin = start(
				wat(new WatGuest().function("env.proxy_continue_stream", "$continue", "(param i32) (result i32)")
					.export("proxy_on_request_body", """
							(param i32 i32 i32) (result i32)
							(drop (call $continue (i32.const 0)))
							(i32.const 1)""")
					.toString()),
				spec());
		FilterStream other = request(plugin);
		assertThat(other.buffer(MAXIMUM)).isTrue();
		FilterStream stream = request(plugin);
		stream.requestBody(bytes("a"), false, this.decisions::add);
		assertThat(text(lastDecision())).isEqualTo("a");
		other.end();
		stream.requestBody(bytes("b"), false, this.decisions::add);
		assertThat(text(lastDecision())).isEqualTo("b");
		assertThat(this.services.failures).isEmpty();
		stream.end();
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 2 })
	void bothWaysToBufferCount(int status) {
		Plugin plugin = start(wat(new WatGuest()
			.export("proxy_on_request_body", "(param i32 i32 i32) (result i32) (i32.const %d)".formatted(status))
			.toString()), spec());
		FilterStream stream = request(plugin);
		stream.requestBody(bytes(SIXTY), false, this.decisions::add);
		assertThat(buffered(plugin)).isEqualTo(60);
		stream.requestBody(bytes(SIXTY), false, this.decisions::add);
		assertThat(local().status()).isEqualTo(503);
		assertThat(buffered(plugin)).isZero();
		stream.end();
	}

	@Test
	void droppedBodyIsNotCounted() {
		FilterStream stream = request(this.plugin = start(returning("proxy_on_request_body", 3), spec()));
		stream.requestBody(bytes(SIXTY), false, this.decisions::add);
		stream.requestBody(bytes(SIXTY), false, this.decisions::add);
		assertThat(lastDecision()).isEqualTo(Decision.More.INSTANCE);
		assertThat(buffered(this.plugin)).isZero();
		stream.end();
	}

	@Test
	void bodyBehindPausedHeadersIsCounted() {
		FilterStream stream = request(this.plugin = start(returning("proxy_on_request_headers", 3), spec()));
		stream.requestBody(bytes(SIXTY), false, this.decisions::add);
		assertThat(buffered(this.plugin)).isEqualTo(60);
		stream.requestBody(bytes(SIXTY), false, this.decisions::add);
		assertThat(local().status()).isEqualTo(503);
		assertThat(buffered(this.plugin)).isZero();
		stream.end();
	}

	private static CompiledModule returning(String callback, int action) {
		return wat(new WatGuest().export(callback, "(param i32 i32 i32) (result i32) (i32.const %d)".formatted(action))
			.toString());
	}

	@Test
	void bodyThatPassesOnIsNotCounted() {
		Plugin plugin = start("body_rust");
		FilterStream stream = request(plugin, "x-body", "upper");
		for (int i = 0; i < 5; i++) {
			stream.requestBody(bytes(SIXTY), false, this.decisions::add);
			assertThat(text(lastDecision())).isEqualTo(SIXTY.toUpperCase(Locale.ROOT));
			assertThat(buffered(plugin)).isZero();
		}
		stream.end();
	}

	@Test
	void bytesOfTheGatewayCount() {
		Plugin plugin = start("body_rust");
		FilterStream first = request(plugin);
		assertThat(first.buffer(MAXIMUM)).isTrue();
		assertThat(first.buffer(1)).isFalse();
		assertThat(buffered(plugin)).isEqualTo(MAXIMUM + 1);
		FilterStream second = request(plugin, "x-body", "buffer");
		second.requestBody(bytes("a"), false, this.decisions::add);
		assertThat(local().status()).isEqualTo(503);
		second.end();
		first.buffer(-50);
		assertThat(buffered(plugin)).isEqualTo(MAXIMUM - 49);
		first.end();
		assertThat(first.buffer(MAXIMUM + 1)).isTrue();
		first.buffer(-1);
		assertThat(buffered(plugin)).isZero();
	}

	@Test
	void refusalsAreLoggedOnceAMinute() {
		Plugin plugin = start("body_rust");
		try (CapturedLog log = CapturedLog.of("vm.stream.StreamWarnings")) {
			request(plugin, "x-body", "buffer").requestBody(bytes(SIXTY), false, this.decisions::add);
			for (int i = 0; i < 3; i++) {
				request(plugin, "x-body", "buffer").requestBody(bytes(SIXTY), false, this.decisions::add);
			}
			assertThat(log.lines).singleElement().satisfies((line) -> {
				assertThat(line.level()).isEqualTo(Level.WARN);
				assertThat(line.text()).contains("'probe'", "A request got 503", "100 bytes",
						"'gateway.wasm.max-body-memory'");
			});
		}
		assertThat(plugin.status().counters().failures()).isEqualTo(3);
	}

	@ParameterizedTest
	@EnumSource(FailStrategy.class)
	void bodyWhoseNextPartIsOverdueIsGivenUp(FailStrategy strategy) {
		Plugin plugin = start("body_rust", idle(strategy, Duration.ofMillis(100)));
		FakeExchange exchange = exchange("x-body", "buffer");
		FilterStream stream = plugin.openStream(exchange, 0);
		stream.requestHeaders(false, this.decisions::add);
		stream.requestBody(bytes(SIXTY), false, this.decisions::add);
		await(() -> !exchange.earlyEnds.isEmpty());
		assertThat(((Decision.Respond) exchange.earlyEnds.get(0)).response().status()).isEqualTo(408);
		assertThat(this.services.failures).containsExactly("body-timeout");
		await(() -> buffered(plugin) == 0);
		stream.end();
	}

	@Test
	void bodyThatTheFilterHoldsOrPassesOnIsNotGivenUp() throws InterruptedException {
		Plugin plugin = start("body_rust", idle(FailStrategy.CLOSED, Duration.ofMillis(50)));
		FakeExchange exchange = exchange("x-body", "buffer", "x-body-resp", "upper");
		FilterStream stream = plugin.openStream(exchange, 0);
		stream.requestHeaders(false, this.decisions::add);
		stream.requestBody(bytes(SIXTY), false, this.decisions::add);
		stream.requestBody(bytes("y"), true, this.decisions::add);
		stream.responseHeaders(false, this.decisions::add);
		stream.responseBody(bytes("a"), false, this.decisions::add);
		FilterStream unlimited = request(start("body_rust", idle(FailStrategy.CLOSED, Duration.ZERO)), "x-body",
				"buffer");
		unlimited.requestBody(bytes("a"), false, this.decisions::add);
		Thread.sleep(300);
		assertThat(exchange.earlyEnds).isEmpty();
		assertThat(this.services.failures).isEmpty();
		stream.end();
		unlimited.end();
	}

	private static PluginSpec.Builder idle(FailStrategy strategy, Duration timeout) {
		return spec().failStrategy(strategy)
			.limits(limits().streams((streams) -> streams.bodyIdleTimeout(timeout)).build());
	}

	/** The ways in which a stream with a buffered body ends. */
	private enum Ending {

		CLIENT_LEAVES("buffer", (test, stream) -> stream.end()),

		BODY_ENDS("buffer", (test, stream) -> stream.requestBody(bytes("y"), true, test.decisions::add)),

		TRAILERS("buffer", (test, stream) -> stream.requestTrailers(test.decisions::add)),

		REFUSAL("buffer", (test, stream) -> stream.requestBody(bytes(SIXTY), false, test.decisions::add)),

		TRAP("buffer,trap", (test, stream) -> stream.requestBody(bytes("y"), true, test.decisions::add)),

		PAUSE_TIMEOUT("pause", (test, stream) -> {
			int before = test.decisions.size();
			stream.requestBody(bytes("y"), true, test.decisions::add);
			await(() -> test.decisions.size() > before);
		}),

		LOCAL_RESPONSE("local-end:403", (test, stream) -> stream.requestBody(bytes("y"), true, test.decisions::add)),

		PLUGIN_CLOSES("buffer", (test, stream) -> test.plugin.close());

		private final String command;

		private final BiConsumer<BodyMemoryTests, FilterStream> action;

		Ending(String command, BiConsumer<BodyMemoryTests, FilterStream> action) {
			this.command = command;
			this.action = action;
		}

		/**
		 * Returns whether the body leaves the filter. Otherwise it stays buffered until
		 * the stream ends, because response callbacks can read it.
		 */
		boolean sendsOrDropsBody(FailStrategy strategy) {
			return switch (this) {
				case CLIENT_LEAVES, BODY_ENDS, TRAILERS, REFUSAL -> true;
				case TRAP, PAUSE_TIMEOUT -> strategy == FailStrategy.OPEN;
				case LOCAL_RESPONSE, PLUGIN_CLOSES -> false;
			};
		}

	}

	@ParameterizedTest
	@EnumSource(Ending.class)
	void bytesAreGivenBackAtEachEnding(Ending ending) {
		for (FailStrategy strategy : List.of(FailStrategy.CLOSED, FailStrategy.OPEN)) {
			PluginSpec.Builder spec = spec().failStrategy(strategy)
				.limits(limits().streams((streams) -> streams.pauseTimeout(Duration.ofMillis(100))).build());
			this.plugin = start("body_rust", spec);
			FilterStream stream = request(this.plugin, "x-body", ending.command);
			stream.requestBody(bytes(SIXTY), false, this.decisions::add);
			assertThat(buffered(this.plugin)).isEqualTo(60);
			ending.action.accept(this, stream);
			if (ending.sendsOrDropsBody(strategy)) {
				assertThat(buffered(this.plugin)).isZero();
			}
			stream.end();
			assertThat(buffered(this.plugin)).isZero();
			assertThat(stream.buffer(1)).isTrue();
			assertThat(buffered(this.plugin)).isZero();
		}
	}

	@Test
	void reloadKeepsTheCountOfStreamsThatFinish() throws PluginStartException {
		Plugin plugin = start("body_rust");
		FilterStream old = request(plugin, "x-body", "buffer");
		old.requestBody(bytes(SIXTY), false, this.decisions::add);
		plugin.reload(spec().build(), filter("body_rust"));
		FilterStream fresh = request(plugin, "x-body", "buffer");
		fresh.requestBody(bytes(SIXTY), false, this.decisions::add);
		assertThat(local().status()).isEqualTo(503);
		old.end();
		fresh.end();
		assertThat(buffered(plugin)).isZero();
		FilterStream next = request(plugin, "x-body", "buffer");
		next.requestBody(bytes(SIXTY), true, this.decisions::add);
		assertThat(text(lastDecision())).isEqualTo(SIXTY);
		next.end();
	}

	@Test
	void refusalRunsTheResponseCallbacks() {
		Plugin plugin = start("body_rust");
		assertThat(request(plugin).buffer(MAXIMUM)).isTrue();
		FakeExchange exchange = exchange("x-body", "buffer", "x-body-resp", "append:!");
		FilterStream stream = plugin.openStream(exchange, 0);
		stream.requestHeaders(false, this.decisions::add);
		stream.requestBody(bytes("a"), false, this.decisions::add);
		assertThat(local().status()).isEqualTo(503);
		stream.responseHeaders(false, this.decisions::add);
		stream.responseBody(bytes("refused"), true, this.decisions::add);
		assertThat(text(lastDecision())).isEqualTo("refused!");
		stream.end();
	}

}
