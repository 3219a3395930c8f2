package io.gatewaywasm.host.spi;

/**
 * Mutable {@linkplain ForeignCall#data data} that a foreign function keeps for a guest.
 * If a VM is restored after each stream, the data is restored from a copy that was made
 * when the VM was configured. Data of other types is not restored.
 */
public interface CopyableData {

	/**
	 * Returns an independent copy of the same class.
	 */
	CopyableData copy();

}
