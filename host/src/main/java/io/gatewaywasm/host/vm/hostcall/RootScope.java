package io.gatewaywasm.host.vm.hostcall;

import java.util.Map;
import java.util.function.IntSupplier;

import io.gatewaywasm.host.abi.Callback;
import io.gatewaywasm.host.spi.PropertyDeclaration;

/**
 * A root context from the point of view of its host calls.
 */
public interface RootScope extends ContextScope {

	/** Returns the name that the guest sees as {@code plugin_name}. */
	String name();

	String rootId();

	/** Returns the plugin configuration, which must not be modified. */
	byte[] configuration();

	/**
	 * Returns whether the plugin configuration can be read, which is only possible while
	 * the context is created and during {@code proxy_on_configure}.
	 */
	boolean isConfiguring();

	/**
	 * Returns the properties that the guest has set outside streams. In a key, the
	 * segments of the path are joined by NUL.
	 */
	Map<String, byte[]> properties();

	/** Returns how the guest declared its properties, by name. */
	Map<String, PropertyDeclaration> declaredProperties();

	/** Returns the data that foreign functions keep for this context, by type. */
	Map<Class<?>, Object> foreignData();

	/** Sets the time between ticks in milliseconds, unsigned; 0 stops the ticks. */
	void tickPeriod(int milliseconds);

	/**
	 * Calls the guest because a queue has an entry. May be called by any thread. {@code
	 * token} returns the token of the queue.
	 */
	void queueReady(IntSupplier token);

	/**
	 * Ends the context after its {@code proxy_on_done} returned false. Returns {@code
	 * false} if the context is not waiting for this.
	 */
	boolean done();

	/**
	 * Calls the guest in this context. Anything that is thrown ends the VM and is not
	 * thrown to the caller.
	 */
	void callBack(Callback callback, long... arguments);

}
