package io.gatewaywasm.boot.gateway;

import java.util.concurrent.atomic.AtomicInteger;

import io.netty.util.concurrent.FastThreadLocal;

/**
 * Gives each thread that serves requests a small number of its own.
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
