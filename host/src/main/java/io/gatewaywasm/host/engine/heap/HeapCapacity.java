package io.gatewaywasm.host.engine.heap;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Checks whether the Java heap is large enough for the memory that guests may use.
 */
public final class HeapCapacity {

	private static final long MEBIBYTE = 1 << 20;

	private final HeapView view;

	private final List<String> fatalOptions;

	HeapCapacity(HeapView view, List<String> fatalOptions) {
		this.view = view;
		this.fatalOptions = List.copyOf(fatalOptions);
	}

	/**
	 * Returns the capacity of the heap of this JVM.
	 */
	public static HeapCapacity current() {
		return new HeapCapacity(new HotSpotHeap(), HotSpot.fatalExhaustionOptions());
	}

	/**
	 * Returns a message for the operator if the heap is too small, or {@code null} if it
	 * is large enough or the JVM survives its exhaustion.
	 */
	public @Nullable String shortfall(long maximumMemory, long largestVm) {
		if (this.fatalOptions.isEmpty()) {
			return null;
		}
		long available = this.view.capacity() - this.view.headroom() - this.view.retained();
		if (maximumMemory + Math.min(maximumMemory, largestVm) <= available) {
			return null;
		}
		long fitting = Math.max(available / 2, available - largestVm);
		return "The Java heap is too small for 'gateway.wasm.max-memory' (" + describe(maximumMemory) + "): of "
				+ describe(Runtime.getRuntime().maxMemory()) + ", " + describe(Math.max(0, available))
				+ " are left for the memory of filters and its copies while it grows. The JVM runs with "
				+ String.join(" and ", this.fatalOptions)
				+ ", so filters are refused memory before the heap is exhausted. Raise -Xmx, or set"
				+ " 'gateway.wasm.max-memory' to at most " + describe(Math.max(0, fitting)) + ".";
	}

	private static String describe(long bytes) {
		return bytes / MEBIBYTE + "MB";
	}

}
