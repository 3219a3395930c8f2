package io.gatewaywasm.host.spi;

/**
 * Mutable {@linkplain ForeignCall#data data} that a foreign function keeps for a guest.
 * If a VM is reset after each stream, the data is reset to a copy that was made when the
 * VM was configured. Data of other types is not reset.
 */
public interface CopyableData {

	/**
	 * Returns an independent copy of the same class.
	 */
	CopyableData copy();

}
