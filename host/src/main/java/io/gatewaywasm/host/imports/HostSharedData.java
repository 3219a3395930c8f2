package io.gatewaywasm.host.imports;

import org.jspecify.annotations.Nullable;

/**
 * Data shared by all VMs of one VM id (section "Shared Key-Value Store"). Each
 * {@code char} of a key is one byte (ISO 8859-1), since keys need not be text.
 */
public interface HostSharedData {

	/**
	 * A shared value.
	 *
	 * @param data the bytes, not to be changed
	 * @param cas the number to hand back for a compare-and-set, never 0
	 */
	record SharedValue(byte[] data, int cas) {

	}

	/**
	 * Return a value.
	 * @param key the key
	 * @return the value or {@code null} if there is none
	 */
	@Nullable SharedValue sharedData(String key);

	/**
	 * Set a value.
	 * @param key the key
	 * @param data the bytes, owned by the store from now on
	 * @param cas 0, or the number that the existing value must still have
	 */
	void setSharedData(String key, byte[] data, int cas);

}
