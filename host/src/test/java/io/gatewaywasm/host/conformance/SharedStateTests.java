package io.gatewaywasm.host.conformance;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

import io.gatewaywasm.host.fixture.FakeExchange;
import io.gatewaywasm.host.plugin.Plugin;
import io.gatewaywasm.host.spi.SharedScope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Shared data, queues, metrics and timers: checklist s, t, u and v.
 */
class SharedStateTests extends AbstractConformanceTests {

	private SharedScope scope(String vmId) {
		return this.services.sharedScopes().scope(vmId);
	}

	// --- Shared data

	@Test
	void sharedDataFollowsTheRulesOfCompareAndSet() {
		Plugin plugin = start("probe_rust", spec().vm((vm) -> vm.withId("data")));
		FakeExchange exchange = run(plugin, "x-probe",
				"shared-get:k,shared-set:k=v,shared-get:k,shared-incr:n,shared-incr:n,shared-conflict:k");
		assertThat(exchange.requestHeaders.toString()).contains("k=absent", "k=ok", "k=v", "n=1", "n=2",
				"k=!CasMismatch");
	}

	@ParameterizedTest
	@CsvSource({ "0, 00000000", "77, 00000000" })
	void absentValueIsSetWhateverTheNumber(int cas, String status) {
		run(start(wat(new WatGuest()
			.function("env.proxy_set_shared_data", "$set", "(param i32 i32 i32 i32 i32) (result i32)")
			.onRequestHeaders("""
					(call $say (call $set (i32.const 32) (i32.const 1) (i32.const 33) (i32.const 1) (i32.const %d)))
					""".formatted(cas))
			.toString()), spec()));
		assertThat(this.services.lines).containsExactly(status);
	}

	@Test
	void sharedDataIsSharedByTheVmsOfOneVmIdOnly() {
		Plugin one = start("probe_rust", spec().vm((vm) -> vm.withId("a")).vms(2));
		Plugin other = start("probe_rust", spec().vm((vm) -> vm.withId("b")));
		run(one, "x-probe", "shared-set:k=v");
		FakeExchange sibling = exchange("x-probe", "shared-get:k");
		one.openStream(sibling, 1).requestHeaders(true, this.decisions::add);
		assertThat(sibling.requestHeaders.get("x-shared")).isEqualTo("k=v");
		assertThat(run(other, "x-probe", "shared-get:k").requestHeaders.get("x-shared")).isEqualTo("k=absent");
	}

	// --- Queues

	@Test
	void queueWakesTheVmThatRegisteredItFromAnyOther() {
		start("probe_rust", configured("queue=jobs").vm((vm) -> vm.withId("consumer")));
		Plugin producer = start("probe_rust", spec().vm((vm) -> vm.withId("producer")));
		FakeExchange exchange = run(producer, "x-probe", "enqueue:consumer/jobs=1,enqueue:consumer/jobs=2");
		assertThat(exchange.requestHeaders.get("x-queue")).isEqualTo("consumer/jobs=ok");
		await(() -> this.services.lines("probe queue jobs").size() == 2);
		assertThat(this.services.lines("probe queue jobs").get(0)).contains(": 1 (");
	}

	@Test
	void vmIsNotEnteredByTheThreadThatFillsItsQueue() {
		Plugin plugin = start(wat(new WatGuest()
			.function("env.proxy_register_shared_queue", "$queue", "(param i32 i32 i32) (result i32)")
			.export("proxy_on_configure",
					"(param i32 i32) (result i32) (i32.eqz (call $queue (i32.const 32) (i32.const 1) (i32.const 40)))")
			.export("proxy_on_queue_ready", "(param i32 i32) (call $say (local.get 1)) (loop $forever (br $forever))")
			.toString()), spec().limits(limits().vm((vm) -> vm.callbackTimeout(Duration.ofMillis(100))).build()));
		int token = scope("").resolveQueue("\0");
		scope("").enqueue(token, bytes("x"));
		await(() -> plugin.status().counters().failures() == 1);
		assertThat(this.services.lines).containsExactly("%08x".formatted(token));
	}

