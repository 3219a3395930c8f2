package io.gatewaywasm.host.vm;

import java.util.HashMap;
import java.util.Map;
import java.util.function.IntSupplier;

import io.gatewaywasm.host.abi.Callback;
import io.gatewaywasm.host.spi.PropertyDeclaration;
import io.gatewaywasm.host.vm.hostcall.Restorable;
import io.gatewaywasm.host.vm.hostcall.RootScope;
import org.jspecify.annotations.Nullable;

/**
 * A root context: one configuration of the plugin inside one VM, with its timer.
 */
final class RootContext extends Context implements RootScope, Restorable {

	private final RootHost vm;

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

	RootContext(RootHost vm, RootSpec spec) {
		this.vm = vm;
		this.spec = spec;
		this.timer = new RootTimer(vm, this);
	}

	@Override
	public RootContext root() {
		return this;
	}

	@Override
	public String name() {
		return this.spec.name();
	}

	@Override
	public String rootId() {
		return this.spec.rootId();
	}

	@Override
	public byte[] configuration() {
		return this.spec.configuration();
	}

	@Override
	void settle() {
		// Nothing is asked for a root context that waits for the end of the callback.
	}

	@Override
	public void callBack(Callback callback, long... arguments) {
		this.vm.guarded(() -> this.vm.guest().call(callback, this, arguments));
	}

	RootSpec spec() {
		return this.spec;
	}

	@Override
	public Map<String, byte[]> properties() {
		return this.properties;
	}

	@Override
	public Map<String, PropertyDeclaration> declaredProperties() {
		return this.declaredProperties;
	}

	@Override
	public Map<Class<?>, Object> foreignData() {
		return this.foreignData;
	}

	@Override
	public boolean isConfiguring() {
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

	@Override
	public void tickPeriod(int milliseconds) {
		this.timer.period(milliseconds);
	}

	/**
	 * {@inheritDoc} That thread is often inside another VM, where this one must not be
	 * entered.
	 */
	@Override
	public void queueReady(IntSupplier token) {
		this.vm
			.submitInBackground(task(() -> this.vm.guest().call(Callback.QUEUE_READY, this, id(), token.getAsInt())));
	}

	/**
	 * Make a task of what is left undone when this context is gone.
	 * @param work the work, done inside the VM
	 * @return the task
	 */
	VmTask task(Runnable work) {
		return new ControlTask(this.vm.scheduler(), () -> {
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

	@Override
	public boolean done() {
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
