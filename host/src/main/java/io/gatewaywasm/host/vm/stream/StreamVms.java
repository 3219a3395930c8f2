package io.gatewaywasm.host.vm.stream;

import java.util.concurrent.Executor;
import java.util.function.Consumer;

import io.gatewaywasm.host.abi.Callback;
import io.gatewaywasm.host.vm.Vm;
import org.jspecify.annotations.Nullable;

/**
 * Leases VMs to the streams of one plugin. Thread-safe.
 */
public interface StreamVms {

	/**
	 * Returns the settings of the streams.
	 * @return the settings
	 */
	StreamPolicy policy();

	/**
	 * Returns whether the guest exports a callback.
	 * @param callback the callback
	 * @return whether it does
	 */
	boolean has(Callback callback);

	/**
	 * Leases a VM that is ready now.
	 * @param affinity a hint that chooses the VM
	 * @return the VM, or {@code null} if there is none
	 */
	@Nullable Vm ready(int affinity);

	/**
	 * Leases a VM as soon as one is ready.
	 * @param affinity a hint that chooses the VM
	 * @param executor where the taker runs, unless it runs at once
	 * @param taker gets the VM, or {@code null} if none was ready in time
	 */
	void lease(int affinity, Executor executor, Consumer<@Nullable Vm> taker);

	/**
	 * Gives a VM back.
	 * @param vm the VM
	 */
	void giveBack(Vm vm);

	/**
	 * Counts a stream that got no VM.
	 */
	void unavailable();

	/**
	 * A stream has ended. Called once for each.
	 * @param vm the VM that it had, or {@code null} if it had none
	 */
	void ended(@Nullable Vm vm);

}
