package io.gatewaywasm.host.engine.chicory;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

import com.dylibso.chicory.runtime.ConstantEvaluators;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.WasmRuntimeException;
import com.dylibso.chicory.wasm.UninstantiableException;
import com.dylibso.chicory.wasm.types.ActiveDataSegment;
import com.dylibso.chicory.wasm.types.DataSegment;
import com.dylibso.chicory.wasm.types.MemoryLimits;
import com.dylibso.chicory.wasm.types.PassiveDataSegment;
import io.gatewaywasm.host.engine.heap.JavaHeap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Linear memory in one {@code byte[]} that is always exactly as long as the memory, so
 * that the array's bounds check is WebAssembly's. An address of 2 GiB or more becomes a
 * negative index and fails the same check.
 */
class FlatMemory extends SingleThreadedMemory {

	private static final Logger logger = LoggerFactory.getLogger(FlatMemory.class);

	/** The maximum number of pages that fit into an array. */
	static final int MAXIMUM_PAGES = RUNTIME_MAX_PAGES;

	static final JavaHeap heap = JavaHeap.current();

	private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

	private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

	private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

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

	@Override
	protected void note(int address) {
	}

	/** Called after a range, which may be empty, has been written. */
	void written(int address, int size) {
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
			logger.warn("The Java heap has no space for the {} KiB of memory that a filter wants to grow to."
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
				// A copy, for which the module has claimed heap
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
	public void write(int address, byte[] source, int offset, int size) {
		check(address, size);
		System.arraycopy(source, offset, this.data, address, size);
		written(address, size);
	}

	@Override
	public byte[] readBytes(int address, int size) {
		check(address, size);
		return Arrays.copyOfRange(this.data, address, address + size);
	}

	@Override
	public void copy(int destination, int source, int size) {
		check(source, size);
		check(destination, size);
		written(destination, size);
		BulkBytes.copy(this.data, source, this.data, destination, size);
	}

	@Override
	public void fill(byte value, int fromIndex, int toIndex) {
		int size = toIndex - fromIndex;
		check(fromIndex, size);
		written(fromIndex, size);
		BulkBytes.fill(this.data, fromIndex, size, value);
	}

	@Override
	public void zero() {
		// A new array contains only zeros: leave its pages untouched
		if (this.initialized) {
			Arrays.fill(this.data, (byte) 0);
			written(0, this.data.length);
		}
	}

	@Override
	public byte read(int address) {
		try {
			return this.data[address];
		}
		catch (IndexOutOfBoundsException ex) {
			throw outOfBounds(address, Byte.BYTES);
		}
	}

	@Override
	public short readShort(int address) {
		try {
			return (short) SHORT.get(this.data, address);
		}
		catch (IndexOutOfBoundsException ex) {
			throw outOfBounds(address, Short.BYTES);
		}
	}

	@Override
	public int readInt(int address) {
		try {
			return (int) INT.get(this.data, address);
		}
		catch (IndexOutOfBoundsException ex) {
			throw outOfBounds(address, Integer.BYTES);
		}
	}

	@Override
	public long readLong(int address) {
		try {
			return (long) LONG.get(this.data, address);
		}
		catch (IndexOutOfBoundsException ex) {
			throw outOfBounds(address, Long.BYTES);
		}
	}

	@Override
	public void writeByte(int address, byte value) {
		try {
			this.data[address] = value;
		}
		catch (IndexOutOfBoundsException ex) {
			throw outOfBounds(address, Byte.BYTES);
		}
	}

	@Override
	public void writeShort(int address, short value) {
		try {
			SHORT.set(this.data, address, value);
		}
		catch (IndexOutOfBoundsException ex) {
			throw outOfBounds(address, Short.BYTES);
		}
	}

	@Override
	public void writeI32(int address, int value) {
		try {
			INT.set(this.data, address, value);
		}
		catch (IndexOutOfBoundsException ex) {
			throw outOfBounds(address, Integer.BYTES);
		}
	}

	@Override
	public void writeLong(int address, long value) {
		try {
			LONG.set(this.data, address, value);
		}
		catch (IndexOutOfBoundsException ex) {
			throw outOfBounds(address, Long.BYTES);
		}
	}

	/**
	 * Returns whether any part of a range is outside the memory. Both arguments are
	 * unsigned.
	 */
	final boolean outside(int address, int size) {
		return Integer.toUnsignedLong(address) + Integer.toUnsignedLong(size) > this.data.length;
	}

	private void check(int address, int size) {
		if (outside(address, size)) {
			throw outOfBounds(address, size);
		}
	}

	private WasmRuntimeException outOfBounds(int address, int size) {
		return outOfBounds(Integer.toUnsignedLong(address), size);
	}

}
