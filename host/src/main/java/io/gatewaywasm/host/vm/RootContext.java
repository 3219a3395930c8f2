package io.gatewaywasm.host.vm;

import java.util.HashMap;
import java.util.Map;
import java.util.function.IntSupplier;

import io.gatewaywasm.host.spi.PropertyDeclaration;
import org.jspecify.annotations.Nullable;

/**
 * A root context: one configuration of the plugin inside one VM, with its timer.
 */
final class RootContext extends Context implements Restorable {

	private final Vm vm;

	private final RootSpec spec;

	private final RootTimer timer;

	private final Map<String, byte[]> properties = new HashMap<>();

	private final Map<String, PropertyDeclaration> declaredProperties = new HashMap<>();

	private final Map<Class<?>, Object> foreignData = new HashMap<>();

	private RootData captured = RootData.EMPTY;

	private boolean configuring;

	private boolean donePending;

	private boolean deleted;

	private @Nullable VmFailure startFailure;

	RootContext(Vm vm, RootSpec spec) {
		this.vm = vm;
		this.spec = spec;
		this.timer = new RootTimer(vm, this);
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
		this.timer.period(milliseconds);
	}

	/**
	 * Wake the guest for a queue. May be called by any thread, often by one that is
	 * inside another VM, where this one must not be entered.
	 * @param token the token of the queue
	 */
	void queueReady(IntSupplier token) {
		this.vm.wakeInBackground(task(() -> this.vm.guest().call(Callback.QUEUE_READY, this, id(), token.getAsInt())));
	}

	/**
	 * Make a task of what is left undone when this context is gone.
	 * @param work the work, done inside the VM
	 * @return the task
	 */
	VmTask task(Runnable work) {
		return new ControlTask(this.vm, () -> {
			if (!this.deleted) {
				this.vm.guarded(work);
			}
		});
	}

	/**
	 * Return whether nothing runs in this context any more.
	 * @return {@code true} after its end, or that of its VM
	 */
	boolean isDeleted() {
		return this.deleted;
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
		this.vm.submit(task(this::delete));
		return true;
	}

	void delete() {
		if (!this.deleted) {
			this.deleted = true;
			this.timer.stop();
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
		this.timer.stop();
	}

}
