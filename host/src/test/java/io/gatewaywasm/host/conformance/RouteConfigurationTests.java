package io.gatewaywasm.host.conformance;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import ch.qos.logback.classic.Level;
import io.gatewaywasm.host.engine.CompiledModule;
import io.gatewaywasm.host.fixture.CapturedLog;
import io.gatewaywasm.host.fixture.ManualScheduler;
import io.gatewaywasm.host.plugin.Isolation;
import io.gatewaywasm.host.plugin.Plugin;
import io.gatewaywasm.host.plugin.PluginSpec;
import io.gatewaywasm.host.spi.Decision;
import io.gatewaywasm.host.spi.FailureReason;
import io.gatewaywasm.host.spi.FilterStream;
import io.gatewaywasm.host.spi.RootSpec;
import io.gatewaywasm.host.spi.SharedScope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Configurations of routes on which the guest traps or loops: they fail the streams of
 * their route only.
 */
class RouteConfigurationTests extends AbstractConformanceTests {

	private static PluginSpec.Builder twoVms() {
		return spec().vms(2).limits(limits().vm((vm) -> vm.startTimeout(Duration.ofMillis(300))).build());
	}

	private static RootSpec route(String configuration) {
		return new RootSpec("probe", "", bytes(configuration));
	}

	/** Runs the request headers of a stream, and returns the stream, which has ended. */
	private FilterStream run(Plugin plugin, RootSpec root) {
		return run(plugin, root, 0);
	}

	private FilterStream run(Plugin plugin, RootSpec root, int affinity) {
		int before = this.decisions.size();
		FilterStream stream = plugin.openStream(exchange(), root, affinity);
		stream.requestHeaders(true, this.decisions::add);
		await(() -> this.decisions.size() == before + 1);
		stream.end();
		return stream;
	}

	@ParameterizedTest
	@CsvSource({ "trap-configure, SHARED", "trap-configure, STREAM", "loop-configure, SHARED" })
	void configurationThatEndsItsVmDoesNotFailStreamsOfOthers(String configuration, Isolation isolation) {
		Plugin plugin = start("probe_rust", twoVms().run((run) -> run.withIsolation(isolation)));
		for (int i = 0; i < 20; i++) {
			run(plugin, route(configuration));
			assertThat(status(lastDecision())).isEqualTo(503);
			run(plugin, route(""));
			assertThat(lastDecision()).isEqualTo(Decision.Continue.INSTANCE);
			assertThat(plugin.status().instances().circuitOpen()).isFalse();
		}
	}

	@Test
	void configurationThatTrappedFailsItsStreamsWithoutTheGuest() {
		Plugin plugin = start("probe_rust", spec().vms(1));
		RootSpec traps = route("trap-configure");
		try (CapturedLog log = CapturedLog.of("vm.stream.StreamWarnings")) {
			assertThat(run(plugin, traps).failureReason()).isEqualTo(FailureReason.TRAP);
			await(() -> plugin.status().instances().serving() == 1);
			int lines = this.services.lines.size();
			for (int i = 0; i < 2; i++) {
				FilterStream stream = run(plugin, traps);
				assertThat(status(lastDecision())).isEqualTo(503);
				assertThat(stream.failureReason()).isEqualTo(FailureReason.START);
			}
			assertThat(this.services.lines).hasSize(lines);
			assertThat(log.lines).singleElement().satisfies((line) -> {
				assertThat(line.level()).isEqualTo(Level.ERROR);
				assertThat(line.text()).startsWith("Wasm plugin 'probe': proxy_on_configure trapped in context #2: ")
					.contains(". Requests of route 'test' with this configuration get the fail strategy.");
			});
		}
		assertThat(this.services.failures).containsExactly("trap", "start", "start");
		assertThat(plugin.status().counters().failures()).isEqualTo(3);
		assertThat(plugin.status().instances().serving()).isEqualTo(1);
	}

