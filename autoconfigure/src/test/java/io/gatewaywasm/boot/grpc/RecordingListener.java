package io.gatewaywasm.boot.grpc;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.gatewaywasm.host.abi.HeaderPair;
import io.gatewaywasm.host.spi.GrpcCallListener;

/** Keeps what happens on a call. */
final class RecordingListener implements GrpcCallListener {

	final List<String> events = new CopyOnWriteArrayList<>();

	final List<byte[]> messages = new CopyOnWriteArrayList<>();

	volatile List<HeaderPair> initialMetadata;

	volatile List<HeaderPair> trailingMetadata;

	volatile int status = -1;

	volatile String statusMessage;

	private final CountDownLatch closed = new CountDownLatch(1);

	@Override
	public void initialMetadata(List<HeaderPair> metadata) {
		this.initialMetadata = metadata;
		this.events.add("initial");
	}

	@Override
	public void message(byte[] message) {
		this.messages.add(message);
		this.events.add("message " + new String(message, StandardCharsets.UTF_8));
	}

	@Override
	public void closed(int status, String message, List<HeaderPair> trailingMetadata) {
		this.status = status;
		this.statusMessage = message;
		this.trailingMetadata = trailingMetadata;
		this.events.add("closed " + status);
		this.closed.countDown();
	}

	RecordingListener await() throws InterruptedException {
		if (!this.closed.await(60, TimeUnit.SECONDS)) {
			throw new AssertionError("not closed; so far " + this.events);
		}
		return this;
	}

}
