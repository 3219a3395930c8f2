package io.gatewaywasm.host.vm.hostcall;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.gatewaywasm.host.abi.Status;
import io.gatewaywasm.host.abi.StatusException;
import io.gatewaywasm.host.spi.RedisCallouts;
import io.gatewaywasm.host.spi.RedisConnection;
import io.gatewaywasm.host.spi.RedisTarget;

/**
 * The Redis connections of one VM, by root context and server.
 */
final class RedisConnections implements Restorable {

	/** Identifies a connection by the name with which the guest opened it. */
	private record Key(RootScope root, String upstream) {

	}

	/** An open connection. */
	record Opened(RedisTarget target, RedisConnection connection, Duration timeout) {

	}

	private final VmScope vm;

	private final Map<Key, Opened> connections = new HashMap<>();

	private Map<Key, Opened> captured = Map.of();

	RedisConnections(VmScope vm) {
		this.vm = vm;
	}

	/** Opens a connection, which replaces one to the same server with other settings. */
	void open(RootScope root, RedisServerName server, String user, String password, int timeoutMilliseconds) {
		Duration timeout = (timeoutMilliseconds > 0) ? Duration.ofMillis(timeoutMilliseconds)
				: this.vm.settings().streamLimits().calloutTimeout();
		RedisTarget target = new RedisTarget(this.vm.settings().plugin(), server.upstream(), user, password,
				server.database());
		open(new Key(root, server.upstream()), target, timeout);
	}

	private Opened open(Key key, RedisTarget target, Duration timeout) {
		Opened before = this.connections.get(key);
		if (before != null && before.target().equals(target)) {
			Opened same = new Opened(target, before.connection(), timeout);
			this.connections.put(key, same);
			return same;
		}
		Opened opened = new Opened(target, connect(target), timeout);
		this.connections.put(key, opened);
		if (before != null) {
			close(before);
		}
		return opened;
	}

	private RedisConnection connect(RedisTarget target) {
		RedisCallouts callouts = this.vm.services().redisCallouts();
		if (callouts == RedisCallouts.NONE) {
			throw StatusException.of(Status.UNIMPLEMENTED);
		}
		RedisConnection connection = callouts.open(target);
		if (connection == null) {
			throw StatusException.of(Status.BAD_ARGUMENT);
		}
		return connection;
	}

	/**
	 * Returns the connection. If the guest has not opened one, opens it with the
	 * operator's settings.
	 */
	Opened find(RootScope root, String upstream) {
		Key key = new Key(root, upstream);
		Opened opened = this.connections.get(key);
		return (opened != null) ? opened
				: open(key, new RedisTarget(this.vm.settings().plugin(), upstream, "", "", null),
						this.vm.settings().streamLimits().calloutTimeout());
	}

	@Override
	public void capture() {
		this.captured = Map.copyOf(this.connections);
	}

	@Override
	public void restore() {
		List.copyOf(this.connections.values()).forEach(this::close);
		this.connections.clear();
		this.connections.putAll(this.captured);
	}

	/**
	 * Closes a connection, unless the VM may be restored to a state in which it was open.
	 */
	private void close(Opened opened) {
		if (!has(this.captured.values(), opened)) {
			opened.connection().close();
		}
	}

	private static boolean has(Collection<Opened> all, Opened opened) {
		return all.stream().anyMatch((other) -> other.connection() == opened.connection());
	}

	/** Closes the connections of a root context that has ended. */
	void close(RootScope root) {
		List<Key> keys = this.connections.keySet().stream().filter((key) -> key.root() == root).toList();
		keys.forEach((key) -> close(this.connections.remove(key)));
	}

	/** Closes all connections. */
	void close() {
		this.connections.values().forEach((opened) -> opened.connection().close());
		this.captured.values().forEach((opened) -> opened.connection().close());
		this.connections.clear();
		this.captured = Map.of();
	}

}
