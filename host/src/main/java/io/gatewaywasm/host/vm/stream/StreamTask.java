package io.gatewaywasm.host.vm.stream;

import java.util.concurrent.Executor;
import java.util.function.Consumer;

import io.gatewaywasm.host.spi.Decision;
import io.gatewaywasm.host.vm.VmTask;
import org.jspecify.annotations.Nullable;

/**
 * Work of a stream that waits for its VM.
 *
 * @param stream the stream
 * @param direction the direction
 * @param work the work
 * @param chunk the part of the body, or {@code null} for headers
 * @param endOfStream whether nothing follows
 * @param sink the receiver of the decision
 */
record StreamTask(StreamContext stream, StreamDirection direction, StreamWork work, byte @Nullable [] chunk,
		boolean endOfStream, Consumer<Decision> sink) implements VmTask {

	@Override
	public void run() {
		this.stream.run(this.direction, this.work, this.chunk, this.endOfStream, this.sink);
	}

	@Override
	public Executor executor() {
		return this.stream.httpStream().executor();
	}

	@Override
	public boolean isEssential() {
		return this.work.isEssential();
	}

	@Override
	public boolean isLong() {
		return this.work == StreamWork.HEADERS && this.stream.startsRoot();
	}

	@Override
	public void waitedTooLong() {
		this.stream.waitedTooLong(this.direction, this.chunk, this.endOfStream, this.sink);
	}

	@Override
	public void rejected() {
		this.stream.overloaded(this.direction, this.chunk, this.endOfStream, this.sink);
	}

}
