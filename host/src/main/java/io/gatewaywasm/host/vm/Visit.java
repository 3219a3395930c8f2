package io.gatewaywasm.host.vm;

import io.gatewaywasm.host.spi.Decision;
import org.jspecify.annotations.Nullable;

/**
 * The stream whose own thread is inside the VM at this moment, and the decision that it
 * will take along. With it, a phase that finds the VM idle, as nearly all do, needs no
 * object to get in and none to get out. Used inside the VM only.
 */
final class Visit {

	private @Nullable StreamContext stream;

	private @Nullable Direction direction;

	private @Nullable Decision decision;

	void begin(StreamContext visitor) {
		this.stream = visitor;
	}

	boolean isOf(StreamContext candidate) {
		return this.stream == candidate;
	}

	/**
	 * Note a decision for the visitor to take along.
	 * @param about the direction that it is about
	 * @param what the decision
	 * @return {@code false} if there is one already
	 */
	boolean decide(Direction about, Decision what) {
		if (this.decision != null) {
			return false;
		}
		this.direction = about;
		this.decision = what;
		return true;
	}

	@Nullable Direction direction() {
		return this.direction;
	}

	@Nullable Decision decision() {
		return this.decision;
	}

	void end() {
		this.stream = null;
		this.direction = null;
		this.decision = null;
	}

}
