package io.gatewaywasm.boot.shareddata;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BiFunction;

import io.gatewaywasm.host.shared.InMemorySharedScopes;
import io.gatewaywasm.host.spi.HostScheduler;
import io.gatewaywasm.host.spi.RedisConnection;
import io.gatewaywasm.host.spi.SharedScope;
import io.gatewaywasm.host.spi.SharedScopes;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.DisposableBean;

/**
 * {@link SharedScopes} of which some or all are in Redis. Connects when a plugin needs
 * it. Thread-safe.
 */
public final class RedisStores implements SharedScopes, DisposableBean {

	private static final Duration MAX_DELAY = Duration.ofMillis(StoreCircuit.MAX_DELAY_MILLIS);

	private final StorePolicy policy;

	private final StoreSettings settings;

	private final BiFunction<String, Duration, RedisConnection> connections;

	private final HostScheduler scheduler;

	private final StoreObserver observer;

	private final InMemorySharedScopes local;

	private final Map<String, SharedScope> scopes = new ConcurrentHashMap<>();

	private final Map<Integer, StoreQueue> queues = new ConcurrentHashMap<>();

	/** Holds data while Redis is unavailable. Empty at the start of each outage. */
	private volatile InMemorySharedScopes substitute;

	private @Nullable RedisStore store;

	private @Nullable QueueWakeUps wakeUps;

	private boolean closed;

	/**
	 * Creates stores.
	 * @param policy selects the store of each VM id
	 * @param settings the settings for Redis
	 * @param connections opens a connection for a user that is named in log messages,
	 * with the maximum delay between two attempts
	 * @param scheduler runs further attempts
	 * @param observer receives the results of calls
	 */
	public RedisStores(StorePolicy policy, StoreSettings settings,
			BiFunction<String, Duration, RedisConnection> connections, HostScheduler scheduler,
			StoreObserver observer) {
		this.policy = policy;
		this.settings = settings;
		this.connections = connections;
		this.scheduler = scheduler;
		this.observer = observer;
		this.local = new InMemorySharedScopes(settings.limits());
		this.substitute = newSubstitute(settings);
	}

	/**
	 * The substitute uses negative version numbers, and Redis positive ones, so that they
	 * cannot be confused.
	 */
	private static InMemorySharedScopes newSubstitute(StoreSettings settings) {
		return new InMemorySharedScopes(settings.limits(),
				Integer.MIN_VALUE + ThreadLocalRandom.current().nextInt(1 << 30));
	}

	@Override
	public SharedScope scope(String vmId) {
		StorePolicy.Choice choice = this.policy.of(vmId);
		return (choice.store() == SharedDataStore.LOCAL) ? this.local.scope(vmId)
				: this.scopes.computeIfAbsent(vmId, (id) -> new RedisSharedScope(this, id, choice.onFailure()));
	}

	@Override
	public @Nullable SharedScope known(String vmId) {
		SharedScope scope = this.scopes.get(vmId);
		return (scope != null) ? scope : this.local.known(vmId);
	}

	@Override
	public void remove(String vmId) {
		this.local.remove(vmId);
		this.substitute.remove(vmId);
	}

	@Override
	public SharedScopes sandbox() {
		return this.local.sandbox();
	}

	/**
	 * Returns details of the current outage, or an empty map if Redis is available or was
	 * not needed yet.
	 */
	public synchronized Map<String, Object> outage() {
		StoreCircuit.Outage outage = (this.store != null) ? this.store.circuit().outage() : null;
		Map<String, Object> details = new LinkedHashMap<>();
		if (outage != null) {
			details.put("reason", outage.reason());
			details.put("since", outage.since().toString());
		}
		return details;
	}

	/**
	 * Returns the name under which the server is declared.
	 */
	public String server() {
		return this.settings.server().name();
	}

	StoreSettings settings() {
		return this.settings;
	}

	synchronized RedisStore store() {
		RedisStore opened = this.store;
		if (opened == null) {
			opened = new RedisStore(this.connections.apply("shared data", MAX_DELAY), this.settings, this.scheduler,
					this.observer);
			opened.circuit().beforeClosing(() -> this.substitute = newSubstitute(this.settings));
			this.store = opened;
			if (this.closed) {
				opened.close();
			}
		}
		return opened;
	}

	/**
	 * Returns this gateway's own scope of a VM id.
	 */
	SharedScope own(String vmId) {
		return this.local.scope(vmId);
	}

	/**
	 * Returns the scope that holds data while Redis is unavailable.
	 */
	SharedScope substitute(String vmId) {
		return this.substitute.scope(vmId);
	}

	@Nullable StoreQueue queue(int token) {
		return this.queues.get(token);
	}

	/**
	 * Adds a queue of this gateway. If the token already has a queue, returns that queue.
	 */
	StoreQueue queue(int token, StoreQueue queue) {
		StoreQueue before = this.queues.putIfAbsent(token, queue);
		listen();
		return (before != null) ? before : queue;
	}

	private synchronized void listen() {
		if (this.wakeUps == null && !this.closed) {
			this.wakeUps = new QueueWakeUps(store(), this.connections.apply("shared queues", MAX_DELAY), this.settings,
					this.scheduler, this.queues.values());
			this.wakeUps.start();
		}
	}

	@Override
	public void destroy() {
		RedisStore opened;
		QueueWakeUps waiting;
		synchronized (this) {
			this.closed = true;
			opened = this.store;
			waiting = this.wakeUps;
		}
		if (waiting != null) {
			waiting.close();
		}
		if (opened != null) {
			opened.close();
		}
	}

}
