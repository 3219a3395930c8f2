package io.gatewaywasm.host.plugin;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when a plugin cannot be started, because its module is not supported by this
 * host, rejects its configuration, or traps.
 */
public class PluginStartException extends Exception {

	private static final long serialVersionUID = 1L;

	private final String remedy;

	/**
	 * Creates an exception.
	 * @param message a sentence that says what is wrong
	 * @param remedy sentences that say what to do
	 */
	public PluginStartException(String message, String remedy) {
		this(message, remedy, null);
	}

	/**
	 * Creates an exception.
	 * @param message a sentence that says what is wrong
	 * @param remedy sentences that say what to do
	 * @param cause the exception of the engine, or {@code null}
	 */
	public PluginStartException(String message, String remedy, @Nullable Throwable cause) {
		super(message, cause);
		this.remedy = remedy;
	}

	/**
	 * Returns sentences that say what to do.
	 */
	public String remedy() {
		return this.remedy;
	}

}
