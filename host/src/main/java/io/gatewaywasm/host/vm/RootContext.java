package io.gatewaywasm.host.vm;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntSupplier;
import java.util.concurrent.Executor;

import io.gatewaywasm.host.spi.Cancellable;
import io.gatewaywasm.host.spi.PropertyDeclaration;
import org.jspecify.annotations.Nullable;

/**
 * A root context: one configuration of the plugin inside one VM, with its timer.
 */
final class RootContext extends Context implements Restorable {

	private final Vm vm;

	private final RootSpec spec;

	private final Map<String, byte[]> properties = new HashMap<>();

	private final Map<String, PropertyDeclaration> declaredProperties = new HashMap<>();

	private final Map<Class<?>, Object> foreignData = new HashMap<>();

	private RootData captured = RootData.EMPTY;

	private boolean configuring;

	private boolean donePending;

	private boolean deleted;

	private int tickMilliseconds;

	private @Nullable Tick nextTick;

	private @Nullable Cancellable timer;

	private @Nullable VmFailure startFailure;

	RootContext(Vm vm, RootSpec spec) {
		this.vm = vm;
		this.spec = spec;
	}

	@Override
	RootContext root() {
		return this;
	}

	RootSpec spec() {
		return this.spec;
	}

	/**
	 * Return what the guest has set by {@code proxy_set_property} outside of streams.
	 * @return values by path, segments joined by NUL
	 */
	Map<String, byte[]> properties() {
		return this.properties;
	}

	/**
	 * Return how the guest wants properties understood that it sets.
	 * @return declarations by name
	 */
	Map<String, PropertyDeclaration> declaredProperties() {
		return this.declaredProperties;
	}

	/**
	 * Return what foreign functions keep for this context.
	 * @return data by its type
	 */
	Map<Class<?>, Object> foreignData() {
		return this.foreignData;
	}

	/**
	 * Return whether the plugin configuration can be read.
	 * @return {@code true} during {@code proxy_on_configure}
	 */
	boolean isConfiguring() {
		return this.configuring;
	}

	@Nullable VmFailure startFailure() {
		return this.startFailure;
	}

	/**
	 * Create, start and configure the context. As in Envoy each root context runs
	 * {@code proxy_on_vm_start}, not only the first.
	 * @throws VmStartException if the guest refuses
	 */
	void start() throws VmStartException {
		this.vm.guest().call(Callback.CONTEXT_CREATE, this, id(), 0);
		if (this.vm.guest().has(Callback.VM_START)
				&& this.vm.guest().call(Callback.VM_START, this, id(), this.vm.spec().vmConfiguration().length) == 0) {
			throw refused("proxy_on_vm_start returned false for root id '" + this.spec.rootId() + "'.",
					"Check 'vm-configuration' and the filter's log lines above.");
		}
		this.configuring = true;
		try {
			if (this.vm.guest().has(Callback.CONFIGURE)
					&& this.vm.guest().call(Callback.CONFIGURE, this, id(), this.spec.configuration().length) == 0) {
				throw refused("proxy_on_configure returned false for root id '" + this.spec.rootId() + "'.",
						"Check 'configuration' and the filter's log lines above.");
			}
		}
		finally {
			this.configuring = false;
		}
	}

	private VmStartException refused(String message, String remedy) {
		this.startFailure = VmFailure.of("start", message);
		return new VmStartException(message, remedy, null);
	}

	void tickPeriod(int milliseconds) {
		stopTick();
		this.tickMilliseconds = milliseconds;
		scheduleTick();
	}

	/**
	 * Schedule the next tick. Done after each tick, not at a fixed rate, so that ticks
	 * never pile up.
	 */
	private void scheduleTick() {
		if (this.tickMilliseconds != 0 && !this.deleted) {
			Duration delay = Duration.ofMillis(Integer.toUnsignedLong(this.tickMilliseconds));
			Tick next = new Tick();
			this.nextTick = next;
			this.timer = this.vm.services().scheduler().schedule(() -> this.vm.submitInBackground(next), delay);
		}
	}

	private void stopTick() {
		this.nextTick = null;
		if (this.timer != null) {
			this.timer.cancel();
			this.timer = null;
		}
	}

	/**
	 * Wake the guest for a queue. May be called by any thread, often by one that is
	 * inside another VM, where this one must not be entered.
	 * @param token the token of the queue
	 */
	void queueReady(IntSupplier token) {
		this.vm.submitInBackground(new RootTask() {

			@Override
			void runInRoot() {
				RootContext.this.vm.guest().call(Callback.QUEUE_READY, RootContext.this, id(), token.getAsInt());
			}

		});
	}

	/**
	 * End the context: done, then, unless the guest wants to finish something first, log
	 * and delete.
	 */
	void end() {
		if (this.deleted) {
			return;
		}
		if (this.vm.guest().has(Callback.DONE) && this.vm.guest().call(Callback.DONE, this, id()) == 0) {
			this.donePending = true;
			return;
		}
		delete();
	}

	/**
	 * The guest says that it has finished.
	 * @return {@code false} if nobody waited for that
	 */
	boolean done() {
		if (!this.donePending) {
			return false;
		}
		this.donePending = false;
		this.vm.submit(new RootTask() {

			@Override
			void runInRoot() {
				delete();
			}

		});
		return true;
	}

	void delete() {
		if (!this.deleted) {
			this.deleted = true;
			stopTick();
			this.vm.guest().call(Callback.DELETE, this, id());
			this.vm.forget(this);
		}
	}

	@Override
	public void capture() {
		this.captured = RootData.copy(this.properties, this.declaredProperties, this.foreignData);
	}

	@Override
	public void restore() {
		this.captured.restore(this.properties, this.declaredProperties, this.foreignData);
	}

	/** The VM failed: nothing may run in it any more. */
	void abandon() {
		this.deleted = true;
		stopTick();
	}

	private abstract class RootTask implements VmTask {

		@Override
		public final void run() {
			if (!RootContext.this.deleted) {
				RootContext.this.vm.guarded(this::runInRoot);
			}
		}

		abstract void runInRoot();

		@Override
		public Executor executor() {
			return RootContext.this.vm.services().scheduler().background();
		}

		@Override
		public boolean isEssential() {
			return true;
		}

		@Override
		public void rejected() {
			throw new IllegalStateException("essential work is never rejected");
		}

	}

	private final class Tick extends RootTask {

		@Override
		void runInRoot() {
			if (RootContext.this.nextTick != this) {
				// The guest has changed the period while this one was waiting.
				return;
			}
			stopTick();
			RootContext.this.vm.guest().call(Callback.TICK, RootContext.this, id());
			if (RootContext.this.nextTick == null) {
				scheduleTick();
			}
		}

	}

}
