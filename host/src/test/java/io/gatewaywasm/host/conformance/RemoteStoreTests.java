package io.gatewaywasm.host.conformance;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.gatewaywasm.host.plugin.Execution;
import io.gatewaywasm.host.plugin.Plugin;
import io.gatewaywasm.host.plugin.PluginStartException;
import io.gatewaywasm.host.shared.InMemorySharedScopes;
import io.gatewaywasm.host.spi.FilterStream;
import io.gatewaywasm.host.spi.RootSpec;
import io.gatewaywasm.host.spi.SharedScope;
import io.gatewaywasm.host.spi.SharedScopes;
import io.gatewaywasm.host.spi.SharedStoreException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Guests whose shared data is on a server, so that host calls wait for it.
 */
class RemoteStoreTests extends AbstractConformanceTests {

	private final List<Thread> threads = new CopyOnWriteArrayList<>();

	private final List<String> processed = new CopyOnWriteArrayList<>();

	private volatile boolean down;

	private void startStore() {
		InMemorySharedScopes memory = new InMemorySharedScopes();
		this.services.scopes = new SharedScopes() {

			@Override
			public SharedScope scope(String vmId) {
				return vmId.equals("local") ? memory.scope(vmId) : new Remote(memory.scope(vmId));
			}

			@Override
			public SharedScopes sandbox() {
				return memory.sandbox();
			}

		};
	}

	private static WatGuest guest(String onRequestHeaders) {
		return new WatGuest().function("env.proxy_get_shared_data", "$get", "(param i32 i32 i32 i32 i32) (result i32)")
			.function("env.proxy_set_shared_data", "$set", "(param i32 i32 i32 i32 i32) (result i32)")
			.function("env.proxy_register_shared_queue", "$register", "(param i32 i32 i32) (result i32)")
			.function("env.proxy_resolve_shared_queue", "$resolve", "(param i32 i32 i32 i32 i32) (result i32)")
			.function("env.proxy_enqueue_shared_queue", "$enqueue", "(param i32 i32 i32) (result i32)")
			.function("env.proxy_dequeue_shared_queue", "$dequeue", "(param i32 i32 i32) (result i32)")
			.with("(data (i32.const 100) \"remote\")")
			.onRequestHeaders(onRequestHeaders);
	}

	@Test
	void storeThatCannotBeUsedIsAnInternalFailure() {
		startStore();
		Plugin plugin = start(wat(guest("""
				(call $say (call $get (i32.const 32) (i32.const 1) (i32.const 40) (i32.const 44) (i32.const 48)))
				(call $say (call $set (i32.const 32) (i32.const 1) (i32.const 33) (i32.const 1) (i32.const 0)))
				(call $say (call $register (i32.const 32) (i32.const 1) (i32.const 52)))
				""").toString()), spec());
		this.down = true;
		run(plugin);
		await(() -> this.services.lines.size() == 3);
		assertThat(this.services.lines).containsExactly("0000000a", "0000000a", "0000000a");
		this.down = false;
		run(plugin);
		await(() -> this.services.lines.size() == 6);
		assertThat(List.copyOf(this.services.lines).subList(3, 6)).containsExactly("00000001", "00000000", "00000000");
		assertThat(plugin.status().counters().failures()).isZero();
	}

	@Test
	void noEventLoopWaits() {
		startStore();
		Plugin plugin = start(wat(guest("""
				(call $say (call $get (i32.const 32) (i32.const 1) (i32.const 40) (i32.const 44) (i32.const 48)))
				""").toString()), spec());
		this.services.onEventLoop();
		run(plugin);
		await(() -> this.services.lines.size() == 1);
		assertThat(this.services.lines).containsExactly("00000001");
		assertThat(this.threads).isNotEmpty().doesNotContain(Thread.currentThread());
		assertThat(plugin.status().instances().onWorkers()).isTrue();
	}

	@Test
	void guestThatSharesNothingStaysWhereItIs() {
		startStore();
		assertThat(start("headers_as").status().instances().onWorkers()).isFalse();
		assertThat(start("probe_rust", spec().vm((vm) -> vm.withId("local"))).status().instances().onWorkers())
			.isFalse();
	}

	@Test
	void eventLoopsCannotBeChosen() {
		startStore();
		assertThatExceptionOfType(PluginStartException.class).isThrownBy(
				() -> tryToStart(filter("probe_rust"), spec().run((run) -> run.withExecution(Execution.EVENT_LOOP))))
			.withMessageContaining("An event loop must not wait");
	}

