package io.gatewaywasm.host.vm.hostcall;

import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Determines which commands a guest may send on a connection that the VMs of its plugin
 * share.
 */
final class RedisCommands {

	/**
	 * Commands that change the state of the connection for later calls. Redis closes the
	 * connection after {@code HOST:} and {@code POST}.
	 */
	private static final Set<String> STATE = Set.of("ASKING", "AUTH", "CLIENT", "DISCARD", "EXEC", "HELLO", "HOST:",
			"MONITOR", "MULTI", "POST", "PSUBSCRIBE", "PSYNC", "PUNSUBSCRIBE", "QUIT", "READONLY", "READWRITE",
			"REPLCONF", "RESET", "SELECT", "SSUBSCRIBE", "SUBSCRIBE", "SUNSUBSCRIBE", "SYNC", "UNSUBSCRIBE", "UNWATCH",
			"WATCH");

	/** Commands that block later calls. */
	private static final Set<String> BLOCKING = Set.of("BLMOVE", "BLMPOP", "BLPOP", "BRPOP", "BRPOPLPUSH", "BZMPOP",
			"BZPOPMAX", "BZPOPMIN", "DEBUG", "MIGRATE", "SAVE", "WAIT", "WAITAOF");

	/** Commands that change the server itself, or make it connect to other servers. */
	private static final Set<String> ADMINISTRATION = Set.of("ACL", "BGREWRITEAOF", "BGSAVE", "CLUSTER", "CONFIG",
			"FAILOVER", "MODULE", "REPLICAOF", "SHUTDOWN", "SLAVEOF", "SWAPDB");

	private static final Set<String> STREAMS = Set.of("XREAD", "XREADGROUP");

	private RedisCommands() {
	}

	/**
	 * Returns the reason why a command is refused, as a clause with the command as its
	 * subject, or {@code null} if it may be sent.
	 */
	static @Nullable String refusal(RedisCommand command) {
		String name = command.name();
		if (STATE.contains(name) || (name.equals("SCRIPT") && debugs(command))) {
			return "changes the connection, which is shared by all calls of the plugin";
		}
		if (BLOCKING.contains(name) || (STREAMS.contains(name) && blocks(command))) {
			return "blocks the connection, which is shared by all calls of the plugin";
		}
		return ADMINISTRATION.contains(name) ? "administers the server" : null;
	}

	/**
	 * Returns whether the command makes the connection a session of Redis's debugger for
	 * scripts.
	 */
	private static boolean debugs(RedisCommand command) {
		return command.parts().size() > 1 && command.text(1).equals("DEBUG");
	}

	/**
	 * Returns whether the option {@code BLOCK} occurs before the names of the streams. A
	 * group and its consumer can precede it, and their names are not options.
	 */
	private static boolean blocks(RedisCommand command) {
		for (int i = 1; i < command.parts().size(); i++) {
			String option = command.text(i);
			if (option.equals("STREAMS")) {
				return false;
			}
			if (option.equals("BLOCK")) {
				return true;
			}
			if (option.equals("GROUP")) {
				i += 2;
			}
		}
		return false;
	}

}
