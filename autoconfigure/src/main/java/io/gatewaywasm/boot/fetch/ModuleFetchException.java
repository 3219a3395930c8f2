package io.gatewaywasm.boot.fetch;

import org.jspecify.annotations.Nullable;

/**
 * A module was not fetched. Says what is wrong and what to do about it.
 */
public class ModuleFetchException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final FetchFailure failure;

	private final String remedy;

	/**
	 * Create a new exception.
	 * @param failure the kind of failure
	 * @param message what is wrong, a sentence
	 * @param remedy what to do, a sentence
	 */
	public ModuleFetchException(FetchFailure failure, String message, String remedy) {
		this(failure, message, remedy, null);
	}

	/**
	 * Create a new exception.
	 * @param failure the kind of failure
	 * @param message what is wrong, a sentence
	 * @param remedy what to do, a sentence
	 * @param cause the cause or {@code null}
	 */
	public ModuleFetchException(FetchFailure failure, String message, String remedy, @Nullable Throwable cause) {
		super(message, cause);
		this.failure = failure;
		this.remedy = remedy;
	}

	/**
	 * Return why the module was not fetched.
	 * @return the kind of failure
	 */
	public FetchFailure getFailure() {
		return this.failure;
	}

	/**
	 * Return what to do about it.
	 * @return a sentence
	 */
	public String getRemedy() {
		return this.remedy;
	}

}
