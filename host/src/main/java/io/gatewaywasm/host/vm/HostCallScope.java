package io.gatewaywasm.host.vm;

import io.gatewaywasm.host.engine.ModuleInstance;
import io.gatewaywasm.host.spi.HostServices;
import io.gatewaywasm.host.spi.PluginObserver;
import io.gatewaywasm.host.vm.hostcall.ContextScope;
import io.gatewaywasm.host.vm.hostcall.VmScope;
import io.gatewaywasm.host.vm.hostcall.VmSettings;
import org.jspecify.annotations.Nullable;

/**
 * The scope of a VM's host calls. The start section of a module makes host calls before
 * the guest's functions are known, so the guest is set later.
 */
final class HostCallScope implements VmScope {

	/** As in Envoy, this id stands for the context of the running callback. */
	private static final int CONTEXT_OF_CALLBACK = 0;

	private final VmSpec spec;

	private final HostServices services;

	private final PluginObserver observer;

	private final CallGuard guard;

	private final VmContexts contexts;

	private final Mailbox mailbox;

	private @Nullable GuestCallbacks guest;

	private @Nullable ModuleInstance instance;

	private volatile boolean rebuildRequested;

	HostCallScope(VmSpec spec, HostServices services, PluginObserver observer, CallGuard guard, VmContexts contexts,
			Mailbox mailbox) {
		this.spec = spec;
		this.services = services;
		this.observer = observer;
		this.guard = guard;
		this.contexts = contexts;
		this.mailbox = mailbox;
	}

	/** Sets the guest, after its start section has run. */
	void guest(GuestCallbacks calls, ModuleInstance started) {
		this.guest = calls;
		this.instance = started;
	}

	@Override
	public @Nullable ContextScope effective() {
		GuestCallbacks calls = this.guest;
		return (calls != null) ? calls.effective() : null;
	}

	@Override
	public @Nullable ContextScope running() {
		GuestCallbacks calls = this.guest;
		return (calls != null) ? calls.current() : null;
	}

	@Override
	public boolean effective(int contextId) {
		Context context = this.contexts.get(contextId);
		if (context == null && contextId != CONTEXT_OF_CALLBACK) {
			return false;
		}
		GuestCallbacks calls = this.guest;
		if (calls != null) {
			calls.effective((context != null) ? context : calls.current());
		}
		return true;
	}

	@Override
	public int allocate(int size) {
		GuestCallbacks calls = this.guest;
		return (calls != null) ? calls.allocate(size) : 0;
	}

	@Override
	public long memory() {
		ModuleInstance started = this.instance;
		return (started != null) ? started.memory().size() : 0;
	}

	@Override
	public void requestRebuild() {
		this.rebuildRequested = true;
	}

	boolean isRebuildRequested() {
		return this.rebuildRequested;
	}

	@Override
	public VmSettings settings() {
		return this.spec;
	}

	@Override
	public HostServices services() {
		return this.services;
	}

	@Override
	public PluginObserver observer() {
		return this.observer;
	}

	@Override
	public void enterHost() {
		this.guard.enterHost();
	}

	@Override
	public void leaveHost() {
		this.guard.leaveHost();
	}

	@Override
	public void submit(Runnable work) {
		this.mailbox.submit(new ControlTask(this.services.scheduler().starts(this.spec.plugin()), work));
	}

}
