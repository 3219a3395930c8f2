package io.gatewaywasm.host.spi;

/**
 * A function of the application that guests can call by name
 * ({@code proxy_call_foreign_function}). Runs on the thread that is inside the VM, often
 * an event loop: it must not block.
 */
@FunctionalInterface
public interface ForeignFunction {

	/**
	 * Serve a call.
	 * @param call the plugin and stream on whose behalf the guest calls
	 * @param arguments the serialized arguments
	 * @return the serialized result, possibly empty
	 * @throws io.gatewaywasm.host.abi.StatusException to answer with another status than
	 * OK
	 */
	byte[] call(ForeignCall call, byte[] arguments);

}
