package io.gatewaywasm.host.vm.hostcall;

import java.util.List;

import io.gatewaywasm.host.abi.Callback;
import io.gatewaywasm.host.abi.HeaderMap;
import io.gatewaywasm.host.abi.HeaderPair;
import io.gatewaywasm.host.imports.HostBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Runs the callbacks of gRPC callouts, and provides the data that a guest can read in
 * them.
 */
final class GrpcCallbacks {

	private final int maximumMessage;

	private @Nullable HeaderMap initialMetadata;

	private @Nullable HeaderMap trailingMetadata;

	private @Nullable HostBuffer message;

	private int statusCode;

	private String statusMessage = "";

	private boolean running;

	GrpcCallbacks(int maximumMessage) {
		this.maximumMessage = maximumMessage;
	}

	void initialMetadata(RootScope root, int token, List<HeaderPair> metadata) {
		this.initialMetadata = ReadOnlyHeaders.of(metadata);
		run(Callback.GRPC_INITIAL_METADATA, root, token, metadata.size());
	}

	void message(RootScope root, int token, byte[] received) {
		this.message = new ReceivedMessage(received, this.maximumMessage);
		run(Callback.GRPC_RECEIVE, root, token, received.length);
	}

	void trailingMetadata(RootScope root, int token, List<HeaderPair> metadata) {
		this.trailingMetadata = ReadOnlyHeaders.of(metadata);
		run(Callback.GRPC_TRAILING_METADATA, root, token, metadata.size());
	}

	void close(RootScope root, int token, int status) {
		run(Callback.GRPC_CLOSE, root, token, status);
	}

	private void run(Callback callback, RootScope root, int token, int value) {
		this.running = true;
		try {
			root.callBack(callback, root.id(), token, value);
		}
		finally {
			this.running = false;
			this.statusMessage = "";
			this.initialMetadata = null;
			this.trailingMetadata = null;
			this.message = null;
		}
	}

	void status(int code, String message) {
		this.statusCode = code;
		this.statusMessage = message;
	}

	/**
	 * Returns whether a gRPC callback is running, so that the guest reads the status of
	 * its callout.
	 */
	boolean isRunning() {
		return this.running;
	}

	/**
	 * Returns the status of the call whose callback runs, or which ended last. As in
	 * Envoy, it remains until another call ends, without its message.
	 */
	int statusCode() {
		return this.statusCode;
	}

	String statusMessage() {
		return this.statusMessage;
	}

	@Nullable HeaderMap initialMetadata() {
		return this.initialMetadata;
	}

	@Nullable HeaderMap trailingMetadata() {
		return this.trailingMetadata;
	}

	@Nullable HostBuffer message() {
		return this.message;
	}

}
