package io.gatewaywasm.host.vm.hostcall;

import io.gatewaywasm.host.spi.HostServices;
import io.gatewaywasm.host.spi.PluginObserver;
import org.jspecify.annotations.Nullable;

/**
 * The part of a VM that its host calls see: the effective context, the settings and the
 * gateway's services. Used inside the VM, {@link #submit} apart.
 */
public interface VmScope {

	/**
	 * Returns the effective context.
	 * @return the context, or {@code null} outside of callbacks, of which a start section
	 * is none
	 */
	@Nullable ContextScope effective();

	/**
	 * Makes a context the effective one until the callback returns.
	 * @param contextId the id of the context
	 * @return {@code false} if the VM has no context of that id
	 */
	boolean effective(int contextId);

	/**
	 * Allocates memory in the guest.
	 * @param size the number of bytes
	 * @return the pointer, or 0 if the guest has no memory left or has not been started
	 */
	int allocate(int size);

	/**
	 * Returns the settings of the VM.
	 * @return the settings
	 */
	VmSettings settings();

	/**
	 * Returns the gateway's services.
	 * @return the services
	 */
	HostServices services();

	/**
	 * Returns the observer that receives the plugin's events.
	 * @return the observer
	 */
	PluginObserver observer();

	/**
	 * Leaves the guest for work that may do I/O or call the application's code. The
	 * watchdog does not interrupt such work.
	 */
	void enterHost();

	/**
	 * Returns to the guest after {@link #enterHost}.
	 */
	void leaveHost();

	/**
	 * Submits work that enters the guest. May be called by any thread.
	 * @param work the work
	 */
	void submit(Runnable work);

}
