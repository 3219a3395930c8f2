package io.gatewaywasm.host.vm.stream;

import java.util.concurrent.Executor;
import java.util.function.Consumer;

import io.gatewaywasm.host.spi.Decision;
import io.gatewaywasm.host.spi.FailureReason;
import io.gatewaywasm.host.vm.VmFailure;
import io.gatewaywasm.host.vm.VmTask;
import org.jspecify.annotations.Nullable;

/**
 * The work of a stream that waits for its VM. {@code chunk} is the part of the body, or
 * {@code null} for headers. {@code endOfStream} says whether no part follows.
 */
record StreamTask(StreamContext context, StreamDirection direction, StreamWork work, byte @Nullable [] chunk,
		boolean endOfStream, Consumer<Decision> sink) implements VmTask {

	static final VmFailure OVERLOAD = VmFailure.of(FailureReason.OVERLOAD,
			"Too much work is waiting for the filter's VM.");

	static final VmFailure WAITED = VmFailure.of(FailureReason.UNAVAILABLE,
			"The filter's VM was busy for longer than 'limits.vm-wait'.");

	/** Creates the task that gives up a message if the guest has not resumed it. */
	static StreamTask pauseTimeout(StreamContext context, StreamDirection direction) {
		return new StreamTask(context, direction, StreamWork.PAUSED_TOO_LONG, null, false, StreamTask::ignore);
	}

	/**
	 * Creates the task that gives up a message if the next part of its body is overdue.
	 */
	static StreamTask bodyTimeout(StreamContext context, StreamDirection direction) {
		return new StreamTask(context, direction, StreamWork.BODY_OVERDUE, null, false, StreamTask::ignore);
	}

	static void ignore(Decision decision) {
		// No decision is pending
	}

	@Override
	public void run() {
		StreamEntry.run(this.context, this.direction, this.work, this.chunk, this.endOfStream, this.sink);
	}

	@Override
	public Executor executor() {
		return this.context.httpStream().executor();
	}

	@Override
	public boolean isEssential() {
		return this.work.isEssential();
	}

	@Override
	public boolean isLong() {
		return this.work.mayCreate() && this.context.startsRoot();
	}

	@Override
	public boolean isOptional() {
		return this.work == StreamWork.LOG;
	}

	@Override
	public void waitedTooLong() {
		refuse(WAITED, StreamWork.WAITED_TOO_LONG);
	}

	@Override
	public void rejected() {
		refuse(OVERLOAD, StreamWork.OVERLOADED);
	}

	private void refuse(VmFailure why, StreamWork giveUp) {
		if (this.work == StreamWork.LOG) {
			this.context.exchangeStream().logDropped(this.context.vm());
			return;
		}
		this.context.policy().warnings().failed(this.context.exchangeStream(), why);
		if (this.context.isKnown()) {
			// Only code inside the VM knows which bytes the guest has buffered
			this.context.host()
				.mailbox()
				.submit(new StreamTask(this.context, this.direction, giveUp, this.chunk, this.endOfStream, this.sink));
		}
		else {
			this.context.exchangeStream()
				.unserved(why, this.direction, this.work, this.chunk, this.endOfStream, this.sink);
		}
	}

}
