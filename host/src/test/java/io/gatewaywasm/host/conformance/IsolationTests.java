package io.gatewaywasm.host.conformance;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;

import io.gatewaywasm.host.engine.CompiledModule;
import io.gatewaywasm.host.fixture.FakeExchange;
import io.gatewaywasm.host.fixture.TestServices;
import io.gatewaywasm.host.limits.PluginLimits;
import io.gatewaywasm.host.plugin.Isolation;
import io.gatewaywasm.host.plugin.Plugin;
import io.gatewaywasm.host.plugin.PluginSpec;
import io.gatewaywasm.host.plugin.PluginStartException;
import io.gatewaywasm.host.spi.Decision;
import io.gatewaywasm.host.spi.FilterStream;
import io.gatewaywasm.host.spi.HttpCallResult;
import io.gatewaywasm.host.spi.RootSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Streams that share VMs, and streams that start in a VM restored to its state after
 * configuration.
 */
class IsolationTests extends AbstractConformanceTests {

	private static final long MEBIBYTE = 1024 * 1024;

	@ParameterizedTest
	@ValueSource(strings = { "counter_rust", "counter_go" })
	void sharedVmKeepsWhatStreamsLeave(String filter) {
		Plugin plugin = start(filter, spec());
		List<FakeExchange> exchanges = List.of(run(plugin, "n", "1"), run(plugin, "n", "2"), run(plugin, "n", "3"));
		assertThat(exchanges).extracting((exchange) -> exchange.requestHeaders.get("x-count"))
			.containsExactly("1", "2", "3");
		assertThat(exchanges.get(2).requestHeaders.get("x-last-path")).isEqualTo("/");
	}

	@ParameterizedTest
	@ValueSource(strings = { "counter_rust", "counter_go" })
	void isolatedVmIsTheSameForEachStream(String filter) {
		Plugin plugin = start(filter, isolated(1));
		for (int i = 0; i < 5; i++) {
			FakeExchange exchange = run(plugin);
			assertThat(exchange.requestHeaders.get("x-count")).isEqualTo("1");
			assertThat(exchange.requestHeaders.get("x-last-path")).isEmpty();
			assertThat(exchange.requestHeaders.get("x-context-id")).isEqualTo("2");
		}
		assertThat(plugin.status().isolation()).isEqualTo(Isolation.STREAM);
		assertThat(plugin.status().counters().streams()).isEqualTo(5);
	}

