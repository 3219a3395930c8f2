package io.gatewaywasm.boot.plugin;

import org.jspecify.annotations.Nullable;

/**
 * The configuration of a plugin: either text, or the location of a resource whose bytes
 * are passed on unchanged.
 *
 * @param text the text, or {@code null}
 * @param location the location, or {@code null}
 */
public record PluginConfiguration(@Nullable String text, @Nullable String location) {

	/** No configuration. The guest receives no bytes. */
	public static final PluginConfiguration NONE = new PluginConfiguration(null, null);

	public PluginConfiguration {
		if (text != null && location != null) {
			throw new IllegalArgumentException("'configuration' and 'configuration-location' are mutually exclusive");
		}
	}

	/**
	 * Returns whether neither text nor location is set.
	 */
	public boolean isEmpty() {
		return this.text == null && this.location == null;
	}

	/**
	 * Describes the configuration without its text, which may hold secrets.
	 */
	@Override
	public String toString() {
		return "PluginConfiguration[" + ((this.location != null) ? "location=" + this.location : "") + "]";
	}

}