	@Test
	void vmWithManyRootContextsIsReplacedAndEndsThem() {
		AtomicInteger deleted = new AtomicInteger();
		this.services.foreignFunctions.put("deleted", (call, arguments) -> {
			deleted.incrementAndGet();
			return new byte[0];
		});
		Plugin plugin = start(wat(calling("deleted").export("proxy_on_delete", "(param i32) (call $foreign)")
			.onRequestHeaders("")
			.toString()), spec().vms(1));
		await(() -> plugin.status().instances().serving() == 1);
		int before = deleted.get();
		int roots = 1000;
		for (int i = 0; i < roots; i++) {
			run(plugin, route("number " + i));
			assertThat(lastDecision()).isEqualTo(Decision.Continue.INSTANCE);
		}
		// The streams, the root contexts of the routes, and the plugin's own
		await(() -> deleted.get() - before >= 2 * roots);
		run(plugin, route("another"));
		assertThat(lastDecision()).isEqualTo(Decision.Continue.INSTANCE);
	}

	@Test
	void unusedRootContextEndsAfterItsLastStream() {
		List<String> ends = new CopyOnWriteArrayList<>();
		PluginSpec.Builder spec = spec().vms(1);
		Plugin plugin = start(wat(noting(ends, "(i32.const 1)").toString()), spec);
		run(plugin, route("first"));
		FilterStream open = plugin.openStream(exchange(), route("removed"), 0);
		open.requestHeaders(true, this.decisions::add);
		run(plugin, route("kept"));
		ends.clear();

		plugin.endRoots(List.of(route("removed"), route("unknown"), spec.build().root(), route("first")));
		await(() -> ends.contains("delete 2"));
		run(plugin, route("kept"));
		run(plugin, route("removed"));
		open.end();
		assertThat(ends).containsExactly("done 2", "delete 2", "done 8", "delete 8", "done 10", "delete 10", "done 5",
				"delete 5", "done 4", "delete 4");

		ends.clear();
		plugin.endRoots(List.of(route("removed")));
		await(() -> ends.contains("delete 9"));
		plugin.close();
		await(() -> ends.contains("delete 6"));
		assertThat(ends).containsExactly("done 9", "delete 9", "done 1", "delete 1", "done 6", "delete 6");
	}

	@Test
	void unusedRootContextThatDelaysItsEndIsDeletedLater() {
		List<String> ends = new CopyOnWriteArrayList<>();
		ManualScheduler time = new ManualScheduler();
		this.services.time = time;
		Plugin plugin = start(wat(noting(ends, "(i32.const 0)").toString()), spec().vms(1));
		run(plugin, route("removed"));
		ends.clear();
		plugin.endRoots(List.of(route("removed")));
		await(() -> ends.contains("done 2"));
		run(plugin, route("removed"));
		await(() -> ends.contains("delete 5"));
		time.pass(Duration.ofMillis(4_999));
		assertThat(ends).containsExactly("done 2", "done 5", "delete 5");
		time.pass(Duration.ofMillis(1));
		await(() -> ends.contains("delete 2"));
		plugin.endRoots(List.of(route("removed")));
		await(() -> ends.contains("done 4"));
		plugin.close();
		await(() -> ends.contains("done 1"));
		assertThat(ends).containsOnlyOnce("done 2", "done 4");
	}

	@Test
	void callsOfRootContextThatHasEndedAreCancelled() {
		Plugin plugin = start(wat(new WatGuest()
			.function("env.proxy_http_call", "$call", "(param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)")
			.with("""
					(data (i32.const 64) "auth")
					(data (i32.const 128) "\\03\\00\\00\\00\\07\\00\\00\\00\\03\\00\\00\\00\\05\\00\\00\\00\\01\\00\\00\\00\\0a\\00\\00\\00\\01\\00\\00\\00:method\\00GET\\00:path\\00/\\00:authority\\00a\\00")
					""")
			.export("proxy_on_configure", """
					(param i32 i32) (result i32)
					(drop (call $call (i32.const 64) (i32.const 4) (i32.const 128) (i32.const 61) (i32.const 0)
					  (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 1000) (i32.const 40)))
					(i32.const 1)
					""")
			.export("proxy_on_http_call_response", "(param i32 i32 i32 i32 i32) (call $say (local.get 0))")
			.onRequestHeaders("")
			.toString()), spec().vms(1));
		run(plugin, route("removed"));
		int calls = this.services.calls.size();
		plugin.endRoots(List.of(route("removed")));
		await(() -> !this.services.cancelled.isEmpty());
		assertThat(this.services.cancelled).containsExactly("auth");
		this.services.lines.clear();
		answer(calls - 1, 200, "late");
		answer(calls - 2, 200, "for the plugin's own");
		await(() -> !this.services.lines.isEmpty());
		assertThat(this.services.lines).containsExactly("00000001");
	}

