package io.gatewaywasm.host.vm.hostcall;

import java.util.List;

import io.gatewaywasm.host.abi.HeaderPair;

/**
 * A stream of gRPC messages. The next message is requested after the guest has processed
 * the previous one.
 */
final class PendingGrpcStream extends PendingGrpcCallout {

	PendingGrpcStream(PendingGrpcCallouts calls, ContextScope context, int token, String upstream) {
		super(calls, context, token, upstream);
	}

	@Override
	public void initialMetadata(List<HeaderPair> metadata) {
		enter(() -> callbacks().initialMetadata(root(), token(), metadata));
	}

	@Override
	public void message(byte[] message) {
		enter(() -> {
			callbacks().message(root(), token(), message);
			requestNext();
		});
	}

	@Override
	public void closed(int status, String message, List<HeaderPair> trailingMetadata) {
		enter(() -> {
			callbacks().status(status, message);
			callbacks().trailingMetadata(root(), token(), trailingMetadata);
		});
		enter(() -> {
			ended(status, message);
			callbacks().close(root(), token(), status);
		});
	}

}
