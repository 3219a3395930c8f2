package io.gatewaywasm.host.vm.hostcall;

import java.util.function.Supplier;

import io.gatewaywasm.host.abi.Status;
import io.gatewaywasm.host.abi.StatusException;
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
	 * Returns the context whose callback runs, which the guest cannot choose, or
	 * {@code null} outside callbacks.
	 */
	@Nullable ContextScope running();

	/** Returns the effective context, or fails outside callbacks. */
	default ContextScope context() {
		ContextScope context = effective();
		if (context == null) {
			throw StatusException.of(Status.BAD_ARGUMENT);
		}
		return context;
	}

	/**
	 * Returns the effective context if it is a stream context, otherwise {@code null}. As
	 * in Envoy, actions on a stream have no effect in a root context.
	 */
	default @Nullable StreamScope stream() {
		ContextScope context = effective();
		return (context != null) ? context.stream() : null;
	}

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

	/**
	 * Runs an action that may do I/O or call application code. The watchdog does not
	 * interrupt it.
	 */
	default void outside(Runnable action) {
		enterHost();
		try {
			action.run();
		}
		finally {
			leaveHost();
		}
	}

	/** Runs an action with a result, like {@link #outside(Runnable)}. */
	default <T> T outside(Supplier<T> action) {
		enterHost();
		try {
			return action.get();
		}
		finally {
			leaveHost();
		}
	}

	/** Submits work that enters the guest. May be called by any thread. */
	void submit(Runnable work);

}