	@Test
	void memoryThatAStreamNeededIsReleased() {
		Plugin plugin = start("counter_rust",
				isolated(1).limits(PluginLimits.builder().pool((pool) -> pool.totalMemory(24 * MEBIBYTE)).build()));
		long before = plugin.status().instances().memoryBytes();
		for (int i = 0; i < 5; i++) {
			FakeExchange exchange = exchange("x-counter", "grow");
			FilterStream stream = plugin.openStream(exchange, 0);
			stream.requestHeaders(true, this.decisions::add);
			assertThat(plugin.status().instances().memoryBytes()).isGreaterThan(before + 15 * MEBIBYTE);
			stream.end();
			assertThat(plugin.status().instances().memoryBytes()).isEqualTo(before);
		}
		assertThat(this.decisions).hasSize(5).containsOnly(Decision.Continue.INSTANCE);
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void manyStreamsThatWaitForOneVmDoNotNest(boolean leave) {
		PluginLimits limits = PluginLimits.builder().vm((vm) -> vm.vmWait(Duration.ofMinutes(10))).build();
		Plugin plugin = start("counter_rust", isolated(1).limits(limits));
		FilterStream first = plugin.openStream(exchange(), 0);
		first.requestHeaders(true, this.decisions::add);
		List<FilterStream> waiting = new ArrayList<>();
		for (int i = 0; i < 20_000; i++) {
			FilterStream stream = plugin.openStream(exchange(), 0);
			stream.requestHeaders(true, (decision) -> {
				this.decisions.add(decision);
				stream.end();
			});
			waiting.add(stream);
		}
		assertThat(this.decisions).hasSize(1);
		if (leave) {
			waiting.forEach(FilterStream::end);
		}
		first.end();
		assertThat(this.decisions).hasSize(leave ? 1 : 20_001).containsOnly(Decision.Continue.INSTANCE);
		assertThat(plugin.status().counters().activeStreams()).isZero();
		assertThat(run(plugin).requestHeaders.get("x-count")).isEqualTo("1");
	}

	@Test
	void streamHasItsVmAlone() {
		Plugin plugin = start("counter_rust", isolated(2));
		FilterStream first = plugin.openStream(exchange(), 0);
		FilterStream second = plugin.openStream(exchange(), 0);
		first.requestHeaders(true, this.decisions::add);
		second.requestHeaders(true, this.decisions::add);
		assertThat(this.decisions).hasSize(2);
		List<Decision> late = new ArrayList<>();
		FakeExchange exchange = exchange();
		FilterStream third = plugin.openStream(exchange, 0);
		third.requestHeaders(true, late::add);
		assertThat(late).isEmpty();
		assertThat(plugin.status().instances().waiting()).isEqualTo(1);
		second.end();
		assertThat(late).containsExactly(Decision.Continue.INSTANCE);
		assertThat(exchange.requestHeaders.get("x-count")).isEqualTo("1");
		assertThat(plugin.status().instances().waiting()).isZero();
		first.end();
		third.end();
	}

	@Test
	void streamThatWaitsInVainGetsTheFailurePolicy() {
		Plugin plugin = start("counter_rust",
				isolated(1).limits(PluginLimits.builder().vm((vm) -> vm.vmWait(Duration.ofMillis(50))).build()));
		FilterStream holder = plugin.openStream(exchange(), 0);
		holder.requestHeaders(true, this.decisions::add);
		this.decisions.clear();
		FilterStream waiting = plugin.openStream(exchange(), 0);
		waiting.requestHeaders(true, this.decisions::add);
		await(() -> !this.decisions.isEmpty());
		assertThat(this.decisions).singleElement()
			.isInstanceOfSatisfying(Decision.Respond.class,
					(local) -> assertThat(local.response().status()).isEqualTo(503));
		assertThat(this.services.failures).containsExactly("unavailable");
		waiting.end();
		holder.end();
		assertThat(run(plugin).requestHeaders.get("x-count")).isEqualTo("1");
	}

	@Test
	void streamThatEndsWhileItWaitsTakesNoVm() {
		Plugin plugin = start("counter_rust", isolated(1));
		FilterStream holder = plugin.openStream(exchange(), 0);
		holder.requestHeaders(true, this.decisions::add);
		FilterStream gone = plugin.openStream(exchange(), 0);
		gone.requestHeaders(true, this.decisions::add);
		gone.end();
		holder.end();
		assertThat(run(plugin).requestHeaders.get("x-count")).isEqualTo("1");
		assertThat(plugin.status().counters().activeStreams()).isZero();
	}

	@Test
	void streamWhoseEventLoopIsShuttingDownLeavesTheVmToTheNext() {
		Plugin plugin = start("counter_rust", isolated(1));
		FilterStream holder = plugin.openStream(exchange(), 0);
		holder.requestHeaders(true, this.decisions::add);
		FilterStream lost = plugin.openStream(new FakeExchange((task) -> {
			throw new RejectedExecutionException("shut down");
		}), 0);
		List<Decision> refused = new ArrayList<>();
		lost.requestHeaders(true, refused::add);
		FilterStream next = plugin.openStream(exchange(), 0);
		next.requestHeaders(true, this.decisions::add);
		assertThat(plugin.status().instances().waiting()).isEqualTo(2);
		holder.end();
		assertThat(refused).singleElement().isInstanceOf(Decision.Respond.class);
		assertThat(this.decisions).containsExactly(Decision.Continue.INSTANCE, Decision.Continue.INSTANCE);
		lost.end();
		next.end();
		assertThat(plugin.status().instances().leased()).isZero();
		assertThat(plugin.status().counters().activeStreams()).isZero();
	}

	@Test
	void vmOfAClosedPluginIsReleasedIfItsStreamTrapsAtTheEnd() {
		Plugin plugin = start("probe_rust", isolated(2));
		FilterStream stream = plugin.openStream(exchange("x-probe-log", "trap"), 0);
		stream.requestHeaders(true, this.decisions::add);
		assertThat(plugin.status().instances().leased()).isEqualTo(1);
		plugin.close();
		await(() -> plugin.status().instances().leased() == 0);
		stream.end();
		assertThat(plugin.status().instances().leased()).isZero();
		assertThat(plugin.status().counters().activeStreams()).isZero();
		assertThat(plugin.status().counters().failures()).isZero();
	}

	@Test
	void recycledVmIsReleasedIfItsLastStreamTrapsAtTheEnd() {
		Plugin plugin = start("probe_rust",
				isolated(1).limits(PluginLimits.builder().pool((pool) -> pool.recycleAfterRequests(1)).build()));
		CountDownLatch recycle = new CountDownLatch(1);
		for (int i = 0; i < TestServices.THREADS; i++) {
			this.services.scheduler().background().execute(() -> awaitLatch(recycle));
		}
		run(plugin);
		FilterStream last = plugin.openStream(exchange("x-probe-log", "trap"), 0);
		last.requestHeaders(true, this.decisions::add);
		recycle.countDown();
		FilterStream next = plugin.openStream(exchange(), 0);
		next.requestHeaders(true, this.decisions::add);
		await(() -> this.decisions.size() == 3);
		assertThat(plugin.status().instances().leased()).isEqualTo(2);
		last.end();
		assertThat(plugin.status().instances().leased()).isEqualTo(1);
		next.end();
		await(() -> plugin.status().instances().leased() == 0);
		assertThat(plugin.status().counters().activeStreams()).isZero();
		assertThat(plugin.status().counters().failures()).isZero();
	}

	@Test
	void trapCostsOneStream() {
		Plugin plugin = start("counter_rust", isolated(2));
		FilterStream other = plugin.openStream(exchange(), 0);
		other.requestHeaders(true, this.decisions::add);
		FilterStream trapping = plugin.openStream(exchange("x-counter", "trap"), 0);
		List<Decision> trapped = new ArrayList<>();
		trapping.requestHeaders(true, trapped::add);
		assertThat(trapped).singleElement().isInstanceOf(Decision.Respond.class);
		trapping.end();
		other.responseHeaders(true, this.decisions::add);
		other.end();
		assertThat(this.decisions).hasSize(2).containsOnly(Decision.Continue.INSTANCE);
		await(() -> plugin.status().instances().serving() == 2);
		assertThat(plugin.status().counters().failures()).isEqualTo(1);
		for (int i = 0; i < 4; i++) {
			assertThat(run(plugin).requestHeaders.get("x-count")).isEqualTo("1");
		}
	}

	@Test
	void callOfAStreamIsCalledOffAndItsAnswerNeverReachesTheNext() {
		Plugin plugin = start("counter_rust", isolated(1));
		FilterStream first = plugin.openStream(exchange("x-counter", "hold"), 0);
		first.requestHeaders(true, this.decisions::add);
		TestServices.SentCall stale = this.services.calls.get(0);
		first.end();
		FakeExchange exchange = exchange("x-counter", "hold");
		FilterStream second = plugin.openStream(exchange, 0);
		second.requestHeaders(true, this.decisions::add);
		assertThat(exchange.requestHeaders.get("x-token")).isEqualTo("4");
		stale.result().accept(new HttpCallResult.Response(List.of(), new byte[0], List.of()));
		assertThat(this.decisions).isEmpty();
		this.services.calls.get(1).result().accept(new HttpCallResult.Response(List.of(), new byte[0], List.of()));
		assertThat(this.decisions).containsExactly(Decision.Continue.INSTANCE);
		second.end();
	}

	@Test
	void pausedStreamGivesItsVmBackAfterThePauseTimeout() {
		Plugin plugin = start("counter_rust", isolated(1)
			.limits(PluginLimits.builder().streams((streams) -> streams.pauseTimeout(Duration.ofMillis(50))).build()));
		FilterStream stream = plugin.openStream(exchange("x-counter", "hold"), 0);
		stream.requestHeaders(true, this.decisions::add);
		await(() -> !this.decisions.isEmpty());
		assertThat(this.decisions).singleElement().isInstanceOf(Decision.Respond.class);
		stream.end();
		assertThat(run(plugin).requestHeaders.get("x-count")).isEqualTo("1");
	}

	@Test
	void eachRouteHasItsConfigurationInTheSameVm() {
		Plugin plugin = start("counter_rust", isolated(1));
		RootSpec other = new RootSpec("probe", "", bytes("other"));
		for (int i = 0; i < 3; i++) {
			FakeExchange exchange = exchange();
			FilterStream stream = plugin.openStream(exchange, other, 0);
			stream.requestHeaders(true, this.decisions::add);
			stream.end();
			assertThat(exchange.requestHeaders.get("x-count")).isEqualTo("1");
			assertThat(exchange.requestHeaders.get("x-context-id")).isEqualTo("3");
			assertThat(run(plugin).requestHeaders.get("x-count")).isEqualTo("1");
		}
		assertThat(plugin.status().instances().target()).isEqualTo(1);
	}

	@Test
	void configurationThatIsRefusedCostsItsOwnStreams() {
		Plugin plugin = start("counter_rust", isolated(1));
		RootSpec calling = new RootSpec("probe", "", bytes("call"));
		FilterStream stream = plugin.openStream(exchange(), calling, 0);
		stream.requestHeaders(true, this.decisions::add);
		stream.end();
		assertThat(this.decisions).singleElement().isInstanceOf(Decision.Respond.class);
		assertThat(this.services.calls).isEmpty();
		assertThat(plugin.status().instances().refused()).containsExactly("proxy_http_call");
		assertThat(run(plugin).requestHeaders.get("x-context-id")).isEqualTo("2");
	}

	@ParameterizedTest
	@ValueSource(strings = { "timer:proxy_set_tick_period_milliseconds", "queue:proxy_register_shared_queue",
			"call:proxy_http_call" })
	void startThatNeedsWhatIsRefusedSaysSo(String need) {
		String[] parts = need.split(":");
		PluginSpec.Builder spec = isolated(1).configuration(bytes(parts[0]));
		assertThatExceptionOfType(PluginStartException.class).isThrownBy(() -> tryToStart(filter("counter_rust"), spec))
			.withMessageContaining("it called " + parts[1])
			.withMessageContaining("isolation: stream")
			.satisfies((ex) -> assertThat(ex.remedy()).contains("isolation: shared"));
	}

	@Test
	void timerOfAStreamIsRefused() {
		Plugin plugin = start("counter_rust", isolated(1));
		run(plugin, "x-counter", "timer");
		assertThat(plugin.status().instances().refused()).containsExactly("proxy_set_tick_period_milliseconds");
		await(() -> plugin.status().instances().serving() == 1);
		assertThat(run(plugin).requestHeaders.get("x-count")).isEqualTo("1");
	}

	@Test
	void moduleThatChangesItsTablesIsRefused() {
		CompiledModule module = wat("""
				(module (memory (export "memory") 1) (table 1 funcref)
				  (func (export "proxy_abi_version_0_2_1"))
				  (func (export "malloc") (param i32) (result i32) (i32.const 0))
				  (func (export "proxy_on_context_create") (param i32 i32)
				    (table.set (i32.const 0) (ref.null func))))""");
		assertThatExceptionOfType(PluginStartException.class).isThrownBy(() -> tryToStart(module, isolated(1)))
			.withMessageContaining("'isolation: stream' is not possible")
			.withMessageContaining("table.set")
			.satisfies((ex) -> assertThat(ex.remedy()).contains("isolation: shared"));
		start(module, spec());
	}

	@Test
	void reloadLetsStreamsFinishOnTheOldVersion() throws Exception {
		Plugin plugin = start("counter_rust", isolated(1));
		FilterStream old = plugin.openStream(exchange(), 0);
		old.requestHeaders(true, this.decisions::add);
		plugin.reload(isolated(1).build(), filter("counter_go"));
		assertThat(run(plugin).requestHeaders.get("x-count")).isEqualTo("1");
		old.responseHeaders(true, this.decisions::add);
		old.end();
		assertThat(this.decisions).containsOnly(Decision.Continue.INSTANCE);
		assertThat(run(plugin).requestHeaders.get("x-count")).isEqualTo("1");
	}

	@Test
	void wornVmIsReplaced() {
		Plugin plugin = start("counter_rust",
				isolated(1).limits(PluginLimits.builder().pool((pool) -> pool.recycleAfterRequests(2)).build()));
		for (int i = 0; i < 20; i++) {
			this.decisions.clear();
			FakeExchange exchange = exchange();
			FilterStream stream = plugin.openStream(exchange, 0);
			stream.requestHeaders(true, this.decisions::add);
			await(() -> !this.decisions.isEmpty());
			stream.end();
			assertThat(exchange.requestHeaders.get("x-count")).isEqualTo("1");
		}
	}

	private static PluginSpec.Builder isolated(int vms) {
		return spec().run((run) -> run.withIsolation(Isolation.STREAM)).vms(vms);
	}

}
