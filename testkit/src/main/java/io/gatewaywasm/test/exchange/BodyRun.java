package io.gatewaywasm.test.exchange;

import java.util.List;
import java.util.function.Consumer;

import io.gatewaywasm.host.spi.Decision;

/**
 * Sends a body through the filter as the gateway does: one chunk at a time. The end of
 * the body comes with the last chunk if the length was declared, and otherwise
 * separately.
 */
final class BodyRun {

	/** Passes a chunk of the body to the filter. */
	@FunctionalInterface
	interface Filter {

		void chunk(byte[] chunk, boolean endOfStream, Consumer<Decision> decision);

	}

	/** Receives the body after the filter. */
	interface Target extends LocalDecisions {

		void data(byte[] data);

		void end();

		/**
		 * Ends the message, because the filter has injected the end. No trailers follow.
		 */
		void cutShort();

	}

	/** How the end of a body is signalled. */
	enum End {

		/** By an empty chunk, because the declared length does not signal the end. */
		ALONE,

		BY_TRAILERS

	}

	private final List<byte[]> chunks;

	private final End end;

	private final Filter filter;

	private final Target target;

	private int next;

	private boolean pumping;

	private boolean more = true;

	private boolean over;

	BodyRun(List<byte[]> chunks, End end, Filter filter, Target target) {
		this.chunks = chunks;
		this.end = end;
		this.filter = filter;
		this.target = target;
	}

	/** Sends chunks as long as the filter requests more. */
	void pump() {
		if (this.pumping) {
			return;
		}
		this.pumping = true;
		while (this.more) {
			this.more = false;
			int index = this.next++;
			if (index < this.chunks.size()) {
				give(this.chunks.get(index), false);
			}
			else if (this.end == End.BY_TRAILERS) {
				this.target.end();
			}
			else {
				give(new byte[0], true);
			}
		}
		this.pumping = false;
	}

	private void give(byte[] chunk, boolean endOfStream) {
		this.filter.chunk(chunk.clone(), endOfStream, this::decided);
	}

	/**
	 * Applies a decision of the filter.
	 */
	void decided(Decision decision) {
		if (this.over || this.target.act(decision)) {
			return;
		}
		if (decision instanceof Decision.Release release) {
			this.target.data(release.data());
		}
		else if (decision instanceof Decision.Inject injection) {
			inject(injection);
		}
		else if (decision instanceof Decision.Forward forward) {
			this.target.data(forward.data());
			if (forward.endOfStream()) {
				this.target.end();
				return;
			}
			goOn();
		}
		else if (decision instanceof Decision.More) {
			goOn();
		}
	}

	private void inject(Decision.Inject injection) {
		this.target.data(injection.data());
		injection.sent().run();
		if (injection.endOfStream()) {
			this.over = true;
			this.target.cutShort();
		}
	}

	private void goOn() {
		this.more = true;
		pump();
	}

}
