package io.gatewaywasm.host.vm.hostcall;

import java.util.Map;
import java.util.function.IntSupplier;

import io.gatewaywasm.host.abi.Callback;
import io.gatewaywasm.host.spi.PropertyDeclaration;

/**
 * A root context as its host calls see it.
 */
public interface RootScope extends ContextScope {

	/**
	 * Returns the name that the guest sees as {@code plugin_name}.
	 * @return the name
	 */
	String name();

	/**
	 * Returns the root id.
	 * @return the root id
	 */
	String rootId();

	/**
	 * Returns the plugin configuration.
	 * @return the bytes, not to be changed
	 */
	byte[] configuration();

	/**
	 * Returns whether the plugin configuration can be read.
	 * @return {@code true} during {@code proxy_on_configure}
	 */
	boolean isConfiguring();

	/**
	 * Returns the properties that the guest has set outside of streams.
	 * @return values by path, segments joined by NUL
	 */
	Map<String, byte[]> properties();

	/**
	 * Returns how the guest wants properties understood that it sets.
	 * @return declarations by name
	 */
	Map<String, PropertyDeclaration> declaredProperties();

	/**
	 * Returns the data that foreign functions keep for this context.
	 * @return data by its type
	 */
	Map<Class<?>, Object> foreignData();

	/**
	 * Sets the period of the context's timer.
	 * @param milliseconds the time between ticks, unsigned; 0 for no ticks
	 */
	void tickPeriod(int milliseconds);

	/**
	 * Calls the guest back because a queue has an entry. May be called by any thread.
	 * @param token the token of the queue
	 */
	void queueReady(IntSupplier token);

	/**
	 * Ends the context, whose {@code proxy_on_done} returned false.
	 * @return {@code false} if nothing waits for that
	 */
	boolean done();

	/**
	 * Calls the guest back in this context. Whatever is thrown ends the VM, not the
	 * caller.
	 * @param callback the callback
	 * @param arguments the arguments
	 */
	void callBack(Callback callback, long... arguments);

}
