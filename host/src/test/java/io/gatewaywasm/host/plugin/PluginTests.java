package io.gatewaywasm.host.plugin;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

import io.gatewaywasm.host.abi.HeaderPair;
import io.gatewaywasm.host.engine.CompiledModule;
import io.gatewaywasm.host.engine.EngineOptions;
import io.gatewaywasm.host.engine.WasmEngine;
import io.gatewaywasm.host.fixture.FakeExchange;
import io.gatewaywasm.host.fixture.TestServices;
import io.gatewaywasm.host.limits.PluginLimits;
import io.gatewaywasm.host.spi.Decision;
import io.gatewaywasm.host.spi.FilterStream;
import io.gatewaywasm.host.spi.HttpCallResult;
import io.gatewaywasm.host.spi.RootSpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static io.gatewaywasm.host.fixture.Conditions.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link Plugin} with filters built with real SDKs.
 */
@Tag("slow")
class PluginTests {

	private final TestServices services = new TestServices();

	private final List<Decision> decisions = new CopyOnWriteArrayList<>();

	@AfterEach
	void closeServices() {
		this.services.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "hello_world", "hello_world_abi_0_1_0" })
	void helloWorldSetsItsHeader(String filter) throws Exception {
		try (Plugin plugin = start(filter, PluginSpec.builder("hello"))) {
			FakeExchange exchange = new FakeExchange(Runnable::run);
			FilterStream stream = plugin.openStream(exchange, 0);
			stream.requestHeaders(true, this.decisions::add);
			assertThat(this.decisions).containsExactly(Decision.Continue.INSTANCE);
			assertThat(exchange.requestHeaders.get("x-hello")).isEqualTo("Hello world from example.org");
			stream.responseHeaders(true, this.decisions::add);
			stream.end();
			assertThat(this.decisions).hasSize(2);
			PluginStatus status = plugin.status();
			assertThat(status.counters().streams()).isEqualTo(1);
			assertThat(status.counters().activeStreams()).isZero();
			assertThat(status.state()).isEqualTo(PluginState.LIVE);
		}
	}

	@Test
	void pausedRequestResumesAfterHttpCall() throws Exception {
		try (Plugin plugin = start("probe_rust", PluginSpec.builder("probe"))) {
			FakeExchange exchange = new FakeExchange(Runnable::run, "x-probe", "pause-call:auth:/check");
			FilterStream stream = plugin.openStream(exchange, 0);
			stream.requestHeaders(true, this.decisions::add);
			assertThat(this.decisions).isEmpty();
			assertThat(this.services.calls).hasSize(1);
			TestServices.SentCall sent = this.services.calls.get(0);
			assertThat(sent.call().upstream()).isEqualTo("auth");
			assertThat(sent.call().headers()).contains(new HeaderPair(":path", "/check"));
			sent.result()
				.accept(new HttpCallResult.Response(List.of(new HeaderPair(":status", "200")),
						"fine".getBytes(StandardCharsets.UTF_8), List.of()));
			assertThat(this.decisions).containsExactly(Decision.Continue.INSTANCE);
			assertThat(exchange.requestHeaders.get("x-call-status")).isEqualTo("200");
			assertThat(exchange.requestHeaders.get("x-call-body")).isEqualTo("fine");
			stream.end();
		}
	}

	@Test
	void trapAnswersWithTheFailurePolicyAndTheVmIsReplaced() throws Exception {
		try (Plugin plugin = start("probe_rust", PluginSpec.builder("probe"))) {
			FilterStream trapping = plugin.openStream(new FakeExchange(Runnable::run, "x-probe", "trap"), 0);
			trapping.requestHeaders(true, this.decisions::add);
			assertThat(this.decisions).singleElement()
				.isInstanceOfSatisfying(Decision.Respond.class,
						(local) -> assertThat(local.response().status()).isEqualTo(503));
			trapping.end();
			this.decisions.clear();
			FilterStream next = plugin.openStream(new FakeExchange(Runnable::run), 0);
			next.requestHeaders(true, this.decisions::add);
			await(() -> !this.decisions.isEmpty());
			assertThat(this.decisions).containsExactly(Decision.Continue.INSTANCE);
			next.end();
			assertThat(plugin.status().counters().failures()).isEqualTo(1);
			assertThat(plugin.status().lastError()).contains("proxy_on_request_headers");
			assertThat(this.services.failures).containsExactly("trap");
		}
	}

	@Test
	void openStrategySkipsAFilterThatTrapped() throws Exception {
		try (Plugin plugin = start("probe_rust", PluginSpec.builder("probe").failStrategy(FailStrategy.OPEN))) {
			FilterStream stream = plugin.openStream(new FakeExchange(Runnable::run, "x-probe", "trap"), 0);
			stream.requestHeaders(false, this.decisions::add);
			stream.requestBody("abc".getBytes(StandardCharsets.UTF_8), true, this.decisions::add);
			stream.responseHeaders(true, this.decisions::add);
			stream.end();
			assertThat(this.decisions).hasSize(3);
			assertThat(this.decisions.get(0)).isEqualTo(Decision.Continue.INSTANCE);
			assertThat(((Decision.Forward) this.decisions.get(1)).data()).asString().isEqualTo("abc");
			assertThat(this.decisions.get(2)).isEqualTo(Decision.Continue.INSTANCE);
		}
	}

	@Test
	void localResponseEndsTheRequest() throws Exception {
		try (Plugin plugin = start("probe_rust", PluginSpec.builder("probe"))) {
			FilterStream stream = plugin.openStream(new FakeExchange(Runnable::run, "x-probe", "local:403"), 0);
			stream.requestHeaders(true, this.decisions::add);
			assertThat(this.decisions).singleElement()
				.isInstanceOfSatisfying(Decision.Respond.class,
						(local) -> assertThat(local.response().status()).isEqualTo(403));
			stream.responseHeaders(true, this.decisions::add);
			assertThat(this.decisions).hasSize(2);
			stream.end();
			assertThat(plugin.status().counters().localResponses()).isEqualTo(1);
		}
	}

	@Test
	void repliesOfFiltersAreCountedOnceAndThoseOfTheFailurePolicyNotAtAll() throws Exception {
		try (Plugin plugin = start("probe_rust", PluginSpec.builder("probe"))) {
			FilterStream trapping = plugin.openStream(new FakeExchange(Runnable::run, "x-probe", "trap"), 0);
			trapping.requestHeaders(false, this.decisions::add);
			trapping.requestBody(bytes("abc"), true, this.decisions::add);
			trapping.responseHeaders(true, this.decisions::add);
			assertThat(this.decisions.subList(0, 2)).allMatch(Decision.Respond.class::isInstance);
			// The response is now the local response.
			assertThat(this.decisions.subList(2, 3)).containsExactly(Decision.Continue.INSTANCE);
			trapping.end();
			await(() -> plugin.status().instances().serving() == 1);
			assertThat(plugin.status().counters().localResponses()).isZero();
			FilterStream replying = plugin.openStream(new FakeExchange(Runnable::run, "x-probe", "local:403"), 0);
			replying.requestHeaders(false, this.decisions::add);
			replying.requestBody(bytes("abc"), true, this.decisions::add);
			assertThat(this.decisions.subList(3, 5)).allMatch(Decision.Respond.class::isInstance);
			replying.responseHeaders(true, this.decisions::add);
			replying.end();
			assertThat(plugin.status().counters().localResponses()).isEqualTo(1);
		}
	}

	@Test
	void replyThatNoPhaseWaitsForIsCounted() throws Exception {
		try (Plugin plugin = start("probe_rust", PluginSpec.builder("probe"))) {
			FakeExchange exchange = new FakeExchange(Runnable::run, "x-probe", "call:auth:/x", "x-probe-call",
					"local:418");
			FilterStream stream = plugin.openStream(exchange, 0);
			stream.requestHeaders(true, this.decisions::add);
			this.services.calls.get(0).result().accept(new HttpCallResult.Response(List.of(), new byte[0], List.of()));
			stream.end();
			assertThat(this.decisions).containsExactly(Decision.Continue.INSTANCE);
			assertThat(plugin.status().counters().localResponses()).isEqualTo(1);
		}
	}

	@Test
	void streamPausedForTooLongGetsTheFailurePolicyAndItsVmStays() throws Exception {
		PluginLimits limits = PluginLimits.builder()
			.streams((streams) -> streams.pauseTimeout(Duration.ofMillis(100)))
			.build();
		try (Plugin plugin = start("probe_rust", PluginSpec.builder("probe").limits(limits))) {
			FilterStream stream = plugin.openStream(new FakeExchange(Runnable::run, "x-probe", "pause-call:auth:/"), 0);
			stream.requestHeaders(true, this.decisions::add);
			await(() -> !this.decisions.isEmpty());
			assertThat(this.decisions).singleElement().isInstanceOf(Decision.Respond.class);
			stream.end();
			assertThat(plugin.status().instances().serving()).isEqualTo(1);
			assertThat(this.services.failures).containsExactly("pause-timeout");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "loop", "loop-calls" })
	void runawayCallbackIsStoppedAndThePluginMovesToWorkers(String command) throws Exception {
		PluginLimits limits = PluginLimits.builder().vm((vm) -> vm.callbackTimeout(Duration.ofMillis(100))).build();
		try (Plugin plugin = start("probe_rust", PluginSpec.builder("probe").limits(limits))) {
			FilterStream stream = plugin.openStream(new FakeExchange(Runnable::run, "x-probe", command), 0);
			long start = System.nanoTime();
			stream.requestHeaders(true, this.decisions::add);
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(60));
			assertThat(this.decisions).singleElement().isInstanceOf(Decision.Respond.class);
			assertThat(Thread.currentThread().isInterrupted()).isFalse();
			stream.end();
			await(() -> plugin.status().instances().onWorkers());
			assertThat(this.services.failures).containsExactly("timeout");
			this.decisions.clear();
			FilterStream next = plugin.openStream(new FakeExchange(Runnable::run), 0);
			next.requestHeaders(true, this.decisions::add);
			await(() -> !this.decisions.isEmpty());
			assertThat(this.decisions).containsExactly(Decision.Continue.INSTANCE);
			next.end();
		}
	}

	@Test
	void interruptThatWasPendingBeforeAStreamIsStillThereAfterIt() throws Exception {
		try (Plugin plugin = start("hello_world", PluginSpec.builder("hello"))) {
			Thread.currentThread().interrupt();
			FilterStream stream = plugin.openStream(new FakeExchange(Runnable::run), 0);
			stream.requestHeaders(true, this.decisions::add);
			boolean stillInterrupted = Thread.interrupted();
			stream.end();
			assertThat(stillInterrupted).isTrue();
			assertThat(this.decisions).containsExactly(Decision.Continue.INSTANCE);
		}
	}

	@Test
	void repeatedTimeOutsOpenTheCircuit() throws Exception {
		PluginLimits limits = PluginLimits.builder().vm((vm) -> vm.callbackTimeout(Duration.ofMillis(50))).build();
		try (Plugin plugin = start("probe_rust", PluginSpec.builder("probe").limits(limits))) {
			for (int i = 0; i < 3; i++) {
				int expected = i + 1;
				FilterStream stream = plugin.openStream(new FakeExchange(Runnable::run, "x-probe", "loop"), 0);
				stream.requestHeaders(true, this.decisions::add);
				await(() -> this.decisions.size() == expected);
				stream.end();
			}
			await(() -> plugin.status().instances().circuitOpen());
			FilterStream refused = plugin.openStream(new FakeExchange(Runnable::run), 0);
			refused.requestHeaders(true, this.decisions::add);
			assertThat(this.decisions).hasSize(4).allMatch(Decision.Respond.class::isInstance);
			refused.end();
		}
	}

	@Test
	void wornVmIsReplacedAndItsStreamsFinish() throws Exception {
		PluginLimits limits = PluginLimits.builder().pool((pool) -> pool.recycleAfterRequests(5)).build();
		try (Plugin plugin = start("probe_rust", PluginSpec.builder("probe").limits(limits))) {
			FakeExchange longExchange = new FakeExchange(Runnable::run, "x-probe", "ctx", "x-req-id", "long");
			FilterStream longStream = plugin.openStream(longExchange, 0);
			longStream.requestHeaders(true, this.decisions::add);
			for (int i = 0; i < 50; i++) {
				serve(plugin);
				Thread.sleep(2);
			}
			longStream.responseHeaders(true, this.decisions::add);
			await(() -> this.decisions.size() == 52);
			longStream.end();
			assertThat(longExchange.responseHeaders.get("x-req-id-resp")).isEqualTo("long");
			assertThat(this.decisions).containsOnly(Decision.Continue.INSTANCE);
			assertThat(plugin.status().counters().failures()).isZero();
		}
	}

	@Test
	void vmThatGrewTooLargeIsReplacedAndTheNextOneIsSmall() throws Exception {
		PluginLimits limits = PluginLimits.builder().pool((pool) -> pool.recycleAboveMemory(8_000_000)).build();
		try (Plugin plugin = start("probe_rust", PluginSpec.builder("probe").limits(limits))) {
			long small = plugin.status().instances().memoryBytes();
			FakeExchange longExchange = new FakeExchange(Runnable::run, "x-probe", "ctx", "x-req-id", "long");
			FilterStream longStream = plugin.openStream(longExchange, 0);
			longStream.requestHeaders(true, this.decisions::add);
			serve(plugin, "x-probe", "keep-memory:10000000");
			await(() -> plugin.status().instances().memoryBytes() > 8_000_000 + small);
			serve(plugin);
			longStream.responseHeaders(true, this.decisions::add);
			await(() -> this.decisions.size() == 4);
			longStream.end();
			await(() -> plugin.status().instances().memoryBytes() == small);
			assertThat(longExchange.responseHeaders.get("x-req-id-resp")).isEqualTo("long");
			assertThat(this.decisions).hasSize(4).containsOnly(Decision.Continue.INSTANCE);
			assertThat(plugin.status().counters().failures()).isZero();
		}
	}

	@Test
	void wornVmServesUntilThereIsMemoryForAnother() throws Exception {
		PluginLimits limits = PluginLimits.builder()
			.pool((pool) -> pool.recycleAfterRequests(1).totalMemory(2_500_000))
			.build();
		try (Plugin plugin = start("probe_rust", PluginSpec.builder("probe").limits(limits))) {
			serve(plugin, "x-probe", "keep-memory:500000");
			for (int i = 0; i < 20; i++) {
				serve(plugin);
				Thread.sleep(5);
			}
			assertThat(this.decisions).hasSize(21).containsOnly(Decision.Continue.INSTANCE);
			assertThat(plugin.status().instances().serving()).isEqualTo(1);
			assertThat(plugin.status().counters().failures()).isZero();
		}
	}

	@Test
	void crashLoopOpensTheCircuitUntilTheNextVmIsReady() throws Exception {
		PluginLimits limits = PluginLimits.builder().vm((vm) -> vm.vmWait(Duration.ofMillis(10))).build();
		try (Plugin plugin = start("probe_rust", PluginSpec.builder("probe").limits(limits))) {
			for (int i = 0; i < 3; i++) {
				await(() -> plugin.status().instances().serving() == 1);
				assertThat(plugin.status().instances().circuitOpen()).isFalse();
				serve(plugin, "x-probe", "trap");
			}
			// Each loss doubles the time until the next VM, so that one of these times is
			// long enough for a slow machine.
			boolean refused = false;
			for (int i = 0; i < 6 && !refused; i++) {
				await(() -> plugin.status().instances().serving() == 1);
				serve(plugin, "x-probe", "trap");
				refused = refuses(plugin);
			}
			assertThat(refused).isTrue();
			await(() -> plugin.status().instances().serving() == 1);
			assertThat(plugin.status().instances().circuitOpen()).isFalse();
			assertThat(plugin.status().state()).isEqualTo(PluginState.LIVE);
			serve(plugin);
			assertThat(this.decisions.get(this.decisions.size() - 1)).isEqualTo(Decision.Continue.INSTANCE);
			assertThat(this.services.failures).startsWith("trap", "trap", "trap", "trap").endsWith("unavailable");
		}
	}

	/**
	 * Waits until the circuit opens after the loss of a VM, and returns whether it
	 * rejects a stream before the next VM is there.
	 */
	private boolean refuses(Plugin plugin) throws InterruptedException {
		long failures = this.services.failures.size();
		await(() -> plugin.status().counters().failures() == failures);
		await(() -> plugin.status().instances().circuitOpen() || plugin.status().instances().serving() == 1);
		boolean failed = plugin.status().state() == PluginState.FAILED;
		int before = this.decisions.size();
		FilterStream stream = plugin.openStream(new FakeExchange(Runnable::run), 0);
		stream.requestHeaders(true, this.decisions::add);
		boolean atOnce = this.decisions.size() > before;
		await(() -> this.decisions.size() == before + 1);
		stream.end();
		return failed && atOnce && plugin.status().instances().circuitOpen()
				&& this.decisions.get(before) instanceof Decision.Respond;
	}

	/**
	 * Runs the request headers of a stream, waits for the decision, and ends the stream.
	 */
	private void serve(Plugin plugin, String... headers) throws InterruptedException {
		int before = this.decisions.size();
		FilterStream stream = plugin.openStream(new FakeExchange(Runnable::run, headers), 0);
		stream.requestHeaders(true, this.decisions::add);
		await(() -> this.decisions.size() == before + 1);
		stream.end();
	}

	@Test
	void functionThatIsNotAllowedReturnsInternalFailure() throws Exception {
		CompiledModule module = module("probe_rust");
		Set<String> allowed = new HashSet<>(module.exports().keySet());
		module.imports().forEach((function) -> allowed.add(function.name()));
		allowed.remove("proxy_set_property");
		try (Plugin plugin = start("probe_rust",
				PluginSpec.builder("probe").vm((vm) -> vm.withCapabilities(allowed)))) {
			FakeExchange exchange = new FakeExchange(Runnable::run, "x-probe", "set-prop:a=b");
			FilterStream stream = plugin.openStream(exchange, 0);
			stream.requestHeaders(true, this.decisions::add);
			stream.end();
			assertThat(exchange.properties).isEmpty();
		}
	}

	@Test
	void bodyIsBufferedWhilePausedAndReplaced() throws Exception {
		try (Plugin plugin = start("body_rust", PluginSpec.builder("body"))) {
			FakeExchange exchange = new FakeExchange(Runnable::run, "x-body", "replace:new");
			FilterStream stream = plugin.openStream(exchange, 0);
			stream.requestHeaders(false, this.decisions::add);
			stream.requestBody("old ".getBytes(StandardCharsets.UTF_8), false, this.decisions::add);
			stream.requestBody("body".getBytes(StandardCharsets.UTF_8), true, this.decisions::add);
			stream.end();
			assertThat(this.decisions.get(0)).isEqualTo(Decision.Continue.INSTANCE);
			assertThat(this.decisions.get(1)).isEqualTo(Decision.More.INSTANCE);
			assertThat(this.decisions.get(2)).isInstanceOfSatisfying(Decision.Forward.class, (forward) -> {
				assertThat(forward.data()).asString().isEqualTo("new");
				assertThat(forward.endOfStream()).isTrue();
			});
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "fail-configure", "trap-configure" })
	void refusedConfigurationFailsTheStart(String configuration) {
		assertThatExceptionOfType(PluginStartException.class)
			.isThrownBy(() -> start("probe_rust",
					PluginSpec.builder("probe").configuration(configuration.getBytes(StandardCharsets.UTF_8))))
			.withMessageContaining("proxy_on_configure");
	}

	@Test
	void reloadLetsOldStreamsFinishOnTheOldGeneration() throws Exception {
		try (Plugin plugin = start("probe_rust", PluginSpec.builder("probe").configuration(bytes("one")))) {
			FakeExchange oldExchange = new FakeExchange(Runnable::run, "x-probe", "config", "x-probe-resp", "config");
			FilterStream old = plugin.openStream(oldExchange, 0);
			old.requestHeaders(true, this.decisions::add);
			plugin.reload(PluginSpec.builder("probe").configuration(bytes("two")).build(), module("probe_rust"));
			FakeExchange newExchange = new FakeExchange(Runnable::run, "x-probe", "config");
			FilterStream fresh = plugin.openStream(newExchange, 0);
			fresh.requestHeaders(true, this.decisions::add);
			old.responseHeaders(true, this.decisions::add);
			assertThat(oldExchange.responseHeaders.get("x-config")).isEqualTo("one");
			assertThat(newExchange.requestHeaders.get("x-config")).isEqualTo("two");
			old.end();
			fresh.end();
			assertThat(plugin.status().counters().streams()).isEqualTo(2);
		}
	}

	@Test
	void secondConfigurationGetsItsOwnRootContextInTheSameVm() throws Exception {
		try (Plugin plugin = start("probe_rust", PluginSpec.builder("probe").configuration(bytes("one")))) {
			FakeExchange exchange = new FakeExchange(Runnable::run, "x-probe", "config");
			FilterStream stream = plugin.openStream(exchange, new RootSpec("probe", "", bytes("other")), 0);
			stream.requestHeaders(true, this.decisions::add);
			assertThat(exchange.requestHeaders.get("x-config")).isEqualTo("other");
			stream.end();
			assertThat(plugin.status().instances().serving()).isEqualTo(1);
		}
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	private Plugin start(String filter, PluginSpec.Builder spec) throws Exception {
		return new WasmHost(this.services).start(spec.build(), module(filter));
	}

	private static CompiledModule module(String filter) throws Exception {
		try (InputStream wasm = PluginTests.class.getResourceAsStream("/filters/" + filter + ".wasm")) {
			return WasmEngine.create(EngineOptions.defaults()).compile(wasm.readAllBytes());
		}
	}

}
