package io.gatewaywasm.host.spi;

/**
 * A function of the application that guests can call by name ({@code
 * proxy_call_foreign_function}). It runs on the thread that is inside the VM, which is
 * often an event loop, and must not block.
 */
@FunctionalInterface
public interface ForeignFunction {

	/**
	 * Runs the function.
	 * @param call the calling plugin and stream
	 * @param arguments the serialized arguments
	 * @return the serialized result, possibly empty
	 * @throws io.gatewaywasm.host.abi.StatusException to return a status other than OK
	 */
	byte[] call(ForeignCall call, byte[] arguments);

}
