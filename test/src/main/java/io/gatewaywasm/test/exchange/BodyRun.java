package io.gatewaywasm.test.exchange;

import java.util.List;
import java.util.function.Consumer;

import io.gatewaywasm.host.spi.Decision;

/**
 * A body on its way through the filter, as the gateway sends it: one part at a time, the
 * end with the last part if the length was announced, else on its own.
 */
final class BodyRun {

	/** Shows a part of the body to the filter. */
	@FunctionalInterface
	interface Filter {

		void chunk(byte[] chunk, boolean endOfStream, Consumer<Decision> decision);

	}

	/** Takes what the filter makes of the body. */
	interface Target {

		void data(byte[] data);

		void end();

		void refused(Decision decision);

	}

	/** How the end of a body is told. */
	enum End {

		/** By an empty chunk: a length is never taken for the end. */
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

	BodyRun(List<byte[]> chunks, End end, Filter filter, Target target) {
		this.chunks = chunks;
		this.end = end;
		this.filter = filter;
		this.target = target;
	}

	/** Show parts for as long as the filter wants more. */
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

	private void decided(Decision decision) {
		if (decision instanceof Decision.Release release) {
			this.target.data(release.data());
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
		else {
			this.target.refused(decision);
		}
	}

	private void goOn() {
		this.more = true;
		pump();
	}

}
