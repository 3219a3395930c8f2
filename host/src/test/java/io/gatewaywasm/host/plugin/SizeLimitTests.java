package io.gatewaywasm.host.plugin;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.gatewaywasm.host.engine.CompiledModule;
import io.gatewaywasm.host.engine.EngineOptions;
import io.gatewaywasm.host.engine.WasmEngine;
import io.gatewaywasm.host.fixture.FakeExchange;
import io.gatewaywasm.host.fixture.TestServices;
import io.gatewaywasm.host.limits.PluginLimits;
import io.gatewaywasm.host.limits.SizeLimits;
import io.gatewaywasm.host.shared.InMemorySharedScopes;
import io.gatewaywasm.host.spi.Decision;
import io.gatewaywasm.host.spi.FilterStream;
import io.gatewaywasm.host.spi.SharedScope;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for guests that exceed a size limit. The SDKs panic on an unexpected status, so
 * most refusals show as a trap that ends the stream.
 */
class SizeLimitTests {

	private static final long MEBIBYTE = 1 << 20;

	private final TestServices services = new TestServices();

	private final List<Decision> decisions = new CopyOnWriteArrayList<>();

	@AfterEach
	void close() {
		this.services.close();
	}

	@Test
	void tooManyHeadersAreRefused() throws Exception {
		UnaryOperator<SizeLimits.Builder> sizes = (limits) -> limits.headers(10);
		FakeExchange exchange = run(sizes, add(11, "v"));
		assertThat(exchange.requestHeaders.size()).isEqualTo(4 + 1 + 10);
	}

	@Test
	void headersWithinBoundsAreAdded() throws Exception {
		UnaryOperator<SizeLimits.Builder> sizes = (limits) -> limits.headers(10);
		run(sizes, add(10, "v"));
		assertThat(this.services.failures).isEmpty();
	}

	@Test
	void tooLargeHeadersAreRefused() throws Exception {
		UnaryOperator<SizeLimits.Builder> sizes = (limits) -> limits.headerBytes(1000);
		run(sizes, add(9, "v".repeat(100)));
		assertThat(this.services.failures).isEmpty();
		FakeExchange exchange = run(sizes, add(20, "v".repeat(100)));
		assertThat(exchange.requestHeaders.size()).isBetween(4 + 1 + 9, 4 + 1 + 10);
		assertThat(this.decisions).anyMatch(Decision.Respond.class::isInstance);
	}

	@Test
	void headersOfTheClientDoNotCount() throws Exception {
		UnaryOperator<SizeLimits.Builder> sizes = (limits) -> limits.headers(3).headerBytes(100);
		String[] headers = new String[42];
		for (int i = 0; i < 40; i += 2) {
			headers[i] = "x-client-" + i;
			headers[i + 1] = "v".repeat(100);
		}
		headers[40] = "x-probe";
		headers[41] = "pairs:a=b";
		try (Plugin plugin = start(spec(sizes))) {
			FakeExchange exchange = new FakeExchange(Runnable::run, headers);
			stream(plugin, exchange);
			assertThat(exchange.requestHeaders.get("a")).isEqualTo("b");
		}
	}

	@Test
	void tooLargeLocalResponseIsRefused() throws Exception {
		run((sizes) -> sizes.localResponse(5), "local:403");
		// The filter's reply has eleven bytes.
		assertThat(this.decisions).singleElement()
			.isInstanceOfSatisfying(Decision.Respond.class,
					(local) -> assertThat(local.response().details()).isEqualTo("local_response_too_large"))
			.isInstanceOfSatisfying(Decision.Respond.class,
					(local) -> assertThat(local.response().ofGuest()).isFalse());
		assertThat(this.services.failures).isEmpty();
	}

	@Test
	void localResponseThatFitsIsOfTheGuest() throws Exception {
		run((sizes) -> sizes.localResponse(100), "local:403");
		assertThat(this.decisions).singleElement()
			.isInstanceOfSatisfying(Decision.Respond.class, (local) -> assertThat(local.response().ofGuest()).isTrue());
	}