	@Test
	void entriesWithoutAnOwnerAreAnnouncedToTheNextOne() {
		AtomicInteger woken = new AtomicInteger();
		Runnable first = woken::incrementAndGet;
		int token = scope("q").registerQueue("q", first);
		scope("q").releaseQueue(token, first);
		scope("q").enqueue(token, bytes("1"));
		scope("q").enqueue(token, bytes("2"));
		assertThat(woken).hasValue(0);
		assertThat(scope("q").registerQueue("q", woken::incrementAndGet)).isEqualTo(token);
		assertThat(woken).hasValue(2);
	}

	@Test
	void emptyAndUnknownQueuesHaveTheirStatus() {
		Plugin plugin = start("probe_rust", configured("held-queue=jobs").vm((vm) -> vm.withId("q")));
		FakeExchange exchange = run(plugin, "x-probe", "dequeue:jobs,enqueue:jobs=x,dequeue:jobs,enqueue:none=x");
		assertThat(exchange.requestHeaders.toString()).contains("jobs=empty", "jobs=x", "none=absent");
	}

	@Test
	void queueOfAnotherVmIdIsUnknownToAGuestThatGuessesItsToken() {
		int token = scope("owner").registerQueue("q", () -> {
		});
		scope("owner").enqueue(token, bytes("secret"));
		run(start(wat(new WatGuest()
			.function("env.proxy_enqueue_shared_queue", "$enqueue", "(param i32 i32 i32) (result i32)")
			.function("env.proxy_dequeue_shared_queue", "$dequeue", "(param i32 i32 i32) (result i32)")
			.onRequestHeaders("""
					(call $say (call $dequeue (i32.const %1$d) (i32.const 40) (i32.const 44)))
					(call $say (call $enqueue (i32.const %1$d) (i32.const 33) (i32.const 1)))
					""".formatted(token))
			.toString()), spec().vm((vm) -> vm.withId("other"))));
		assertThat(this.services.lines).containsExactly("00000001", "00000001");
		assertThat(scope("owner").dequeue(token).data()).isEqualTo(bytes("secret"));
		assertThat(scope("owner").dequeue(token)).isNull();
	}

	@Test
	void queueOfAnotherVmIdCanBeFilledByItsNameButNotRead() {
		int token = scope("owner").registerQueue("jobs", () -> {
		});
		Plugin other = start("probe_rust", spec().vm((vm) -> vm.withId("other")));
		FakeExchange exchange = run(other, "x-probe", "enqueue:owner/jobs=1,dequeue:owner/jobs");
		assertThat(exchange.requestHeaders.toString()).contains("owner/jobs=ok", "owner/jobs=!NotFound");
		assertThat(scope("owner").dequeue(token).data()).isEqualTo(bytes("1"));
	}

	@Test
	void queueOfItsVmIdIsReadWithoutBeingResolved() {
		int token = scope("q").registerQueue("q", () -> {
		});
		scope("q").enqueue(token, bytes("1"));
		run(start(wat(new WatGuest()
			.function("env.proxy_dequeue_shared_queue", "$dequeue", "(param i32 i32 i32) (result i32)")
			.onRequestHeaders(
					"(call $say (call $dequeue (i32.const %d) (i32.const 40) (i32.const 44)))".formatted(token))
			.toString()), spec().vm((vm) -> vm.withId("q"))));
		assertThat(this.services.lines).containsExactly("00000000");
	}

	// --- Metrics

	@Test
	void metricsFollowTheirKind() {
		Plugin plugin = start("probe_rust");
		FakeExchange exchange = run(plugin, "x-probe",
				"counter:c=3,counter:c,counter-get:c,gauge:g=7,gauge-add:g=-2,gauge-get:g,histogram:h=5");
		assertThat(exchange.requestHeaders.toString()).contains("c=4", "g=5", "h=ok");
	}

