package io.gatewaywasm.host.abi;

import java.lang.management.ManagementFactory;

import com.sun.management.ThreadMXBean;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Measures the Java heap that the current thread allocates.
 */
public final class Allocations {

	private Allocations() {
	}

	/**
	 * Assert that an action allocates little. {@code bytes} is the maximum number of
	 * bytes.
	 */
	public static void assertAtMost(long bytes, Runnable action) {
		ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
		long before = threads.getCurrentThreadAllocatedBytes();
		action.run();
		assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThanOrEqualTo(bytes);
	}

}
