package io.gatewaywasm.host.shared;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

import io.gatewaywasm.host.spi.SharedScope;
import io.gatewaywasm.host.spi.SharedScopes;
import org.jspecify.annotations.Nullable;

/**
 * {@link SharedScopes} in the memory of this process. They are not shared with other
 * gateways. Thread-safe.
 */
public final class InMemorySharedScopes implements SharedScopes {

	private final Map<String, SharedScope> scopes = new ConcurrentHashMap<>();

	/** Tokens are unique in all scopes, so that a guest cannot confuse two queues. */
	private final AtomicInteger lastToken = new AtomicInteger();

	private final SharedLimits limits;

	private final int firstCas;

	/**
	 * Creates scopes with the default limits.
	 */
	public InMemorySharedScopes() {
		this(SharedLimits.DEFAULTS);
	}

	/**
	 * Creates scopes.
	 * @param limits the limits of each scope
	 */
	public InMemorySharedScopes(SharedLimits limits) {
		this(limits, 0);
	}

	/**
	 * Creates scopes whose values have version numbers in a separate range.
	 * @param limits the limits of each scope
	 * @param firstCas the number before the first version number; if it is negative, all
	 * version numbers are negative
	 */
	public InMemorySharedScopes(SharedLimits limits, int firstCas) {
		this.limits = limits;
		this.firstCas = firstCas;
	}

	@Override
	public SharedScopes sandbox() {
		return new InMemorySharedScopes(this.limits);
	}

	@Override
	public SharedScope scope(String vmId) {
		return this.scopes.computeIfAbsent(vmId,
				(id) -> new InMemorySharedScope(this.limits, this.firstCas, this.lastToken));
	}

	@Override
	public @Nullable SharedScope known(String vmId) {
		return this.scopes.get(vmId);
	}

	@Override
	public void remove(String vmId) {
		this.scopes.remove(vmId);
	}

}
