package io.gatewaywasm.host.vm.hostcall;

import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.gatewaywasm.host.abi.Status;
import io.gatewaywasm.host.abi.StatusException;
import io.gatewaywasm.host.spi.PluginObserver;

/**
 * The pending gRPC callouts of one VM by token. Brings their events into the VM. Used
 * only inside the VM, unless a method says otherwise.
 */
final class PendingGrpcCallouts implements Restorable {

	private final VmScope vm;

	private final GrpcCallbacks callbacks;

	private final Map<Integer, PendingGrpcCallout> pending = new HashMap<>();

	/** The tokens of streams that the server has ended, and the guest has not. */
	private final Set<Integer> endedByServer = new LinkedHashSet<>();

	private final GrpcTokens tokens = new GrpcTokens();

	PendingGrpcCallouts(VmScope vm) {
		this.vm = vm;
		this.callbacks = new GrpcCallbacks(vm.settings().sizes().callBody());
	}

	int nextUnary() {
		return this.tokens.nextUnary(this.pending.keySet());
	}

	int nextStream() {
		int token = this.tokens.nextStream(this.pending.keySet());
		this.endedByServer.remove(token);
		return token;
	}

	boolean isFull() {
		return this.pending.size() >= this.vm.settings().sizes().calls();
	}

	void add(PendingGrpcCallout call) {
		this.pending.put(call.token(), call);
	}

	/** Returns whether the server has ended a stream that the guest has not ended. */
	boolean isEndedByServer(int token) {
		return this.endedByServer.contains(token);
	}

	/**
	 * Forgets a stream that the server has ended, because the guest ends it too. Returns
	 * {@code false} if it is not such a stream.
	 */
	boolean forgetEndedByServer(int token) {
		return this.endedByServer.remove(token);
	}

	PendingGrpcCallout findStream(int token) {
		if (!GrpcTokens.isStream(token)) {
			throw StatusException.of(Status.BAD_ARGUMENT);
		}
		return find(token);
	}

	private PendingGrpcCallout find(int token) {
		if (!GrpcTokens.isUnary(token) && !GrpcTokens.isStream(token)) {
			throw StatusException.of(Status.BAD_ARGUMENT);
		}
		PendingGrpcCallout call = this.pending.get(token);
		if (call == null) {
			throw StatusException.of(Status.NOT_FOUND);
		}
		return call;
	}

	void cancel(int token) {
		PendingGrpcCallout call = find(token);
		this.pending.remove(token);
		call.cancel();
	}

	/** Cancels the calls of a root context and its streams. */
	void cancelAll(RootScope root) {
		List<PendingGrpcCallout> calls = this.pending.values().stream().filter((call) -> call.root() == root).toList();
		this.pending.values().removeAll(calls);
		calls.forEach(PendingGrpcCallout::cancel);
	}

	void cancelAll() {
		if (this.pending.isEmpty()) {
			return;
		}
		List<PendingGrpcCallout> calls = List.copyOf(this.pending.values());
		this.pending.clear();
		calls.forEach(PendingGrpcCallout::cancel);
	}

	GrpcCallbacks callbacks() {
		return this.callbacks;
	}

	PluginObserver observer() {
		return this.vm.observer();
	}

	/**
	 * Handles an event of a call inside the VM, unless the call was cancelled before.
	 * Called by any thread.
	 */
	void enter(PendingGrpcCallout call, Runnable event) {
		this.vm.submit(() -> call.deliver(() -> {
			if (this.pending.get(call.token()) == call) {
				event.run();
			}
		}));
	}

	/**
	 * Removes a call that has ended. As in Envoy, a stream that the guest has not ended
	 * can still be closed once; a guest need not do so, so only the last ones are kept.
	 */
	void ended(PendingGrpcCallout call) {
		this.pending.remove(call.token(), call);
		if (GrpcTokens.isStream(call.token()) && call.isOpenByGuest()) {
			this.endedByServer.add(call.token());
			if (this.endedByServer.size() > this.vm.settings().sizes().calls()) {
				Iterator<Integer> oldest = this.endedByServer.iterator();
				oldest.next();
				oldest.remove();
			}
		}
	}

	@Override
	public void capture() {
		this.tokens.capture();
	}

	@Override
	public void restore() {
		cancelAll();
		this.endedByServer.clear();
		this.callbacks.status(0, "");
		this.tokens.restore();
	}

}
