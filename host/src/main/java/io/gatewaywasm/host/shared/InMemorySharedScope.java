package io.gatewaywasm.host.shared;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

import io.gatewaywasm.host.spi.SharedScope;
import org.jspecify.annotations.Nullable;

/**
 * The data and queues of one VM id in memory. Its monitor is held only briefly, and never
 * during a callback.
 */
final class InMemorySharedScope implements SharedScope {

	private final SharedLimits limits;

	private final QueueSpace queueSpace;

	private final Map<Integer, InMemoryQueue> queuesByToken = new ConcurrentHashMap<>();

	private final AtomicInteger lastToken;

	private final Map<String, Value> values = new HashMap<>();

	private final Map<String, Integer> queues = new HashMap<>();

	private long bytes;

	private final int firstCas;

	private int lastCas;

	InMemorySharedScope(SharedLimits limits, int firstCas, AtomicInteger lastToken) {
		this.limits = limits;
		this.firstCas = firstCas;
		this.lastCas = firstCas;
		this.queueSpace = new QueueSpace(limits.queueBytes());
		this.lastToken = lastToken;
	}

	@Override
	public synchronized @Nullable Value get(String key) {
		return this.values.get(key);
	}

	@Override
	public synchronized Result set(String key, byte[] data, int cas) {
		Value old = this.values.get(key);
		if (old != null && cas != 0 && cas != old.cas()) {
			return Result.CAS_MISMATCH;
		}
		long before = (old != null) ? (long) key.length() + old.data().length : 0;
		long after = this.bytes - before + key.length() + data.length;
		if (after > this.limits.bytes() || (old == null && this.values.size() >= this.limits.entries())) {
			return Result.FULL;
		}
		this.bytes = after;
		this.lastCas = (this.lastCas == -1) ? this.firstCas + 1 : this.lastCas + 1;
		this.values.put(key, new Value(data, this.lastCas));
		return Result.OK;
	}

	@Override
	public int registerQueue(String name, Runnable wake) {
		int token = createQueue(name);
		InMemoryQueue queue = this.queuesByToken.get(token);
		if (queue != null) {
			queue.owner(wake);
		}
		return token;
	}

	private synchronized int createQueue(String name) {
		Integer token = this.queues.get(name);
		if (token == null) {
			if (this.queues.size() >= this.limits.queues() || name.length() > SharedLimits.QUEUE_NAME) {
				return 0;
			}
			token = this.lastToken.incrementAndGet();
			this.queuesByToken.put(token, new InMemoryQueue(this.limits.queueEntries(), this.queueSpace));
			this.queues.put(name, token);
		}
		return token;
	}

	@Override
	public synchronized int resolveQueue(String name) {
		return this.queues.getOrDefault(name, 0);
	}

	@Override
	public Result enqueue(int token, byte[] data) {
		InMemoryQueue queue = this.queuesByToken.get(token);
		return (queue != null) ? queue.add(data) : Result.NOT_FOUND;
	}

	@Override
	public boolean hasQueue(int token) {
		return this.queuesByToken.containsKey(token);
	}

	@Override
	public @Nullable Entry dequeue(int token) {
		InMemoryQueue queue = this.queuesByToken.get(token);
		return (queue != null) ? queue.poll() : null;
	}

	@Override
	public void handOverQueue(int token, Runnable owner, Runnable next) {
		InMemoryQueue queue = this.queuesByToken.get(token);
		if (queue != null) {
			queue.handOver(owner, next);
		}
	}

	@Override
	public void releaseQueue(int token, Runnable wake) {
		InMemoryQueue queue = this.queuesByToken.get(token);
		if (queue != null) {
			queue.release(wake);
		}
	}

}
