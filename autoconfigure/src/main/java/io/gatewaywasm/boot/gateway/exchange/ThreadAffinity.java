package io.gatewaywasm.boot.gateway.exchange;

import java.util.concurrent.atomic.AtomicInteger;

import io.netty.util.concurrent.FastThreadLocal;

/**
 * Assigns a sequential number to each thread that serves requests.
 */
final class ThreadAffinity {

	private static final AtomicInteger next = new AtomicInteger();

	private static final FastThreadLocal<Integer> index = new FastThreadLocal<>() {

		@Override
		protected Integer initialValue() {
			return next.getAndIncrement() & Integer.MAX_VALUE;
		}

	};

	private ThreadAffinity() {
	}

	static int current() {
		return index.get();
	}

}
