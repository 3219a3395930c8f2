package io.gatewaywasm.host.engine.instructions;

import com.dylibso.chicory.runtime.ChicoryInterruptedException;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.WasmException;

/**
 * A WebAssembly exception without a stack trace. Created by compiled modules; not meant
 * for applications.
 * <p>
 * Chicory keeps the latest exception of each tag as long as the instance exists, and a
 * guest can have thousands of exceptions in flight. A stack trace of 1024 frames would
 * take 20 KB for each, and more time than the throw itself.
 */
public final class GuestException extends WasmException {

	private static final long serialVersionUID = 1L;

	/**
	 * Creates an exception, or throws a {@link ChicoryInterruptedException} if the thread
	 * is interrupted.
	 */
	public GuestException(Instance instance, int tag, long[] arguments) {
		super(instance, tag, arguments);
		// Chicory does not check for an interrupt between consecutive exceptions, each of
		// which takes microseconds
		if (Thread.currentThread().isInterrupted()) {
			throw new ChicoryInterruptedException("Thread interrupted");
		}
	}

	@Override
	public synchronized Throwable fillInStackTrace() {
		return this;
	}

}