	@Test
	void entryIsProcessedWhenItsCallbackHasReturnedOrTrapped() {
		startStore();
		String take = """
				(drop (call $register (i32.const 32) (i32.const 1) (i32.const 52)))
				(drop (call $enqueue (i32.load (i32.const 52)) (i32.const 33) (i32.const 1)))
				(call $say (call $dequeue (i32.load (i32.const 52)) (i32.const 40) (i32.const 44)))
				""";
		Plugin plugin = start(wat(guest(take).toString()), spec());
		run(plugin);
		await(() -> this.processed.size() == 1);
		Plugin trapping = start(wat(guest(take + "(unreachable)").toString()),
				spec().vm((vm) -> vm.withId("trapping")));
		run(trapping);
		await(() -> this.processed.size() == 2);
		assertThat(this.services.lines).containsExactly("00000000", "00000000");
	}

	@Test
	void queueIsHandedOverWhileTheStoreIsUnavailable() {
		startStore();
		Plugin plugin = start(wat(guest("").export("proxy_on_configure", """
				(param i32 i32) (result i32)
				(i32.eqz (call $register (i32.const 100) (i32.const 6) (i32.const 52)))
				""")
			.export("proxy_on_delete", "(param i32) (call $say (local.get 0))")
			.export("proxy_on_queue_ready", "(param i32 i32) (call $say (i32.const 0x51))")
			.toString()), spec().vms(1));
		RootSpec removed = new RootSpec("probe", "", bytes("of a route"));
		FilterStream stream = plugin.openStream(exchange(), removed, 0);
		stream.requestHeaders(true, this.decisions::add);
		await(() -> !this.decisions.isEmpty());
		stream.end();
		await(() -> this.services.lines.contains("00000003"));
		this.down = true;
		plugin.endRoots(List.of(removed));
		await(() -> this.services.lines.contains("00000002"));
		// Enters the VM after the handover
		run(plugin);
		await(() -> this.services.lines.contains("00000004"));
		this.down = false;
		SharedScope scope = this.services.scopes.scope("");
		scope.enqueue(scope.resolveQueue("remote"), bytes("entry"));
		await(() -> this.services.lines.contains("00000051"));
		assertThat(plugin.status().counters().failures()).isZero();
	}

	@Test
	void queueOfARemoteStoreIsNotFoundFromALocalOne() {
		startStore();
		this.services.scopes.scope("remote").registerQueue(" ", () -> {
		});
		String resolve = """
				(i32.store8 (i32.const 60) (i32.const 32))
				(call $say (call $resolve (i32.const 100) (i32.const 6) (i32.const 60) (i32.const 1) (i32.const 52)))
				""";
		run(start(wat(guest(resolve).toString()), spec().vm((vm) -> vm.withId("local"))));
		run(start(wat(guest(resolve).toString()), spec().vm((vm) -> vm.withId("other"))));
		await(() -> this.services.lines.size() == 2);
		assertThat(this.services.lines).containsExactly("00000001", "00000000");
	}

	/**
	 * A store that can be unavailable.
	 */
	private final class Remote implements SharedScope {

		private final SharedScope memory;

		private Remote(SharedScope memory) {
			this.memory = memory;
		}

		private SharedScope ask() {
			RemoteStoreTests.this.threads.add(Thread.currentThread());
			if (RemoteStoreTests.this.down) {
				throw new SharedStoreException("down");
			}
			return this.memory;
		}

		@Override
		public boolean isRemote() {
			return true;
		}

		@Override
		public @Nullable Value get(String key) {
			return ask().get(key);
		}

		@Override
		public Result set(String key, byte[] data, int cas) {
			return ask().set(key, data, cas);
		}

		@Override
		public int registerQueue(String name, Runnable wake) {
			return ask().registerQueue(name, wake);
		}

		@Override
		public int resolveQueue(String name) {
			return ask().resolveQueue(name);
		}

		@Override
		public Result enqueue(int token, byte[] data) {
			return ask().enqueue(token, data);
		}

		@Override
		public boolean hasQueue(int token) {
			return this.memory.hasQueue(token);
		}

		@Override
		public @Nullable Entry dequeue(int token) {
			Entry entry = ask().dequeue(token);
			return (entry != null) ? new Entry(entry.data(),
					() -> RemoteStoreTests.this.processed.add(Thread.currentThread().getName())) : null;
		}

		@Override
		public void handOverQueue(int token, Runnable owner, Runnable next) {
			this.memory.handOverQueue(token, owner, next);
		}

		@Override
		public void releaseQueue(int token, Runnable wake) {
			this.memory.releaseQueue(token, wake);
		}

	}

}
