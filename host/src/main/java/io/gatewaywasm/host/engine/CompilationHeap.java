package io.gatewaywasm.host.engine;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

/**
 * Claims the Java heap for modules that are being compiled or parsed. Claims of
 * compilations that run at the same time add up; one that does not fit beside the others
 * waits until one of them ends. Thread-safe.
 */
final class CompilationHeap {

	private static final CompilationHeap CURRENT = new CompilationHeap(JavaHeap.current());

	/** Measured: 24 for Go, 52 for instructions of one byte, besides the classes. */
	private static final int HEAP_FOR_A_BYTE = 60;

	private static final int PIECE_SHIFT = 16;

	private final JavaHeap heap;

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition ended = this.lock.newCondition();

	private int running;

	CompilationHeap(JavaHeap heap) {
		this.heap = heap;
	}

	/**
	 * Returns the claims on the heap of this JVM.
	 * @return the only instance for it
	 */
	static CompilationHeap current() {
		return CURRENT;
	}

	/**
	 * Claims what is needed to compile a module. Must not be called with a claim open, or
	 * with a lock that another compilation needs.
	 * @param binary the module
	 * @param timeout how long to wait for other compilations
	 * @return the claim, to be closed when the compilation ends
	 * @throws HeapSpaceException if the heap has no space
	 */
	Claim claim(WasmBinary binary, Duration timeout) throws HeapSpaceException {
		long code = 0;
		for (WasmBinary.Section section : binary.sections()) {
			code += (section.id() == WasmBinary.CODE) ? section.end() - section.start() : 0;
		}
		// Parsed instructions are far larger than their bytes
		long needed = code * HEAP_FOR_A_BYTE;
		try {
			JavaHeap.Promise promise = claim(needed, timeout);
			if (promise != null) {
				return new Claim(promise);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		throw new HeapSpaceException(
				"The Java heap has no space to compile the module, whose " + (code >> 10) + " KiB of code need up to "
						+ (needed >> 20) + " MiB meanwhile. Raise -Xmx, or compile the module at build time.");
	}

	private JavaHeap.@Nullable Promise claim(long bytes, Duration timeout) throws InterruptedException {
		int objects = (int) Math.max(1, bytes >> PIECE_SHIFT);
		long left = timeout.toNanos();
		this.lock.lockInterruptibly();
		try {
			while (true) {
				JavaHeap.Promise promise = this.heap.promise(bytes, objects);
				if (promise != null) {
					this.running++;
					return promise;
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

	/** Returns whether a compilation waits for another, for tests. */
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
	 * Heap that one compilation may use until the claim is closed.
	 */
	final class Claim implements AutoCloseable {

		private final JavaHeap.Promise promise;

		private Claim(JavaHeap.Promise promise) {
			this.promise = promise;
		}

		/** Ends the claim. To be called once. */
		@Override
		public void close() {
			CompilationHeap.this.lock.lock();
			try {
				this.promise.close();
				CompilationHeap.this.running--;
				CompilationHeap.this.ended.signalAll();
			}
			finally {
				CompilationHeap.this.lock.unlock();
			}
		}

	}

}