	@Test
	void tooLargeCallIsRefused() throws Exception {
		FakeExchange exchange = run((sizes) -> sizes.callBody(5), "call-body:toolarge,pause-call:auth:/");
		assertThat(this.services.calls).isEmpty();
		assertThat(exchange.requestHeaders.get("x-call-error")).isEqualTo("BadArgument");
	}

	@Test
	void tooManyCallsAreRefused() throws Exception {
		run((sizes) -> sizes.calls(2), "call:auth:/,call:auth:/,call:auth:/");
		assertThat(this.services.calls).hasSize(2);
	}

	@Test
	void tooManyPropertiesAreRefused() throws Exception {
		FakeExchange exchange = run((sizes) -> sizes.properties(10), "set-prop:a=123456,set-prop:b=123456");
		assertThat(exchange.properties).containsOnlyKeys("a");
	}

	@Test
	void namesOfPropertiesCount() throws Exception {
		FakeExchange exchange = run((sizes) -> sizes.properties(10), "set-prop:b=1,set-prop:" + "n".repeat(10) + "=");
		assertThat(exchange.properties).containsOnlyKeys("b");
	}

	@Test
	void tooManyDeclarationsOfPropertiesAreRefused() throws Exception {
		PluginLimits limits = PluginLimits.builder()
			.sizes((sizes) -> sizes.headers(3000).headerBytes(1 << 20))
			.vm((vm) -> vm.callbackTimeout(Duration.ofSeconds(30)).eventLoopTimeout(Duration.ofSeconds(30)))
			.build();
		try (Plugin plugin = start(PluginSpec.builder("probe").vms(1).limits(limits))) {
			FakeExchange exchange = new FakeExchange(Runnable::run, "x-probe", declarations(1001));
			stream(plugin, exchange);
			List<String> answers = new ArrayList<>();
			exchange.requestHeaders.forEach((name, value) -> {
				if (name.equals("x-foreign")) {
					answers.add(value);
				}
			});
			assertThat(answers).hasSize(1001);
			assertThat(answers.subList(0, 1000)).containsOnly("declare_property=");
			assertThat(answers.get(1000)).isEqualTo("declare_property=!BadArgument");
		}
	}

	/**
	 * Returns messages of the type {@code DeclarePropertyArguments} that contain only a
	 * name.
	 */
	private static String declarations(int count) {
		return IntStream.range(1000, 1000 + count)
			.mapToObj((number) -> "foreign:declare_property=0x0a04"
					+ HexFormat.of().formatHex(Integer.toString(number).getBytes(StandardCharsets.US_ASCII)))
			.collect(Collectors.joining(","));
	}

	@Test
	void tooManyGrpcCallsAreRefused() throws Exception {
		FakeExchange exchange = run((sizes) -> sizes.calls(2),
				"grpc-call:auth:hello.Greeter/SayHello:1,grpc-call:auth:hello.Greeter/SayHello:1,"
						+ "grpc-call:auth:hello.Greeter/SayHello:1");
		assertThat(this.services.grpcCalls).hasSize(2);
		assertThat(exchange.requestHeaders.get("x-grpc-error")).isEqualTo("InternalFailure");
	}

	@Test
	void tooLongNamesOfQueuesAreRefused() {
		SharedScope scope = new InMemorySharedScopes().scope("");
		assertThat(scope.registerQueue("q".repeat(1024), () -> {
		})).isPositive();
		assertThat(scope.registerQueue("q".repeat(1025), () -> {
		})).isZero();
	}

	@Test
	void longLogLineIsCut() throws Exception {
		run((sizes) -> sizes.logLine(50), "stdout:" + "x".repeat(200));
		assertThat(this.services.lines).contains("x".repeat(50) + "… (200 characters)");
	}

	@Test
	void tooManyLogLinesAreDroppedAndCounted() throws Exception {
		UnaryOperator<SizeLimits.Builder> sizes = (limits) -> limits.logLinesPerSecond(5);
		try (Plugin plugin = start(spec(sizes))) {
			for (int i = 0; i < 20; i++) {
				stream(plugin, new FakeExchange(Runnable::run, "x-probe", "log,log,log,log,log"));
			}
			int written = this.services.lines.size();
			assertThat(written).isLessThan(100);
			Thread.sleep(500);
			stream(plugin, new FakeExchange(Runnable::run, "x-probe", "log"));
			assertThat(this.services.lines)
				.anyMatch((line) -> line.matches("\\d+ lines of the filter were dropped: it may log 5 per second"));
		}
	}