	@Test
	void queueOfRootContextThatHasEndedIsHandedOver() {
		List<String> ends = new CopyOnWriteArrayList<>();
		Plugin plugin = start(registering(ends, "(i32.const 1)"), spec().vms(1));
		run(plugin, route("kept"));
		run(plugin, route("removed"));
		SharedScope scope = this.services.scopes.scope("");
		int token = scope.resolveQueue("note");
		for (String owner : List.of("00000004", "00000002", "00000001")) {
			this.services.lines.clear();
			scope.enqueue(token, bytes("entry"));
			await(() -> !this.services.lines.isEmpty());
			assertThat(this.services.lines).containsExactly(owner);
			ends.clear();
			plugin.endRoots(List.of(route(owner.endsWith("4") ? "removed" : "kept")));
			await(() -> owner.endsWith("1") || ends.contains("delete " + owner.charAt(7)));
			// Enters the VM after the handover
			run(plugin, spec().build().root());
		}
	}

	@Test
	void queueThatAnotherVmHasRegisteredSinceIsNotHandedOver() {
		List<String> ends = new CopyOnWriteArrayList<>();
		Plugin plugin = start(registering(ends, "(i32.const 1)"), spec().vms(1));
		run(plugin, route("removed"));
		SharedScope scope = this.services.scopes.scope("");
		AtomicInteger woken = new AtomicInteger();
		int token = scope.registerQueue("note", woken::incrementAndGet);
		ends.clear();
		plugin.endRoots(List.of(route("removed")));
		await(() -> ends.contains("delete 2"));
		run(plugin, route("another"));
		scope.registerQueue("note", woken::incrementAndGet);
		plugin.endRoots(List.of(route("another")));
		await(() -> ends.contains("delete 4"));
		scope.enqueue(token, bytes("entry"));
		assertThat(woken).hasValue(1);
	}

	@Test
	void queueOfVmThatClosesIsNotHandedOverToItsLastRootContext() {
		List<String> ends = new CopyOnWriteArrayList<>();
		Plugin plugin = start(registering(ends, "(i32.ne (local.get 0) (i32.const 1))"), spec().vms(1));
		run(plugin, route("of a route"));
		run(plugin, route("not a queue"));
		ends.clear();
		plugin.close();
		// It ends after the one that owns the queue
		await(() -> ends.contains("delete 4"));
		SharedScope scope = this.services.scopes.scope("");
		scope.enqueue(scope.resolveQueue("note"), bytes("entry"));
		AtomicInteger woken = new AtomicInteger();
		scope.registerQueue("note", woken::incrementAndGet);
		assertThat(woken).hasValue(1);
	}

	/**
	 * Returns a guest whose root contexts register the queue {@code note}, except one
	 * whose configuration has 11 bytes.
	 */
	private CompiledModule registering(List<String> ends, String done) {
		return wat(noting(ends, done)
			.function("env.proxy_register_shared_queue", "$register", "(param i32 i32 i32) (result i32)")
			.export("proxy_on_configure", """
					(param i32 i32) (result i32)
					(if (i32.ne (local.get 1) (i32.const 11)) (then
					  (if (call $register (i32.const 512) (i32.const 4) (i32.const 40)) (then (unreachable)))))
					(i32.const 1)
					""")
			.export("proxy_on_queue_ready", "(param i32 i32) (call $say (local.get 0))")
			.toString());
	}

	/** Returns a guest that reports which of its contexts are done and deleted. */
	private WatGuest noting(List<String> ends, String done) {
		this.services.foreignFunctions.put("note", (call, arguments) -> {
			ends.add((arguments[4] == 1 ? "done " : "delete ") + arguments[0]);
			return new byte[0];
		});
		return new WatGuest()
			.function("env.proxy_call_foreign_function", "$call_foreign",
					"(param i32 i32 i32 i32 i32 i32) (result i32)")
			.with("""
					(data (i32.const 512) "note")
					(func $note (param i32 i32)
					  (i32.store (i32.const 600) (local.get 0))
					  (i32.store (i32.const 604) (local.get 1))
					  (drop (call $call_foreign (i32.const 512) (i32.const 4) (i32.const 600) (i32.const 8)
					    (i32.const 544) (i32.const 548))))
					""")
			.export("proxy_on_done", "(param i32) (result i32) (call $note (local.get 0) (i32.const 1)) " + done)
			.export("proxy_on_delete", "(param i32) (call $note (local.get 0) (i32.const 0))")
			.onRequestHeaders("");
	}

