package io.gatewaywasm.host.vm.hostcall;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.gatewaywasm.host.abi.Callback;
import io.gatewaywasm.host.abi.PrintableText;
import io.gatewaywasm.host.abi.RedisCommand;
import io.gatewaywasm.host.abi.Status;
import io.gatewaywasm.host.abi.StatusException;
import io.gatewaywasm.host.imports.HostBuffer;
import io.gatewaywasm.host.spi.RedisCallouts;
import io.gatewaywasm.host.spi.RedisConnection;
import io.gatewaywasm.host.spi.RedisResult;
import io.gatewaywasm.host.spi.RedisTarget;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Redis connections and calls of one VM. For each call, the root context's callback
 * is called exactly once, and never inside the host call that sent the call.
 */
final class RedisCallTable implements Restorable {

	private static final Logger logger = LoggerFactory.getLogger(RedisCallTable.class);

	/** The status that Higress passes to a callback without a reply. */
	private static final int NETWORK_ERROR = 1;

	private static final String DATABASE = "db=";

	private static final int MAX_DATABASE = 65_535;

	/**
	 * Identifies a connection by the name with which the guest opened it.
	 *
	 * @param root the root context that opened it
	 * @param upstream the name of the server
	 */
	private record Key(RootScope root, String upstream) {

	}

	private record Opened(RedisTarget target, RedisConnection connection, Duration timeout) {

	}

	private final VmScope vm;

	private final Map<Key, Opened> connections = new HashMap<>();

	private final Map<Integer, PendingCallout> pending = new HashMap<>();

	private int lastToken = 3;

	private int capturedToken = 3;

	private Map<Key, Opened> captured = Map.of();

	private @Nullable HostBuffer reply;

	RedisCallTable(VmScope vm) {
		this.vm = vm;
	}

	void open(RootScope root, String name, String user, String password, int timeoutMilliseconds) {
		Duration timeout = (timeoutMilliseconds > 0) ? Duration.ofMillis(timeoutMilliseconds)
				: this.vm.settings().calloutTimeout();
		String upstream = upstream(name);
		RedisTarget target = new RedisTarget(this.vm.settings().plugin(), upstream, user, password, database(name));
		open(new Key(root, upstream), target, timeout);
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

	private static String upstream(String name) {
		int parameters = name.indexOf('?');
		return (parameters < 0) ? name : name.substring(0, parameters);
	}

	/**
	 * Returns the database in the parameters of a name. Other parameters control when
	 * Envoy flushes, and have no effect here.
	 */
	private static @Nullable Integer database(String name) {
		int parameters = name.indexOf('?');
		if (parameters < 0) {
			return null;
		}
		for (String parameter : name.substring(parameters + 1).split("&")) {
			if (parameter.startsWith(DATABASE)) {
				return number(parameter.substring(DATABASE.length()));
			}
		}
		return null;
	}

	private static int number(String text) {
		try {
			int number = Integer.parseInt(text);
			if (number >= 0 && number <= MAX_DATABASE) {
				return number;
			}
		}
		catch (NumberFormatException ex) {
			// Refused below
		}
		throw StatusException.of(Status.BAD_ARGUMENT);
	}

	int send(ContextScope context, String name, byte[] query) {
		if (this.pending.size() >= this.vm.settings().sizes().calls()) {
			throw StatusException.of(Status.INTERNAL_FAILURE);
		}
		RedisCommand command = check(RedisCommand.parse(query));
		String upstream = upstream(name);
		Opened opened = opened(context.root(), upstream);
		int token = nextToken();
		PendingCallout call = new PendingCallout(context, upstream);
		this.pending.put(token, call);
		StreamScope stream = context.stream();
		call.handle(opened.connection()
			.send(command.parts(), opened.timeout(),
					(result) -> this.vm.submit(() -> call.deliver(() -> ended(token, call, result))),
					(stream != null) ? stream.httpStream() : null));
		return token;
	}

	private RedisCommand check(@Nullable RedisCommand command) {
		if (command == null) {
			refused("A Redis call", "is not exactly one command, an array of bulk strings");
			throw StatusException.of(Status.BAD_ARGUMENT);
		}
		String refusal = RedisCommands.refusal(command);
		if (refusal != null) {
			refused("The Redis command " + PrintableText.of(command.name(), PrintableText.NAME), refusal);
			throw StatusException.of(Status.BAD_ARGUMENT);
		}
		return command;
	}

	private void refused(String subject, String reason) {
		if (this.vm.settings().logOnce().isFirst(subject)) {
			logger.warn("Plugin '{}': {} {}; it was answered BAD_ARGUMENT", this.vm.settings().plugin(), subject,
					reason);
		}
	}

	/**
	 * Returns the connection. If the guest has not opened one, opens it with the
	 * operator's settings.
	 */
	private Opened opened(RootScope root, String upstream) {
		Key key = new Key(root, upstream);
		Opened opened = this.connections.get(key);
		return (opened != null) ? opened
				: open(key, new RedisTarget(this.vm.settings().plugin(), upstream, "", "", null),
						this.vm.settings().calloutTimeout());
	}

	/**
	 * Returns a token for a call. As in Higress, its remainder modulo four is 3; other
	 * callouts have other remainders.
	 */
	private int nextToken() {
		do {
			this.lastToken += 4;
		}
		while (this.lastToken <= 0 || this.pending.containsKey(this.lastToken));
		return this.lastToken;
	}

	private void ended(int token, PendingCallout call, RedisResult result) {
		// If this call was cancelled, its token may identify another one by now
		if (!this.pending.remove(token, call)) {
			return;
		}
		long nanos = call.nanos();
		RootScope root = call.root();
		if (result instanceof RedisResult.Reply received) {
			this.vm.observer().callout(call.upstream(), "answer", nanos);
			this.reply = new ConstantBuffer(received.data());
			try {
				root.callBack(Callback.REDIS_CALL_RESPONSE, root.id(), token, 0, received.data().length);
			}
			finally {
				this.reply = null;
			}
		}
		else {
			this.vm.observer().callout(call.upstream(), "failure", nanos);
			root.callBack(Callback.REDIS_CALL_RESPONSE, root.id(), token, NETWORK_ERROR, 0);
		}
	}

	/** Returns the reply whose callback is running, or {@code null}. */
	@Nullable HostBuffer reply() {
		return this.reply;
	}

	@Override
	public void capture() {
		this.capturedToken = this.lastToken;
		this.captured = Map.copyOf(this.connections);
	}

	@Override
	public void restore() {
		cancelAll();
		this.lastToken = this.capturedToken;
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

	private void cancelAll() {
		if (this.pending.isEmpty()) {
			return;
		}
		List<PendingCallout> calls = List.copyOf(this.pending.values());
		this.pending.clear();
		calls.forEach(PendingCallout::cancel);
	}

	/** Cancels all calls and closes all connections. */
	void close() {
		cancelAll();
		this.connections.values().forEach((opened) -> opened.connection().close());
		this.captured.values().forEach((opened) -> opened.connection().close());
		this.connections.clear();
		this.captured = Map.of();
	}

}
