package io.gatewaywasm.host.spi;

/**
 * {@linkplain ForeignCall#data Data} that a foreign function keeps for a guest and that
 * changes. In a VM that returns after each stream to how it was before, the function gets
 * a copy of what it had then. Data of other types is kept as it is.
 */
public interface CopyableData {

	/**
	 * Return a copy that does not change with this object.
	 * @return an object of the same class
	 */
	CopyableData copy();

}
