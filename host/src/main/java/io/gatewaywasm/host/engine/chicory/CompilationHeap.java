package io.gatewaywasm.host.engine.chicory;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import io.gatewaywasm.host.engine.binary.WasmBinary;
import io.gatewaywasm.host.engine.heap.JavaHeap;
import org.jspecify.annotations.Nullable;

/**
 * Reserves Java heap for the modules that are being compiled or parsed. The reservations
 * of concurrent compilations add up. A reservation that does not fit waits until another
 * compilation ends. Thread-safe.
 */
final class CompilationHeap {

	private static final CompilationHeap CURRENT = new CompilationHeap(JavaHeap.current());

	/**
	 * Per byte of code. Measured: 24 for Go, 52 for one-byte instructions, without the
	 * generated classes.
	 */
	private static final int HEAP_FOR_A_BYTE = 60;

	/**
	 * Per byte of any section but code and data: a one-byte element becomes two
	 * instructions in a list.
	 */
	private static final int HEAP_FOR_A_DECLARED_BYTE = 160;

	/** A reference in a list that is copied once. */
	private static final int HEAP_FOR_A_LOCAL = 12;

	private static final int PIECE_SHIFT = 16;

	private final JavaHeap heap;

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition ended = this.lock.newCondition();

	private int running;

	CompilationHeap(JavaHeap heap) {
		this.heap = heap;
	}

	/** Returns the only instance, for the heap of this JVM. */
	static CompilationHeap current() {
		return CURRENT;
	}

	/**
	 * Reserves the heap that compiling a module needs, and waits up to {@code timeout}
	 * for other compilations. Fails if the heap has no space. The caller must not have
	 * another open reservation, nor hold a lock that another compilation needs.
	 */
	Reservation reserve(WasmBinary binary, long locals, Duration timeout) throws HeapSpaceException {
		long parsed = 0;
		// The parser reads a copy
		long needed = binary.bytes().length + locals * HEAP_FOR_A_LOCAL;
		for (WasmBinary.Section section : binary.sections()) {
			long size = (long) section.end() - section.start();
			switch (section.id()) {
				// Parsed instructions are far larger than their bytes
				case WasmBinary.CODE -> needed += size * HEAP_FOR_A_BYTE;
				case WasmBinary.DATA -> size = 0;
				case WasmBinary.CUSTOM -> {
					needed += size;
					size = 0;
				}
				default -> needed += size * HEAP_FOR_A_DECLARED_BYTE;
			}
			parsed += size;
		}
		try {
			JavaHeap.Reservation reservation = reserve(needed, timeout);
			if (reservation != null) {
				return new Reservation(reservation);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		throw new HeapSpaceException("The Java heap has no space to compile the module, whose " + (parsed >> 10)
				+ " KiB besides data temporarily need up to " + (needed >> 20)
				+ " MiB. Raise -Xmx, or compile the module at build time.");
	}

	private JavaHeap.@Nullable Reservation reserve(long bytes, Duration timeout) throws InterruptedException {
		int objects = (int) Math.max(1, bytes >> PIECE_SHIFT);
		long left = timeout.toNanos();
		this.lock.lockInterruptibly();
		try {
			while (true) {
				JavaHeap.Reservation reservation = this.heap.reserve(bytes, objects);
				if (reservation != null) {
					this.running++;
					return reservation;
				}
				if (this.running == 0 || left <= 0) {
					return null;
				}
				left = this.ended.awaitNanos(left);
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Returns whether a compilation waits for another one, for tests. */
	boolean hasWaiting() {
		this.lock.lock();
		try {
			return this.lock.hasWaiters(this.ended);
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Heap that one compilation may use until the reservation is closed.
	 */
	final class Reservation implements AutoCloseable {

		private final JavaHeap.Reservation reservation;

		private Reservation(JavaHeap.Reservation reservation) {
			this.reservation = reservation;
		}

		/** Ends the reservation. To be called once. */
		@Override
		public void close() {
			CompilationHeap.this.lock.lock();
			try {
				this.reservation.close();
				CompilationHeap.this.running--;
				CompilationHeap.this.ended.signalAll();
			}
			finally {
				CompilationHeap.this.lock.unlock();
			}
		}

	}

}
