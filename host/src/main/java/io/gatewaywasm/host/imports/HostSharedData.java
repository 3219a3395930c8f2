package io.gatewaywasm.host.imports;

import org.jspecify.annotations.Nullable;

/**
 * Data that all VMs of one VM id share (section "Shared Key-Value Store"). Each {@code
 * char} of a key is one byte (ISO 8859-1), because keys need not be text.
 */
public interface HostSharedData {

	/**
	 * A shared value.
	 *
	 * @param data the bytes, which must not be modified
	 * @param cas the version number for compare-and-set, never 0
	 */
	record SharedValue(byte[] data, int cas) {

	}

	/**
	 * Returns a value, or {@code null} if there is none.
	 */
	@Nullable SharedValue sharedData(String key);

	/**
	 * Sets a value.
	 * @param key the key
	 * @param data the bytes, owned by the store from now on
	 * @param cas 0, or the version number that the existing value must still have
	 */
	void setSharedData(String key, byte[] data, int cas);

}
