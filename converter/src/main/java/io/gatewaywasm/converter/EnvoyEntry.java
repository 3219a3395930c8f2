package io.gatewaywasm.converter;

import java.util.function.Consumer;

/**
 * The entry of a filter chain that contains a filter. {@code isDisabled} says whether the
 * filter runs only on routes that enable it. {@code chain} is the chain of HTTP filters,
 * empty if the filter is in none.
 */
record EnvoyEntry(String name, boolean isDisabled, String chain, Fields fields) {

	static final EnvoyEntry NONE = new EnvoyEntry("", false, EnvoyChains.NONE, new Fields("", null));

	/** Returns the entry that an object in this entry is, or this one if it is none. */
	EnvoyEntry in(Fields object) {
		if (!object.has("typed_config") && !object.has("config_discovery")) {
			return this;
		}
		return new EnvoyEntry(object.has("name") ? String.valueOf(object.value("name")) : this.name,
				this.isDisabled || object.isTrue("disabled"), this.chain, object);
	}

	EnvoyEntry in(String otherChain) {
		return new EnvoyEntry(this.name, this.isDisabled, otherChain, this.fields);
	}

	/**
	 * Returns whether an object names a filter of a type that a discovery service has.
	 */
	boolean isDiscovered(Fields object, String type) {
		Fields discovery = object.object("config_discovery");
		discovery.leaveOut("config_source", "default_config");
		discovery.leaveOutDefault("apply_default_config_without_warming", "false");
		return discovery.texts("type_urls").stream().anyMatch((url) -> url.endsWith(type));
	}

	/** Passes on the path of each field of the entry that has no equivalent. */
	void unread(Consumer<String> notes) {
		this.fields.leaveOut("@type", "name", "disabled", "typed_config", "config_discovery");
		this.fields.leaveOutDefault("is_optional", "false");
		this.fields.unread(notes);
	}

}
