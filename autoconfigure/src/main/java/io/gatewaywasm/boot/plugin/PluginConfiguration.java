package io.gatewaywasm.boot.plugin;

import org.jspecify.annotations.Nullable;

/**
 * The configuration of a plugin: a text, or the location of a resource whose bytes are
 * handed over untouched. At most one of the two.
 *
 * @param text the text or {@code null}
 * @param location the location or {@code null}
 */
public record PluginConfiguration(@Nullable String text, @Nullable String location) {

	/** No configuration: the guest gets no bytes. */
	public static final PluginConfiguration NONE = new PluginConfiguration(null, null);

	public PluginConfiguration {
		if (text != null && location != null) {
			throw new IllegalArgumentException("'configuration' and 'configuration-location' exclude each other");
		}
	}

	/**
	 * Return whether there is none.
	 * @return whether neither text nor location is given
	 */
	public boolean isEmpty() {
		return this.text == null && this.location == null;
	}

	/**
	 * Describe the configuration without its text, which may hold secrets.
	 */
	@Override
	public String toString() {
		return "PluginConfiguration[" + ((this.location != null) ? "location=" + this.location : "") + "]";
	}

}
