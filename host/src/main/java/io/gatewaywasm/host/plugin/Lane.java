package io.gatewaywasm.host.plugin;

import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

import io.gatewaywasm.host.spi.Decision;
import io.gatewaywasm.host.spi.LocalReply;
import io.gatewaywasm.host.vm.StreamOwner;
import org.jspecify.annotations.Nullable;

/**
 * What the gateway has asked of one direction of a stream and was not told yet.
 */
final class Lane {

	private static final int GRPC_UNAVAILABLE = 14;

	private @Nullable Consumer<Decision> sink;

	private boolean asked;

	private boolean body;

	private byte @Nullable [] chunk;

	private boolean endOfStream;

	/**
	 * Note a question.
	 * @param sink who asks
	 * @param body whether it is about a part of a body
	 * @param chunk that part
	 * @param endOfStream whether it is the last
	 */
	void ask(Consumer<Decision> sink, boolean body, byte @Nullable [] chunk, boolean endOfStream) {
		this.sink = sink;
		this.asked = true;
		this.body = body;
		this.chunk = chunk;
		this.endOfStream = endOfStream;
	}

	void deliver(Decision decision) {
		Consumer<Decision> receiver = this.sink;
		if (!(decision instanceof Decision.Release)) {
			if (!this.asked) {
				return;
			}
			this.asked = false;
			this.chunk = null;
		}
		if (receiver != null) {
			receiver.accept(decision);
		}
	}

	/**
	 * Return the answer of the failure policy.
	 * @param open whether the failed filter is skipped
	 * @param pending what the VM still had of this direction, or {@code null}
	 * @return the answer, or {@code null} if nothing is to be said
	 */
	@Nullable Decision policyDecision(boolean open, StreamOwner.@Nullable Pending pending) {
		if (!open) {
			return this.asked ? new Decision.Reply(
					new LocalReply(503, "wasm_fail_stream", new byte[0], List.of(), GRPC_UNAVAILABLE)) : null;
		}
		if (pending != null && pending.rewritten()) {
			return new Decision.Reset("the filter failed in the middle of a body that it was rewriting");
		}
		byte[] held = (pending != null) ? pending.data() : new byte[0];
		if (!this.asked) {
			return (pending != null) ? new Decision.Release(held) : null;
		}
		if (!this.body) {
			return Decision.Continue.INSTANCE;
		}
		boolean chunkIsHeld = pending != null && pending.asked();
		byte[] own = this.chunk;
		return new Decision.Forward((chunkIsHeld || own == null) ? held : concat(held, own), this.endOfStream);
	}

	private static byte[] concat(byte[] first, byte[] second) {
		byte[] both = Arrays.copyOf(first, first.length + second.length);
		System.arraycopy(second, 0, both, first.length, second.length);
		return both;
	}

}
