package io.gatewaywasm.host.vm.hostcall;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.gatewaywasm.host.abi.Callback;
import io.gatewaywasm.host.abi.PrintableText;
import io.gatewaywasm.host.abi.Status;
import io.gatewaywasm.host.abi.StatusException;
import io.gatewaywasm.host.imports.HostBuffer;
import io.gatewaywasm.host.imports.HostRedisCalls;
import io.gatewaywasm.host.spi.RedisResult;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Redis callouts of one VM. For each one, the root context's callback is called
 * exactly once, and never inside the host call that sent the call.
 */
final class RedisCalloutTable implements HostRedisCalls, Restorable {

	private static final Logger logger = LoggerFactory.getLogger(RedisCalloutTable.class);

	/** The status that Higress passes to a callback without a reply. */
	private static final int NETWORK_ERROR = 1;

	private final VmScope vm;

	private final RedisConnections connections;

	private final Map<Integer, PendingCallout> pending = new HashMap<>();

	private int lastToken = 3;

	private int capturedToken = 3;

	private @Nullable HostBuffer reply;

	RedisCalloutTable(VmScope vm) {
		this.vm = vm;
		this.connections = new RedisConnections(vm);
	}

	@Override
	public void redisInit(String upstream, String user, String password, int timeoutMilliseconds) {
		this.vm.outside(() -> this.connections.open(this.vm.context().root(), RedisServerName.parse(upstream), user,
				password, timeoutMilliseconds));
	}

	@Override
	public int redisCall(String upstream, byte[] query) {
		this.vm.settings().sizes().checkCallBody(query);
		return this.vm.outside(() -> send(this.vm.context(), upstream, query));
	}

	private int send(ContextScope context, String name, byte[] query) {
		if (this.pending.size() >= this.vm.settings().sizes().calls()) {
			throw StatusException.of(Status.INTERNAL_FAILURE);
		}
		RedisCommand command = check(RedisCommand.parse(query));
		String upstream = RedisServerName.upstream(name);
		RedisConnections.Opened opened = this.connections.find(context.root(), upstream);
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
			logger.warn("Wasm plugin '{}': {} {}; the call returned BAD_ARGUMENT", this.vm.settings().plugin(), subject,
					reason);
		}
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
			this.vm.observer().callout(call.upstream(), "response", nanos);
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
		this.connections.capture();
	}

	@Override
	public void restore() {
		cancelPending();
		this.lastToken = this.capturedToken;
		this.connections.restore();
	}

	/** Cancels the calls of a root context, and closes its connections. */
	void cancelAll(RootScope root) {
		this.pending.values().removeIf((call) -> call.cancelIfOf(root));
		this.connections.close(root);
	}

	private void cancelPending() {
		if (this.pending.isEmpty()) {
			return;
		}
		List<PendingCallout> calls = List.copyOf(this.pending.values());
		this.pending.clear();
		calls.forEach(PendingCallout::cancel);
	}

	/** Cancels all calls and closes all connections. */
	void cancelAll() {
		cancelPending();
		this.connections.close();
	}

}
