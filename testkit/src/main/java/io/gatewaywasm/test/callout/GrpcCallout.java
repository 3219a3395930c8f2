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
 * A gRPC callout of a filter. If no {@link GrpcCallResponse} was prepared, the test
 * responds to it.
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
	 * Returns the name of the upstream.
	 * @return the name
	 */
	public String upstream() {
		return this.upstream;
	}

	/**
	 * Returns the full method name, {@code package.Service/Method}.
	 * @return the method name
	 */
	public String method() {
		return this.method;
	}

	/**
	 * Returns the initial metadata that the filter has sent.
	 * @return the metadata
	 */
	public List<HeaderPair> metadata() {
		return this.metadata;
	}

	/**
	 * Returns the messages that the filter has sent.
	 * @return the serialized messages in order
	 */
	public List<byte[]> messages() {
		return Collections.unmodifiableList(this.messages);
	}

	/**
	 * Returns whether the filter has closed its side.
	 */
	public boolean isHalfClosed() {
		return this.halfClosed;
	}

	/**
	 * Returns whether the filter has cancelled the callout.
	 */
	public boolean isCancelled() {
		return this.cancelled;
	}

	/**
	 * Returns whether the callout has not ended yet.
	 * @return whether it is pending
	 */
	public boolean isPending() {
		return !this.over;
	}

	/**
	 * Sends a message to the filter.
	 * @param message the serialized message
	 */
	public void send(byte[] message) {
		checkPending();
		this.listener.message(message.clone());
	}

	/**
	 * Sends a response, and ends the callout.
	 * @param response the response
	 */
	public void respond(GrpcCallResponse response) {
		checkPending();
		end();
		response.deliver(this.listener);
	}

	private void checkPending() {
		if (this.over) {
			throw new IllegalStateException("The callout to '" + this.upstream + "' has already ended");
		}
	}

	private void end() {
		this.over = true;
		if (this.timeout != null) {
			this.timeout.cancel();
		}
	}

	/**
	 * Returns the callout for the host. {@code responses} returns the response when the
	 * filter has closed its side, or {@code null} to let the test respond.
	 */
	GrpcCall asHostSees(Function<GrpcCallout, @Nullable GrpcCallResponse> responses) {
		return new GrpcCall() {

			@Override
			public void send(byte[] message) {
				GrpcCallout.this.messages.add(message);
			}

			@Override
			public void requestNext() {
				// The test decides when a message arrives, independent of the guest's
				// pace.
			}

			@Override
			public void halfClose() {
				GrpcCallout.this.halfClosed = true;
				GrpcCallResponse response = GrpcCallout.this.over ? null : responses.apply(GrpcCallout.this);
				if (response != null) {
					respond(response);
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
