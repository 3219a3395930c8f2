package io.gatewaywasm.host.engine.chicory;

import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.TableInstance;
import com.dylibso.chicory.wasm.types.Table;
import io.gatewaywasm.host.engine.heap.JavaHeap;

/**
 * A table whose elements count as memory of its instance.
 */
final class CountedTable extends TableInstance {

	/** The size in bytes of one element: a number and a reference. */
	static final int ELEMENT_SIZE = 12;

	/**
	 * The number of elements set between two interrupt checks, which takes several
	 * microseconds.
	 */
	private static final int PACE = 256;

	/** The number of arrays in which Chicory keeps the elements. */
	static final int ARRAYS = 2;

	private final MemoryShare share;

	private int set;

	/**
	 * Creates a table. {@code share} has already reserved memory for the initial
	 * elements; memory for further elements is taken from it.
	 */
	CountedTable(Table table, int initialValue, MemoryShare share) {
		super(table, initialValue);
		this.share = share;
	}

	/** Called for each element by all instructions that change many elements. */
	@Override
	public void setRef(int index, int value, Instance instance) {
		if ((++this.set & (PACE - 1)) == 0) {
			BulkBytes.checkInterruption();
		}
		super.setRef(index, value, instance);
	}

	@Override
	public int grow(int size, int value, Instance instance) {
		BulkBytes.checkInterruption();
		// Chicory adds the two as signed numbers
		long grown = size() + Integer.toUnsignedLong(size);
		if (grown > limits().max()) {
			return -1;
		}
		long bytes = (grown - size()) * ELEMENT_SIZE;
		if (!this.share.add(bytes)) {
			return -1;
		}
		if (!JavaHeap.current().reserveBriefly(grown * ELEMENT_SIZE, ARRAYS)) {
			this.share.remove(bytes);
			return -1;
		}
		int before = -1;
		try {
			before = super.grow(size, value, instance);
			return before;
		}
		finally {
			if (before < 0) {
				this.share.remove(bytes);
			}
		}
	}

}
