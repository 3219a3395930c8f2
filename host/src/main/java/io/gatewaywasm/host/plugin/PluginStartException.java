package io.gatewaywasm.host.plugin;

import org.jspecify.annotations.Nullable;

/**
 * A plugin cannot be started: its module does not fit this host, or it refused its
 * configuration, or it trapped.
 */
public class PluginStartException extends Exception {

	private static final long serialVersionUID = 1L;

	private final String remedy;

	/**
	 * Create a new exception.
	 * @param message what is wrong, a sentence
	 * @param remedy what to do, a sentence
	 */
	public PluginStartException(String message, String remedy) {
		this(message, remedy, null);
	}

	/**
	 * Create a new exception.
	 * @param message what is wrong, a sentence
	 * @param remedy what to do, a sentence
	 * @param cause what the engine said, or {@code null}
	 */
	public PluginStartException(String message, String remedy, @Nullable Throwable cause) {
		super(message, cause);
		this.remedy = remedy;
	}

	/**
	 * Return what to do about it.
	 * @return a sentence
	 */
	public String remedy() {
		return this.remedy;
	}

}
