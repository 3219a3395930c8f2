package io.gatewaywasm.host.engine.instructions;

import com.dylibso.chicory.runtime.ChicoryInterruptedException;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.WasmException;

/**
 * A WebAssembly exception without a stack trace. Made by compiled modules; not meant for
 * applications.
 * <p>
 * Chicory keeps the latest exception of each tag for as long as the instance lives, and a
 * guest can have thousands in flight. A stack trace of 1024 frames would cost 20 KB each,
 * and more time than the throw itself.
 */
public final class GuestException extends WasmException {

	private static final long serialVersionUID = 1L;

	/**
	 * Creates an exception.
	 * @param instance the instance that throws it
	 * @param tag the index of its tag
	 * @param arguments its arguments
	 * @throws ChicoryInterruptedException if the thread is interrupted
	 */
	public GuestException(Instance instance, int tag, long[] arguments) {
		super(instance, tag, arguments);
		// The engine does not look in rows of exceptions, each of which takes
		// microseconds
		if (Thread.currentThread().isInterrupted()) {
			throw new ChicoryInterruptedException("Thread interrupted");
		}
	}

	@Override
	public synchronized Throwable fillInStackTrace() {
		return this;
	}

}
