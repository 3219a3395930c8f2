package io.gatewaywasm.registry;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when a module cannot be fetched. Carries the reason and the remedy.
 */
public class ModuleFetchException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final FetchFailure failure;

	private final String remedy;

	/**
	 * Creates an exception.
	 * @param failure the kind of failure
	 * @param message a sentence that says what is wrong
	 * @param remedy sentences that say what to do
	 */
	public ModuleFetchException(FetchFailure failure, String message, String remedy) {
		this(failure, message, remedy, null);
	}

	/**
	 * Creates an exception.
	 * @param failure the kind of failure
	 * @param message a sentence that says what is wrong
	 * @param remedy sentences that say what to do
	 * @param cause the cause, or {@code null}
	 */
	public ModuleFetchException(FetchFailure failure, String message, String remedy, @Nullable Throwable cause) {
		super(message, cause);
		this.failure = failure;
		this.remedy = remedy;
	}

	/**
	 * Returns the kind of failure.
	 */
	public FetchFailure getFailure() {
		return this.failure;
	}

	/**
	 * Returns sentences that say what to do.
	 */
	public String getRemedy() {
		return this.remedy;
	}

}
