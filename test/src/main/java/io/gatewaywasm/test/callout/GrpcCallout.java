package io.gatewaywasm.test.callout;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;

import io.gatewaywasm.host.abi.HeaderPair;
import io.gatewaywasm.host.spi.Cancellable;
import io.gatewaywasm.host.spi.GrpcCall;
import io.gatewaywasm.host.spi.GrpcCallListener;
import org.jspecify.annotations.Nullable;

/**
 * A gRPC call that a filter made. One that no {@link GrpcAnswer} was prepared for is
 * answered by the test.
 */
public final class GrpcCallout {

	private final String upstream;

	private final String method;

	private final List<HeaderPair> metadata;

	private final GrpcCallListener listener;

	private final List<byte[]> messages = new ArrayList<>();

	private @Nullable Cancellable timeout;

	private boolean halfClosed;

	private boolean cancelled;

	private boolean over;

	GrpcCallout(String upstream, String method, List<HeaderPair> metadata, GrpcCallListener listener) {
		this.upstream = upstream;
		this.method = method;
		this.metadata = List.copyOf(metadata);
		this.listener = listener;
	}

	void expiresBy(Cancellable timer) {
		this.timeout = timer;
	}

	/**
	 * Return whom the filter called.
	 * @return the name of the upstream
	 */
	public String upstream() {
		return this.upstream;
	}

	/**
	 * Return what the filter called.
	 * @return the full method name, {@code package.Service/Method}
	 */
	public String method() {
		return this.method;
	}

	/**
	 * Return the initial metadata that the filter sent.
	 * @return the metadata
	 */
	public List<HeaderPair> metadata() {
		return this.metadata;
	}

	/**
	 * Return the messages that the filter sent.
	 * @return the serialized messages in order
	 */
	public List<byte[]> messages() {
		return Collections.unmodifiableList(this.messages);
	}

	/**
	 * Return whether the filter has ended its side.
	 * @return whether it has
	 */
	public boolean isHalfClosed() {
		return this.halfClosed;
	}

	/**
	 * Return whether the filter has called it off.
	 * @return whether it has
	 */
	public boolean isCancelled() {
		return this.cancelled;
	}

	/**
	 * Return whether the call still waits for its end.
	 * @return whether it does
	 */
	public boolean isPending() {
		return !this.over;
	}

	/**
	 * Send a message to the filter.
	 * @param message the serialized message
	 */
	public void send(byte[] message) {
		checkPending();
		this.listener.message(message.clone());
	}

	/**
	 * Answer the call to its end.
	 * @param answer the answer
	 */
	public void answer(GrpcAnswer answer) {
		checkPending();
		end();
		answer.deliver(this.listener);
	}

	private void checkPending() {
		if (this.over) {
			throw new IllegalStateException("the call to '" + this.upstream + "' is over");
		}
	}

	private void end() {
		this.over = true;
		if (this.timeout != null) {
			this.timeout.cancel();
		}
	}

	/**
	 * Return the call as the host sees it.
	 * @param answers what is answered when the filter has ended its side, {@code null} to
	 * leave it open
	 * @return the call
	 */
	GrpcCall asHostSees(Function<GrpcCallout, @Nullable GrpcAnswer> answers) {
		return new GrpcCall() {

			@Override
			public void send(byte[] message) {
				GrpcCallout.this.messages.add(message);
			}

			@Override
			public void requestNext() {
				// The test decides when a message arrives, not the guest's pace.
			}

			@Override
			public void halfClose() {
				GrpcCallout.this.halfClosed = true;
				GrpcAnswer answer = GrpcCallout.this.over ? null : answers.apply(GrpcCallout.this);
				if (answer != null) {
					answer(answer);
				}
			}

			@Override
			public void cancel() {
				GrpcCallout.this.cancelled = true;
				end();
			}

		};
	}

	@Override
	public String toString() {
		return this.method + " to " + this.upstream;
	}

}