	@Test
	void streamThatNeedsTooManyRootContextsFailsAlone() {
		Plugin plugin = start(wat(new WatGuest().onRequestHeaders("").toString()), spec().vms(1));
		List<FilterStream> open = new ArrayList<>();
		for (int i = 0; i < 2000; i++) {
			FilterStream stream = plugin.openStream(exchange(), route("number " + i), 0);
			stream.requestHeaders(false, this.decisions::add);
			open.add(stream);
		}
		assertThat(status(lastDecision())).isEqualTo(503);
		assertThat(open.get(1999).failureReason()).isEqualTo(FailureReason.START);
		assertThat(open.subList(0, 1999)).allMatch((stream) -> stream.failureReason() == null);
		assertThat(plugin.status().lastError()).contains("has 2000 root contexts");
		open.forEach(FilterStream::end);
	}

	@Test
	void configurationThatTrappedIsTriedAgainLater() {
		AtomicBoolean ready = new AtomicBoolean();
		this.services.foreignFunctions.put("ready", (call, arguments) -> {
			if (!ready.get()) {
				throw new IllegalStateException("not ready");
			}
			return new byte[0];
		});
		Plugin plugin = start(wat(new WatGuest()
			.function("env.proxy_call_foreign_function", "$call_foreign",
					"(param i32 i32 i32 i32 i32 i32) (result i32)")
			.with("(data (i32.const 512) \"ready\")")
			.export("proxy_on_configure", """
					(param i32 i32) (result i32)
					(if (local.get 1) (then
					  (if (call $call_foreign (i32.const 512) (i32.const 5) (i32.const 0) (i32.const 0)
					      (i32.const 544) (i32.const 548))
					    (then (unreachable)))))
					(i32.const 1)
					""")
			.onRequestHeaders("")
			.toString()), twoVms());
		RootSpec ofRoute = route("of a route");
		run(plugin, ofRoute);
		assertThat(status(lastDecision())).isEqualTo(503);
		ready.set(true);
		await(() -> run(plugin, ofRoute).failureReason() == null);
		assertThat(lastDecision()).isEqualTo(Decision.Continue.INSTANCE);
	}

	@Test
	void refusalThatIsLoggedAgainHasItsOwnRemedy() {
		AtomicBoolean ready = new AtomicBoolean(true);
		this.services.foreignFunctions.put("ready", (call, arguments) -> {
			if (!ready.get()) {
				throw new IllegalStateException("not ready");
			}
			return new byte[0];
		});
		Plugin plugin = start(wat(new WatGuest()
			.function("env.proxy_call_foreign_function", "$call_foreign",
					"(param i32 i32 i32 i32 i32 i32) (result i32)")
			.with("(data (i32.const 512) \"ready\")")
			.export("proxy_on_vm_start", """
					(param i32 i32) (result i32)
					(i32.eqz (call $call_foreign (i32.const 512) (i32.const 5) (i32.const 0) (i32.const 0)
					    (i32.const 544) (i32.const 548)))
					""")
			.onRequestHeaders("")
			.toString()), twoVms());
		RootSpec ofRoute = route("of a route");
		try (CapturedLog log = CapturedLog.of("vm.stream.StreamWarnings")) {
			ready.set(false);
			run(plugin, ofRoute, 0);
			ready.set(true);
			// The other VM starts it, so that the next refusal is logged
			run(plugin, ofRoute, 1);
			assertThat(lastDecision()).isEqualTo(Decision.Continue.INSTANCE);
			run(plugin, ofRoute, 0);
			assertThat(status(lastDecision())).isEqualTo(503);
			assertThat(log.lines).hasSize(2)
				.allSatisfy((line) -> assertThat(line.text()).contains("proxy_on_vm_start returned false")
					.contains("Check 'vm-configuration' and the filter's log lines."));
		}
	}

}
