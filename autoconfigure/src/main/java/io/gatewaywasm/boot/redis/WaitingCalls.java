package io.gatewaywasm.boot.redis;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The calls that wait for a connection, in order of arrival. Not thread-safe.
 */
final class WaitingCalls {

	private final Set<RedisCall> calls = new LinkedHashSet<>();

	/**
	 * Adds a call whose command is kept in {@code pending}, and removes calls that have
	 * ended. Returns {@code false} if too many commands are kept.
	 */
	boolean add(RedisCall call, PendingCommands pending) {
		for (Iterator<RedisCall> waiting = this.calls.iterator(); waiting.hasNext();) {
			RedisCall before = waiting.next();
			if (before.isEnded()) {
				waiting.remove();
				pending.drop(before);
			}
		}
		return pending.add(call) && this.calls.add(call);
	}

	/** Removes and returns all calls. */
	List<RedisCall> take() {
		List<RedisCall> all = new ArrayList<>(this.calls);
		this.calls.clear();
		return all;
	}

}