	@ParameterizedTest
	@CsvSource({ "0, -1, 2", "0, 0, 2", "0, 1, 0", "1, -1, 0", "2, 1, 2" })
	void counterDoesNotShrinkAndAHistogramIsOnlyRecorded(int type, int offset, int status) {
		run(start(wat(
				new WatGuest().function("env.proxy_define_metric", "$define", "(param i32 i32 i32 i32) (result i32)")
					.function("env.proxy_increment_metric", "$increment", "(param i32 i64) (result i32)")
					.with("(data (i32.const 32) \"name\")")
					.onRequestHeaders("""
							(drop (call $define (i32.const %d) (i32.const 32) (i32.const 4) (i32.const 40)))
							(call $say (call $increment (i32.load (i32.const 40)) (i64.const %d)))
							""".formatted(type, offset))
					.toString()),
				spec()));
		assertThat(this.services.lines).containsExactly("0000000" + status);
	}

	// --- Timers

	private static WatGuest ticking(String onTick) {
		return new WatGuest().function("env.proxy_set_tick_period_milliseconds", "$tick", "(param i32) (result i32)")
			.export("proxy_on_configure", "(param i32 i32) (result i32) (i32.eqz (call $tick (i32.const 10)))")
			.export("proxy_on_tick", "(param i32) " + onTick);
	}

	@Test
	void ticksGoOnUntilThePeriodIsZero() {
		start(wat(ticking("""
				(global.set $ticks (i32.add (global.get $ticks) (i32.const 1)))
				(call $say (global.get $ticks))
				(if (i32.eq (global.get $ticks) (i32.const 3)) (then (drop (call $tick (i32.const 0)))))
				""").with("(global $ticks (mut i32) (i32.const 0))")
			.onRequestHeaders("(drop (call $tick (i32.const 1)))")
			.toString()), spec());
		await(() -> this.services.lines.contains("00000003"));
		// The pause before the timer's next round is as long as all these rounds took.
		AtomicInteger rounds = new AtomicInteger();
		this.services.scheduler().schedule(rounds::incrementAndGet, Duration.ofMillis(100));
		await(() -> rounds.get() == 1);
		assertThat(this.services.lines).contains("00000001", "00000002").doesNotContain("00000004");
	}

	@Test
	void changedPeriodReplacesTheTimerInsteadOfAddingOne() {
		Plugin plugin = start(wat(ticking("(call $say (i32.const 1))")
			.export("proxy_on_request_headers",
					"(param i32 i32 i32) (result i32) (drop (call $tick (i32.const 10))) (i32.const 0)")
			.with("(func (export \"proxy_on_log\") (param i32) (drop (call $tick (i32.const 1000000))))")
			.toString()), spec());
		for (int i = 0; i < 200; i++) {
			plugin.openStream(exchange(), 0).requestHeaders(true, this.decisions::add);
		}
		run(plugin);
		int before = this.services.lines.size();
		AtomicInteger rounds = new AtomicInteger();
		this.services.scheduler().schedule(rounds::incrementAndGet, Duration.ofMillis(200));
		await(() -> rounds.get() == 1);
		// One tick may have been running when the period was extended.
		assertThat(this.services.lines.size() - before).isLessThanOrEqualTo(1);
	}

	@Test
	void slowTicksDoNotPileUpAndRunOnNoTimerThread() {
		Plugin plugin = start("probe_rust", configured("tick=1 tick-spin=20"));
		await(() -> Integer.parseInt(value(run(plugin, "x-probe", "ticks"))) >= 3);
		assertThat(plugin.status().counters().failures()).isZero();
	}

	private static String value(FakeExchange exchange) {
		return String.valueOf(exchange.requestHeaders.get("x-ticks")).replace("null", "0");
	}

}
