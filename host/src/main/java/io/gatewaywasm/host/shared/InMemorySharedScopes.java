package io.gatewaywasm.host.shared;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

import io.gatewaywasm.host.spi.SharedScope;
import io.gatewaywasm.host.spi.SharedScopes;
import org.jspecify.annotations.Nullable;

/**
 * {@link SharedScopes} in the memory of this process. They are per replica: nothing is
 * shared between gateways. Thread-safe.
 */
public final class InMemorySharedScopes implements SharedScopes {

	private final Map<String, SharedScope> scopes = new ConcurrentHashMap<>();

	private final Map<Integer, InMemoryQueue> queues = new ConcurrentHashMap<>();

	private final AtomicInteger lastToken = new AtomicInteger();

	private final SharedLimits limits;

	/**
	 * Create scopes with the default limits.
	 */
	public InMemorySharedScopes() {
		this(SharedLimits.DEFAULTS);
	}

	/**
	 * Create scopes.
	 * @param limits the bounds of each scope
	 */
	public InMemorySharedScopes(SharedLimits limits) {
		this.limits = limits;
	}

	/**
	 * Return scopes with the same limits and nothing in them, whose data nobody else is
	 * to see.
	 * @return new scopes
	 */
	public InMemorySharedScopes empty() {
		return new InMemorySharedScopes(this.limits);
	}

	@Override
	public SharedScope scope(String vmId) {
		return this.scopes.computeIfAbsent(vmId,
				(id) -> new InMemorySharedScope(this.limits, this.queues, this.lastToken));
	}

	@Override
	public @Nullable SharedScope known(String vmId) {
		return this.scopes.get(vmId);
	}

}
