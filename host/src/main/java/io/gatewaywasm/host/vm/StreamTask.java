package io.gatewaywasm.host.vm;

import java.util.concurrent.Executor;

/**
 * A phase of a stream that waits for its VM.
 *
 * @param direction the direction that it is about
 * @param work what to do
 * @param chunk the part of the body, if it is about one
 * @param endOfStream whether nothing follows
 */
record StreamTask(Direction direction, StreamWork work, byte[] chunk, boolean endOfStream) implements VmTask {

	@Override
	public void run() {
		this.direction.stream().run(this.direction, this.work, this.chunk, this.endOfStream);
	}

	@Override
	public Executor executor() {
		return this.direction.stream().httpStream().executor();
	}

	@Override
	public boolean isEssential() {
		return this.work.isEssential();
	}

	@Override
	public boolean isLong() {
		return this.work == StreamWork.HEADERS && this.direction.stream().startsRoot();
	}

	@Override
	public void waitedTooLong() {
		this.direction.stream().waitedTooLong(this.direction);
	}

	@Override
	public void rejected() {
		this.direction.stream().overloaded(this.direction);
	}

}
