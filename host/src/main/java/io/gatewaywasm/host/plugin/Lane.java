package io.gatewaywasm.host.plugin;

import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.function.Consumer;

import io.gatewaywasm.host.spi.Decision;
import io.gatewaywasm.host.spi.LocalReply;
import io.gatewaywasm.host.vm.StreamOwner;
import org.jspecify.annotations.Nullable;

/**
 * What the gateway has asked of one direction of a stream and was not told yet. Questions
 * come one after the other, answers perhaps from several threads: the first one counts.
 */
final class Lane {

	private static final int GRPC_UNAVAILABLE = 14;

	private static final byte[] NOTHING = {};

	private static final AtomicIntegerFieldUpdater<Lane> ASKED = AtomicIntegerFieldUpdater.newUpdater(Lane.class,
			"asked");

	/** Published, as is what follows, by {@link #asked}. */
	private @Nullable Consumer<Decision> sink;

	private boolean body;

	private byte @Nullable [] chunk;

	private boolean endOfStream;

	private @Nullable Consumer<Decision> bodySink;

	/** 1 while a decision is owed, else 0. */
	private volatile int asked;

	private volatile boolean broken;

	/**
	 * Note a question.
	 * @param sink who asks
	 * @param body whether it is about a part of a body
	 * @param chunk that part
	 * @param endOfStream whether it is the last
	 */
	void ask(Consumer<Decision> sink, boolean body, byte @Nullable [] chunk, boolean endOfStream) {
		this.sink = sink;
		this.body = body;
		this.chunk = chunk;
		this.endOfStream = endOfStream;
		if (body || this.bodySink == null) {
			this.bodySink = sink;
		}
		// Nobody answers before the question has got to the VM, which makes it visible.
		ASKED.lazySet(this, 1);
	}

	boolean isEndOfStream() {
		return this.endOfStream;
	}

	/**
	 * Hand over what the filter has decided.
	 * @param decision the decision
	 */
	void deliver(Decision decision) {
		// First, since what else there is was published by it.
		boolean owed = this.asked == 1;
		if (decision instanceof Decision.Release) {
			give(this.bodySink, decision);
		}
		else if (owed && ASKED.compareAndSet(this, 1, 0)) {
			this.chunk = null;
			give(this.sink, decision);
		}
	}

	private static void give(@Nullable Consumer<Decision> receiver, Decision decision) {
		if (receiver != null) {
			receiver.accept(decision);
		}
	}

	/**
	 * Let go of what a failed filter held back without being asked.
	 * @param open whether the failed filter is skipped
	 * @param pending what the VM still had of this direction
	 */
	void letGo(boolean open, StreamOwner.Pending pending) {
		if (pending.rewritten()) {
			this.broken = true;
		}
		if (open && !pending.asked() && !pending.rewritten()) {
			deliver(new Decision.Release(pending.data()));
		}
	}

	/**
	 * Return what the failure policy answers to the question that was asked last.
	 * @param open whether the failed filter is skipped
	 * @param pending what the VM still had of this direction, if it is the VM that was
	 * asked
	 * @return the answer
	 */
	Decision policy(boolean open, StreamOwner.@Nullable Pending pending) {
		if (!open) {
			return new Decision.Reply(
					new LocalReply(503, "wasm_fail_stream", new byte[0], List.of(), GRPC_UNAVAILABLE));
		}
		if (this.broken) {
			return new Decision.Reset("the filter failed in the middle of a body that it was rewriting");
		}
		if (!this.body) {
			return Decision.Continue.INSTANCE;
		}
		byte[] own = this.chunk;
		byte[] data = (pending != null) ? pending.data() : (own != null) ? own : NOTHING;
		return new Decision.Forward(data, this.endOfStream);
	}

}
