package io.gatewaywasm.host.vm.hostcall;

import io.gatewaywasm.host.spi.HostServices;
import io.gatewaywasm.host.spi.PluginObserver;
import org.jspecify.annotations.Nullable;

/**
 * The part of a VM that its host calls see: the effective context, the settings and the
 * gateway's services. Used only inside the VM, except for {@link #submit}.
 */
public interface VmScope {

	/**
	 * Returns the effective context, or {@code null} outside callbacks, for example
	 * during a start section.
	 */
	@Nullable ContextScope effective();

	/**
	 * Makes a context the effective one until the callback returns. Returns {@code false}
	 * if the VM has no context with this id.
	 */
	boolean effective(int contextId);

	/**
	 * Allocates memory in the guest and returns the pointer, or 0 if the guest has no
	 * memory left or has not been started.
	 */
	int allocate(int size);

	/** Returns the size of the guest's memory in bytes. */
	long memory();

	/**
	 * Requests a new VM in place of this one, which continues with its present streams
	 * until they end.
	 */
	void requestRebuild();

	VmSettings settings();

	HostServices services();

	/** Returns the observer that receives the plugin's events. */
	PluginObserver observer();

	/**
	 * Leaves the guest for work that may do I/O or call application code. The watchdog
	 * does not interrupt such work.
	 */
	void enterHost();

	/** Returns to the guest after {@link #enterHost}. */
	void leaveHost();

	/** Submits work that enters the guest. May be called by any thread. */
	void submit(Runnable work);

}
