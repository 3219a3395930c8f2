package io.gatewaywasm.host.vm.hostcall;

import java.util.Set;

import io.gatewaywasm.host.abi.RedisCommand;
import org.jspecify.annotations.Nullable;

/**
 * Determines which commands a guest may send on a connection that the VMs of its plugin
 * share.
 */
final class RedisCommands {

	/** Commands that change the state of the connection for later calls. */
	private static final Set<String> STATE = Set.of("ASKING", "AUTH", "CLIENT", "DISCARD", "EXEC", "HELLO", "MONITOR",
			"MULTI", "PSUBSCRIBE", "PSYNC", "PUNSUBSCRIBE", "QUIT", "READONLY", "READWRITE", "REPLCONF", "RESET",
			"SELECT", "SSUBSCRIBE", "SUBSCRIBE", "SUNSUBSCRIBE", "SYNC", "UNSUBSCRIBE", "UNWATCH", "WATCH");

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
		if (STATE.contains(name)) {
			return "changes the connection, which is shared by all calls of the plugin";
		}
		if (BLOCKING.contains(name) || (STREAMS.contains(name) && blocks(command))) {
			return "blocks the connection, which is shared by all calls of the plugin";
		}
		return ADMINISTRATION.contains(name) ? "administers the server" : null;
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
