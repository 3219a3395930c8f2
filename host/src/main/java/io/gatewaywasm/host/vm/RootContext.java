package io.gatewaywasm.host.vm;

import java.util.HashMap;
import java.util.Map;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

import io.gatewaywasm.host.abi.Callback;
import io.gatewaywasm.host.spi.PropertyDeclaration;
import io.gatewaywasm.host.spi.RootSpec;
import io.gatewaywasm.host.vm.hostcall.Restorable;
import io.gatewaywasm.host.vm.hostcall.RootScope;
import org.jspecify.annotations.Nullable;

/**
 * A root context: one configuration of the plugin in one VM, with its timer.
 */
final class RootContext extends Context implements RootScope, Restorable {

	static final String CHECK_CONFIGURATION = "Check 'configuration' and the filter's log lines.";

	private final RootVm vm;

	private final RootSpec spec;

	private final RootTimer timer;

	private final Map<String, byte[]> properties = new HashMap<>();

	private final Map<String, PropertyDeclaration> declaredProperties = new HashMap<>();

	private final Map<Class<?>, Object> foreignData = new HashMap<>();

	private RootData captured = RootData.EMPTY;

	private int streams;

	private boolean configuring;

	private boolean donePending;

	private boolean deleted;

	private @Nullable VmStartException refusal;

	RootContext(RootVm vm, RootSpec spec) {
		super(true);
		this.vm = vm;
		this.spec = spec;
		this.timer = new RootTimer(vm.scheduler(), (work) -> vm.submitInBackground(task(work)),
				() -> vm.guest().call(Callback.TICK, this, id()));
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
	public void callBack(Callback callback, long... arguments) {
		this.vm.guarded(() -> this.vm.guest().call(callback, this, arguments));
	}

	RootSpec spec() {
		return this.spec;
	}

	/** Called when a stream begins to use the context. */
	void streamAdded() {
		this.streams++;
	}

	/** Called when a stream no longer uses the context. */
	void streamRemoved() {
		this.streams--;
	}

	boolean hasStreams() {
		return this.streams > 0;
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

	/** Returns the refusal of the guest to start this context, or {@code null}. */
	@Nullable VmStartException refusal() {
		return this.refusal;
	}

	/**
	 * Creates, starts and configures the context. As in Envoy, each root context runs
	 * {@code proxy_on_vm_start}, not only the first one. Fails if the guest refuses to
	 * start.
	 */
	void start() throws VmStartException {
		configuring(() -> this.vm.guest().call(Callback.CONTEXT_CREATE, this, id(), 0));
		if (this.vm.guest().has(Callback.VM_START) && this.vm.guest()
			.call(Callback.VM_START, this, id(), this.vm.spec().vm().configuration().length) == 0) {
			throw refused("proxy_on_vm_start returned false for root id '" + this.spec.rootId() + "'.",
					"Check 'vm-configuration' and the filter's log lines.");
		}
		if (configuring(
				() -> this.vm.guest().call(Callback.CONFIGURE, this, id(), this.spec.configuration().length)) == 0) {
			throw refused("proxy_on_configure returned false for root id '" + this.spec.rootId() + "'.",
					CHECK_CONFIGURATION);
		}
	}

	/** Calls the guest while it can read the plugin configuration. */
	private long configuring(LongSupplier call) {
		this.configuring = true;
		try {
			return call.getAsLong();
		}
		finally {
			this.configuring = false;
		}
	}

	private VmStartException refused(String message, String remedy) {
		VmStartException refused = new VmStartException(message, remedy, null);
		this.refusal = refused;
		return refused;
	}

	@Override
	public void tickPeriod(int milliseconds) {
		this.timer.period(milliseconds);
	}

	/**
	 * {@inheritDoc} The calling thread is often inside another VM, so the work always
	 * runs in the background.
	 */
	@Override
	public void queueReady(IntSupplier token) {
		this.vm.wakeInBackground(task(() -> this.vm.guest().call(Callback.QUEUE_READY, this, id(), token.getAsInt())));
	}

	/**
	 * Returns a task that does the work inside the VM, unless this context was deleted
	 * before.
	 */
	VmTask task(Runnable work) {
		return new ControlTask(this.vm.controlThreads(), () -> {
			if (!this.deleted) {
				this.vm.guarded(work);
			}
		});
	}

	/**
	 * Returns whether the context or its VM has ended, so that no more callbacks run in
	 * it.
	 */
	boolean isDeleted() {
		return this.deleted;
	}

	/**
	 * Ends the context: runs done, and then, unless the guest wants to finish something
	 * first, delete. As in Envoy, a root context has no log callback.
	 */
	void end() {
		if (this.deleted || this.donePending) {
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
			this.timer.end();
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

	/** Gives up the context after the VM failed. No callback runs in it any more. */
	void abandon() {
		this.deleted = true;
		this.timer.end();
	}

}
