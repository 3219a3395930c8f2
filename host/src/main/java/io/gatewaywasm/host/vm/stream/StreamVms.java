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

	StreamPolicy policy();

	/** Returns whether the guest exports a callback. */
	boolean has(Callback callback);

	/**
	 * Leases a VM that is ready now, or returns {@code null}. {@code affinity} is a hint
	 * for the choice of the VM.
	 */
	@Nullable Vm ready(int affinity);

	/**
	 * Leases a VM as soon as one is ready. The taker receives it immediately or on the
	 * executor, or receives {@code null} if no VM was ready in time.
	 */
	void lease(int affinity, Executor executor, Consumer<@Nullable Vm> taker);

	/** Returns a VM that was leased. */
	void giveBack(Vm vm);

	/**
	 * Called once for each stream that has ended. {@code vm} is {@code null} if it had
	 * none.
	 */
	void ended(@Nullable Vm vm);

}
