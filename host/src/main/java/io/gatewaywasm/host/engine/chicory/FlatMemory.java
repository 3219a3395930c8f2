package io.gatewaywasm.host.engine.chicory;

import java.util.Arrays;

import com.dylibso.chicory.runtime.ConstantEvaluators;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.wasm.UninstantiableException;
import com.dylibso.chicory.wasm.types.ActiveDataSegment;
import com.dylibso.chicory.wasm.types.DataSegment;
import com.dylibso.chicory.wasm.types.MemoryLimits;
import com.dylibso.chicory.wasm.types.PassiveDataSegment;
import io.gatewaywasm.host.engine.heap.JavaHeap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Linear memory that grows within a budget and the free Java heap, and that keeps the
 * content of data segments.
 */
class FlatMemory extends ArrayMemory {

	private static final Logger logger = LoggerFactory.getLogger(FlatMemory.class);

	/** The maximum number of pages that fit into an array. */
	static final int MAXIMUM_PAGES = RUNTIME_MAX_PAGES;

	static final JavaHeap heap = JavaHeap.current();

	private static final byte[] DROPPED = {};

	/** The content of data segments, since Chicory would copy it on each access. */
	private byte[][] passive = {};

	private long passiveBytes;

	private boolean initialized;

	private boolean heapExhausted;

	private boolean closed;

	/**
	 * Creates a memory over an array of zeros of the initial size, which was allocated by
	 * {@link JavaHeap}.
	 */
	FlatMemory(MemoryLimits limits, byte[] data) {
		this(limits, data, false);
	}

	/**
	 * Creates a memory over an array of zeros of the initial size, which was allocated by
	 * {@link JavaHeap}. {@code noted} says whether each write of compiled code is to be
	 * noted.
	 */
	FlatMemory(MemoryLimits limits, byte[] data, boolean noted) {
		super(limits, data, noted);
	}

	/**
	 * Returns the bytes that are kept in addition to a memory of this many pages and that
	 * count as well.
	 */
	long keptBytes(int pages) {
		return this.passiveBytes;
	}

	/** Replaces the array by a longer one with the same content. */
	void replace(byte[] grown) {
		heap.release(this.data);
		this.data = grown;
	}

	/**
	 * Returns the memory to the Java heap and to the budget. After that, the memory
	 * cannot grow.
	 */
	void close() {
		if (!this.closed) {
			this.closed = true;
			heap.release(this.data);
			share().close();
		}
	}

	@Override
	public int pages() {
		return this.data.length / PAGE_SIZE;
	}

	@Override
	public int grow(int size) {
		// Copying the whole memory takes long
		BulkBytes.checkInterruption();
		int pages = pages();
		long grown = pages + Integer.toUnsignedLong(size);
		if (grown > maximumPages()) {
			return -1;
		}
		if (size == 0) {
			return pages;
		}
		if (!share().reserve(grown * PAGE_SIZE + keptBytes((int) grown))) {
			return -1;
		}
		byte[] copy = heap.copyOf(this.data, (int) grown * PAGE_SIZE);
		if (copy == null) {
			// Otherwise the reservation would leak until the instance is closed
			share().reduce((long) pages * PAGE_SIZE + keptBytes(pages));
			heapExhausted(grown);
			return -1;
		}
		replace(copy);
		return pages;
	}

	/**
	 * Logs the reason, because the guest only sees that it gets no memory and its trap
	 * does not mention it.
	 */
	private void heapExhausted(long grown) {
		if (!this.heapExhausted) {
			this.heapExhausted = true;
			logger.warn("The Java heap has no space for the {} KiB of memory that a filter requests."
					+ " Raise -Xmx, or lower 'gateway.wasm.max-memory'.", grown * PAGE_SIZE / 1024);
		}
	}

	@Override
	public void initialize(Instance instance, DataSegment[] segments, int memoryIndex) {
		// Before any of its functions can run
		bindGlobals(instance);
		this.initialized = true;
		this.segments = segments;
		keepPassive(segments);
		for (int i = 0; i < segments.length; i++) {
			if (segments[i] instanceof ActiveDataSegment segment && segment.index() == memoryIndex) {
				int address = (int) ConstantEvaluators.computeConstantValue(instance, segment.offsetInstructions())[0];
				byte[] bytes = segment.data();
				if (outside(address, bytes.length)) {
					throw new UninstantiableException("out of bounds memory access: a data segment of " + bytes.length
							+ " bytes does not fit at address " + Integer.toUnsignedString(address));
				}
				System.arraycopy(bytes, 0, this.data, address, bytes.length);
				written(address, bytes.length);
				segments[i] = PassiveDataSegment.EMPTY;
			}
		}
	}

	private void keepPassive(DataSegment[] segments) {
		this.passive = new byte[segments.length][];
		Arrays.fill(this.passive, DROPPED);
		for (int i = 0; i < segments.length; i++) {
			if (segments[i] instanceof PassiveDataSegment segment) {
				// A copy, for which the module has reserved heap
				byte[] content = segment.data();
				if (!share().add(content.length)) {
					throw new UninstantiableException("no memory is left for its data segments");
				}
				this.passiveBytes += content.length;
				this.passive[i] = content;
			}
		}
	}

	@Override
	public void initPassiveSegment(int segmentId, int destination, int offset, int size) {
		BulkBytes.checkInterruption();
		if (PassiveDataSegment.EMPTY.equals(this.segments[segmentId])) {
			// Chicory drops segments without calling this memory
			this.passive[segmentId] = DROPPED;
		}
		byte[] segment = this.passive[segmentId];
		if (Integer.toUnsignedLong(offset) + Integer.toUnsignedLong(size) > segment.length) {
			throw outOfBounds(offset, size);
		}
		check(destination, size);
		written(destination, size);
		BulkBytes.copy(segment, offset, this.data, destination, size);
	}

	@Override
	public void zero() {
		// A new array contains only zeros: leave its pages untouched
		if (this.initialized) {
			Arrays.fill(this.data, (byte) 0);
			written(0, this.data.length);
		}
	}

}
