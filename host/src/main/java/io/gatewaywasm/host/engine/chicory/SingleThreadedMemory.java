package io.gatewaywasm.host.engine.chicory;

import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.WasmRuntimeException;
import com.dylibso.chicory.wasm.types.DataSegment;
import com.dylibso.chicory.wasm.types.MemoryLimits;
import com.dylibso.chicory.wasm.types.PassiveDataSegment;
import io.gatewaywasm.host.engine.instructions.DirectMemory;
import io.gatewaywasm.host.limits.MemoryBudget;

/**
 * The operations of a {@link DirectMemory} that follow from its use by one thread at a
 * time, or from its access to integers.
 */
abstract class SingleThreadedMemory extends DirectMemory {

	/**
	 * The array of the instance, in which both the instance and the memory drop segments.
	 */
	DataSegment[] segments = {};

	private final MemoryLimits limits;

	private MemoryShare share = new MemoryShare(MemoryBudget.UNLIMITED);

	SingleThreadedMemory(MemoryLimits limits, byte[] data, boolean noted) {
		super(data, noted);
		this.limits = limits;
	}

	/** Takes further memory from the instance's share of a budget. */
	void share(MemoryShare share) {
		this.share = share;
	}

	MemoryShare share() {
		return this.share;
	}

	@Override
	public int initialPages() {
		return this.limits.initialPages();
	}

	@Override
	public int maximumPages() {
		return Math.min(this.limits.maximumPages(), RUNTIME_MAX_PAGES);
	}

	@Override
	public void drop(int segment) {
		this.segments[segment] = PassiveDataSegment.EMPTY;
	}

	@Override
	public boolean shared() {
		return false;
	}

	@Override
	@SuppressWarnings("removal")
	public Object lock(int address) {
		return this;
	}

	@Override
	@SuppressWarnings("removal")
	public int waitOn(int address, int expected, long timeout) {
		throw new WasmRuntimeException("expected shared memory");
	}

	@Override
	@SuppressWarnings("removal")
	public int waitOn(int address, long expected, long timeout) {
		throw new WasmRuntimeException("expected shared memory");
	}

	@Override
	@SuppressWarnings("removal")
	public int notify(int address, int maxThreads) {
		readInt(address);
		return 0;
	}

	@Override
	public void initialize(Instance instance, DataSegment[] segments) {
		initialize(instance, segments, 0);
	}

	@Override
	public long readU16(int address) {
		return Short.toUnsignedLong(readShort(address));
	}

	@Override
	public long readF32(int address) {
		return readInt(address);
	}

	@Override
	public float readFloat(int address) {
		return Float.intBitsToFloat(readInt(address));
	}

	@Override
	public long readF64(int address) {
		return readLong(address);
	}

	@Override
	public double readDouble(int address) {
		return Double.longBitsToDouble(readLong(address));
	}

	@Override
	public void writeF32(int address, float value) {
		writeI32(address, Float.floatToRawIntBits(value));
	}

	@Override
	public void writeF64(int address, double value) {
		writeLong(address, Double.doubleToRawLongBits(value));
	}

}
