package io.gatewaywasm.boot.grpc;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import io.gatewaywasm.host.abi.HeaderPair;
import io.gatewaywasm.host.spi.GrpcCall;
import io.gatewaywasm.host.spi.GrpcCallListener;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/**
 * A gRPC callout. Operations of the guest wait until the address of the upstream is
 * resolved. Messages that the upstream does not accept yet are buffered up to a limit.
 */
final class JavaGrpcCall extends ClientCall.Listener<byte[]> implements GrpcCall {

	static final int MAX_UNSENT = 16 * 1024 * 1024;

	/**
	 * Bytes that each message counts for in addition to its size, so that empty messages
	 * are limited too.
	 */
	private static final int OVERHEAD = 64;

	private final GrpcCallListener listener;

	private final AtomicBoolean closed = new AtomicBoolean();

	private final List<Consumer<ClientCall<byte[], byte[]>>> waiting = new ArrayList<>();

	private @Nullable ClientCall<byte[], byte[]> call;

	private boolean halfClosed;

	private boolean cancelled;

	private boolean headersReceived;

	private long unsent;

	JavaGrpcCall(GrpcCallListener listener) {
		this.listener = listener;
	}

	/**
	 * Starts the call when the address is resolved.
	 */
	synchronized void start(ClientCall<byte[], byte[]> newCall, Metadata metadata) {
		if (this.closed.get() || this.cancelled) {
			return;
		}
		this.call = newCall;
		newCall.start(this, metadata);
		newCall.request(1);
		this.waiting.forEach((action) -> action.accept(newCall));
		this.waiting.clear();
	}

	/**
	 * Ends the call if it could not be started.
	 */
	void fail(Status status) {
		onClose(status, new Metadata());
	}

	private synchronized void act(Consumer<ClientCall<byte[], byte[]>> action) {
		if (this.cancelled || this.closed.get()) {
			return;
		}
		if (this.call != null) {
			action.accept(this.call);
		}
		else {
			this.waiting.add(action);
		}
	}

	@Override
	public synchronized void send(byte[] message) {
		if (this.halfClosed || this.cancelled || this.closed.get()) {
			return;
		}
		if (this.call == null || !this.call.isReady()) {
			this.unsent += OVERHEAD + message.length;
		}
		if (this.unsent > MAX_UNSENT) {
			String reason = "more than " + MAX_UNSENT + " bytes are buffered because the upstream does not read them";
			fail(Status.RESOURCE_EXHAUSTED.withDescription(reason));
			if (this.call != null) {
				this.call.cancel(reason, null);
			}
			return;
		}
		act((started) -> started.sendMessage(message));
	}

	@Override
	public void requestNext() {
		act((started) -> started.request(1));
	}

	@Override
	public synchronized void halfClose() {
		if (!this.halfClosed) {
			this.halfClosed = true;
			act(ClientCall::halfClose);
		}
	}

	@Override
	public synchronized void cancel() {
		act((started) -> started.cancel("cancelled by the filter", null));
		this.cancelled = true;
		this.waiting.clear();
	}

	@Override
	public synchronized void onReady() {
		this.unsent = 0;
	}

	@Override
	public void onHeaders(Metadata headers) {
		this.headersReceived = true;
		this.listener.initialMetadata(MetadataPairs.pairs(headers));
	}

	@Override
	public void onMessage(byte[] message) {
		this.listener.message(message);
	}

	@Override
	public void onClose(Status status, Metadata trailers) {
		if (this.closed.compareAndSet(false, true)) {
			this.listener.closed(status.getCode().value(), message(status), trailers(status, trailers));
		}
	}

	/**
	 * Returns the trailers with {@code grpc-status}, which grpc-java removes from them.
	 */
	private List<HeaderPair> trailers(Status status, Metadata trailers) {
		List<HeaderPair> pairs = MetadataPairs.pairs(trailers);
		if (this.headersReceived || !trailers.keys().isEmpty()) {
			pairs.add(new HeaderPair("grpc-status", Integer.toString(status.getCode().value())));
		}
		return pairs;
	}

	/** Joins the description and the cause, which grpc-java keeps separately. */
	private static String message(Status status) {
		String description = (status.getDescription() != null) ? status.getDescription() : "";
		Throwable cause = status.getCause();
		if (cause == null || cause.getMessage() == null || description.contains(cause.getMessage())) {
			return description;
		}
		return description.isEmpty() ? cause.getMessage() : description + ": " + cause.getMessage();
	}

}
