package io.gatewaywasm.host.engine;

import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.TableInstance;
import com.dylibso.chicory.wasm.types.Table;

/**
 * A table whose elements count like memory of its instance.
 */
final class CountedTable extends TableInstance {

	/** A number and a reference. */
	static final int ELEMENT_SIZE = 12;

	/** Elements set between two looks at the interrupt, some microseconds. */
	private static final int PACE = 256;

	/** The arrays that the engine keeps the elements in. */
	static final int ARRAYS = 2;

	private final MemoryShare share;

	private int set;

	/**
	 * Create a table.
	 * @param table the table as the module declares it
	 * @param initialValue the value of its elements
	 * @param share where memory for more elements is taken from; it has that for the
	 * first ones already
	 */
	CountedTable(Table table, int initialValue, MemoryShare share) {
		super(table, initialValue);
		this.share = share;
	}

	/** All instructions that change many elements come here for each. */
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
		// The engine adds the two as signed numbers.
		long grown = size() + Integer.toUnsignedLong(size);
		if (grown > limits().max()) {
			return -1;
		}
		long bytes = (grown - size()) * ELEMENT_SIZE;
		if (!this.share.add(bytes)) {
			return -1;
		}
		if (!JavaHeap.current().claim(grown * ELEMENT_SIZE, ARRAYS)) {
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
