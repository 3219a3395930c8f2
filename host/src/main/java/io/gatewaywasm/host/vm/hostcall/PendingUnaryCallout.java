package io.gatewaywasm.host.vm.hostcall;

import java.util.List;

import io.gatewaywasm.host.abi.HeaderPair;
import org.jspecify.annotations.Nullable;

/**
 * A gRPC call with one response. As in Envoy, the guest gets only one callback: with the
 * message if the call succeeded, otherwise with the status.
 */
final class PendingUnaryCallout extends PendingGrpcCallout {

	/** The status of a call that violated the protocol. */
	private static final int INTERNAL = 13;

	private byte @Nullable [] answer;

	PendingUnaryCallout(PendingGrpcCallouts calls, ContextScope context, int token, String upstream) {
		super(calls, context, token, upstream);
	}

	@Override
	public void initialMetadata(List<HeaderPair> metadata) {
		// The guest gets no callback for it
	}

	@Override
	public void message(byte[] message) {
		enter(() -> {
			this.answer = message;
			requestNext();
		});
	}

	@Override
	public void closed(int status, String message, List<HeaderPair> trailingMetadata) {
		enter(() -> {
			if (status == OK && this.answer != null) {
				ended(status, message);
				callbacks().message(root(), token(), this.answer);
			}
			else if (status == OK) {
				close(INTERNAL, "the call ended without a message");
			}
			else {
				close(status, message);
			}
		});
	}

	private void close(int status, String message) {
		ended(status, message);
		callbacks().close(root(), token(), status);
	}

}