	@Test
	void totalMemoryBoundsAllVmsOfAPlugin() throws Exception {
		PluginLimits limits = PluginLimits.builder().pool((pool) -> pool.totalMemory(2 * MEBIBYTE)).build();
		assertThatExceptionOfType(PluginStartException.class)
			.isThrownBy(() -> start(PluginSpec.builder("probe").vms(4).limits(limits)))
			.withMessageContaining("limits.total-memory");
	}

	@Test
	void guestThatWantsMoreThanTheTotalIsTheOnlyOneToFail() throws Exception {
		PluginLimits limits = PluginLimits.builder().pool((pool) -> pool.totalMemory(16 * MEBIBYTE)).build();
		try (Plugin plugin = start(PluginSpec.builder("probe").vms(2).limits(limits))) {
			stream(plugin, new FakeExchange(Runnable::run, "x-probe", "exhaust-memory"));
			assertThat(this.decisions).singleElement().isInstanceOf(Decision.Respond.class);
			assertThat(plugin.status().instances().memoryBytes()).isLessThanOrEqualTo(16 * MEBIBYTE);
			this.decisions.clear();
			stream(plugin, new FakeExchange(Runnable::run));
			assertThat(this.decisions).containsOnly(Decision.Continue.INSTANCE);
		}
	}

	@Test
	void memoryOfClosedPluginsIsReleased() throws Exception {
		CompiledModule module = module();
		WasmHost host = new WasmHost(this.services, 8 * MEBIBYTE);
		for (int i = 0; i < 20; i++) {
			host.start(spec(UnaryOperator.identity()).vms(2).build(), module).close();
		}
		try (Plugin plugin = host.start(spec(UnaryOperator.identity()).vms(2).build(), module)) {
			for (int i = 0; i < 10; i++) {
				reloadWhenOldVersionIsGone(plugin, module);
			}
			assertThat(plugin.status().generation()).isEqualTo(11);
		}
		assertThatExceptionOfType(PluginStartException.class)
			.isThrownBy(() -> host.start(spec(UnaryOperator.identity()).vms(20).build(), module));
		host.start(spec(UnaryOperator.identity()).vms(2).build(), module).close();
	}

	/**
	 * Waits for the previous version's memory, because old versions are closed in the
	 * background.
	 */
	private static void reloadWhenOldVersionIsGone(Plugin plugin, CompiledModule module) throws Exception {
		long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
		while (true) {
			try {
				plugin.reload(spec(UnaryOperator.identity()).vms(2).build(), module);
				return;
			}
			catch (PluginStartException ex) {
				if (System.nanoTime() > deadline) {
					throw ex;
				}
				Thread.sleep(20);
			}
		}
	}

	private FakeExchange run(UnaryOperator<SizeLimits.Builder> sizes, String commands) throws Exception {
		try (Plugin plugin = start(spec(sizes))) {
			FakeExchange exchange = new FakeExchange(Runnable::run, "x-probe", commands);
			stream(plugin, exchange);
			return exchange;
		}
	}

	private void stream(Plugin plugin, FakeExchange exchange) {
		FilterStream stream = plugin.openStream(exchange, 0);
		stream.requestHeaders(true, this.decisions::add);
		stream.end();
	}

	private static String add(int count, String value) {
		return IntStream.range(0, count)
			.mapToObj((number) -> "add:x-" + number + "=" + value)
			.collect(Collectors.joining(","));
	}

	private static PluginSpec.Builder spec(UnaryOperator<SizeLimits.Builder> sizes) {
		return PluginSpec.builder("probe").limits(PluginLimits.builder().sizes(sizes).build());
	}

	private Plugin start(PluginSpec.Builder spec) throws Exception {
		return new WasmHost(this.services).start(spec.build(), module());
	}

	private static CompiledModule module() throws Exception {
		try (InputStream wasm = SizeLimitTests.class.getResourceAsStream("/filters/probe_rust.wasm")) {
			return WasmEngine.create(EngineOptions.defaults()).compile(wasm.readAllBytes());
		}
	}

}
