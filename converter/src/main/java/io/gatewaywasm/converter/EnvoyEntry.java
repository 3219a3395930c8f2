package io.gatewaywasm.converter;

import java.util.function.Consumer;

/**
 * The entry of a filter chain that contains a filter.
 *
 * @param name the name of the filter in the chain
 * @param isDisabled whether the filter runs only on routes that enable it
 * @param chain the chain of HTTP filters, empty if the filter is in none
 * @param fields the fields of the entry
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

	/** Passes on the path of each field of the entry that has no equivalent. */
	void unread(Consumer<String> notes) {
		this.fields.leaveOut("@type", "name", "disabled", "typed_config", "config_discovery");
		this.fields.leaveOutUnlessTrue("is_optional");
		this.fields.unread(notes);
	}

}
