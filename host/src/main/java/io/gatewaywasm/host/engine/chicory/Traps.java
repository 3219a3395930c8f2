package io.gatewaywasm.host.engine.chicory;

import java.util.List;

import com.dylibso.chicory.runtime.ChicoryInterruptedException;
import com.dylibso.chicory.runtime.WasmException;
import com.dylibso.chicory.wasm.ChicoryException;
import io.gatewaywasm.host.abi.GuestExitException;
import io.gatewaywasm.host.engine.GuestTrapException.Reason;
import io.gatewaywasm.host.engine.GuestTrapException;
import io.gatewaywasm.host.engine.binary.FunctionNames;

/**
 * Converts every {@link Throwable} that ends a guest call to a
 * {@link GuestTrapException}.
 */
final class Traps {

	/** Preallocated for a stack that has no space to create another exception. */
	@SuppressWarnings("StaticAssignmentOfThrowable")
	static final GuestTrapException NO_STACK = new GuestTrapException(Reason.STACK_OVERFLOW,
			"the guest used up the thread's stack", List.of(), new StackOverflowError());

	private static final String UNREACHABLE = "Trapped on unreachable instruction";

	private final FunctionNames names;

	Traps(FunctionNames names) {
		this.names = names;
	}

	/** Converts the throwable that ended a guest call. */
	GuestTrapException convert(Throwable thrown) {
		if (thrown instanceof GuestTrapException trap) {
			// Thrown by a nested call that a host function made into the same guest
			return trap;
		}
		Reason reason = reasonOf(thrown);
		return new GuestTrapException(reason, messageOf(reason, thrown), this.names.stackOf(thrown), thrown);
	}

	private static Reason reasonOf(Throwable thrown) {
		if (thrown instanceof GuestExitException) {
			return Reason.EXIT;
		}
		if (thrown instanceof ChicoryInterruptedException) {
			return Reason.INTERRUPTED;
		}
		return isStackOverflow(thrown) ? Reason.STACK_OVERFLOW : Reason.TRAP;
	}

	private static boolean isStackOverflow(Throwable thrown) {
		return thrown instanceof StackOverflowError
				|| (thrown instanceof ChicoryException && thrown.getCause() instanceof StackOverflowError);
	}

	private static String messageOf(Reason reason, Throwable thrown) {
		return switch (reason) {
			case EXIT -> String.valueOf(thrown.getMessage());
			case INTERRUPTED -> "the guest was interrupted";
			case STACK_OVERFLOW -> "the guest used up the thread's stack";
			case TRAP -> messageOfTrap(thrown);
		};
	}

	private static String messageOfTrap(Throwable thrown) {
		if (thrown instanceof ChicoryException) {
			String message = String.valueOf(thrown.getMessage());
			return UNREACHABLE.equals(message) ? "the guest executed an unreachable instruction" : message;
		}
		if (thrown instanceof WasmException exception) {
			return "the guest threw an exception (tag " + exception.tagIdx() + ") that it did not catch";
		}
		if (thrown instanceof OutOfMemoryError) {
			return "the Java heap is exhausted: " + thrown.getMessage();
		}
		return "a host function failed: " + thrown;
	}

}
