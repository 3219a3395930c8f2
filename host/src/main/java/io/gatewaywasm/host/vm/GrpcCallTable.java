package io.gatewaywasm.host.vm;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.gatewaywasm.host.abi.HeaderMap;
import io.gatewaywasm.host.abi.HeaderPair;
import io.gatewaywasm.host.abi.Status;
import io.gatewaywasm.host.abi.StatusException;
import io.gatewaywasm.host.imports.HostBuffer;
import io.gatewaywasm.host.spi.GrpcCall;
import io.gatewaywasm.host.spi.GrpcCallListener;
import org.jspecify.annotations.Nullable;

/**
 * The gRPC callouts of one VM. Everything that happens on a call reaches the root
 * context's callbacks in order, and never inside the host call that started it.
 */
final class GrpcCallTable {

	private static final int UNARY = 1;

	private static final int STREAM = 2;

	private final Vm vm;

	private final Map<Integer, Pending> pending = new HashMap<>();

	private int lastIndex;

	private @Nullable HeaderMap initialMetadata;

	private @Nullable HeaderMap trailingMetadata;

	private @Nullable HostBuffer message;

	private int statusCode;

	private String statusMessage = "";

	private boolean calledBack;

	GrpcCallTable(Vm vm) {
		this.vm = vm;
	}

	int call(RootContext root, byte[] service, String method, List<HeaderPair> metadata, byte[] request,
			int timeoutMilliseconds) {
		Duration timeout = (timeoutMilliseconds > 0) ? Duration.ofMillis(timeoutMilliseconds)
				: this.vm.spec().calloutTimeout();
		int token = start(root, service, method, metadata, timeout, UNARY);
		GrpcCall call = find(token).call;
		if (call != null) {
			call.send(request);
			call.halfClose();
		}
		return token;
	}

	int stream(RootContext root, byte[] service, String method, List<HeaderPair> metadata) {
		return start(root, service, method, metadata, null, STREAM);
	}

	private int start(RootContext root, byte[] service, String method, List<HeaderPair> metadata,
			@Nullable Duration timeout, int kind) {
		int token = nextToken(kind);
		Pending waiting = new Pending(root);
		this.pending.put(token, waiting);
		GrpcCall call = this.vm.services()
			.grpcCallouts()
			.start(this.vm.spec().plugin(), GrpcTarget.name(service), method, metadata, timeout,
					new Listener(token, waiting));
		if (call == null) {
			this.pending.remove(token);
			throw StatusException.of(Status.PARSE_FAILURE);
		}
		waiting.call = call;
		return token;
	}

	private int nextToken(int kind) {
		int token;
		do {
			this.lastIndex = (this.lastIndex + 1) & 0x1fffffff;
			token = (this.lastIndex << 2) | kind;
		}
		while (this.lastIndex == 0 || this.pending.containsKey(token));
		return token;
	}

	void send(int token, byte[] data, boolean endOfStream) {
		GrpcCall call = streaming(token);
		call.send(data);
		if (endOfStream) {
			call.halfClose();
		}
	}

	void close(int token) {
		GrpcCall call = find(token).call;
		if (call != null) {
			call.halfClose();
		}
	}

	void cancel(int token) {
		Pending call = find(token);
		this.pending.remove(token);
		call.cancel();
	}

	private GrpcCall streaming(int token) {
		if ((token & 3) != STREAM) {
			throw StatusException.of(Status.BAD_ARGUMENT);
		}
		GrpcCall call = find(token).call;
		if (call == null) {
			throw StatusException.of(Status.NOT_FOUND);
		}
		return call;
	}

	private Pending find(int token) {
		Pending call = this.pending.get(token);
		if (call == null) {
			throw StatusException.of(Status.NOT_FOUND);
		}
		return call;
	}

	boolean isCalledBack() {
		return this.calledBack;
	}

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

	void cancelAll() {
		List<Pending> calls = List.copyOf(this.pending.values());
		this.pending.clear();
		calls.forEach(Pending::cancel);
	}

	private void callBack(Callback callback, RootContext root, int token, int value) {
		this.calledBack = true;
		try {
			this.vm.guarded(() -> this.vm.guest().call(callback, root, root.id(), token, value));
		}
		finally {
			this.calledBack = false;
			this.initialMetadata = null;
			this.trailingMetadata = null;
			this.message = null;
		}
	}

	private static final class Pending {

		private final RootContext root;

		private @Nullable GrpcCall call;

		private Pending(RootContext root) {
			this.root = root;
		}

		private void cancel() {
			if (this.call != null) {
				this.call.cancel();
			}
		}

	}

	/** Brings what happens on a call into the VM. */
	private final class Listener implements GrpcCallListener {

		private final int token;

		private final Pending expected;

		private Listener(int token, Pending expected) {
			this.token = token;
			this.expected = expected;
		}

		@Override
		public void initialMetadata(List<HeaderPair> metadata) {
			enter(() -> {
				GrpcCallTable.this.initialMetadata = new PairList(metadata);
				callBack(Callback.GRPC_INITIAL_METADATA, this.expected.root, this.token, metadata.size());
			});
		}

		@Override
		public void message(byte[] received) {
			enter(() -> {
				GrpcCallTable.this.message = new ConstantBuffer(received);
				callBack(Callback.GRPC_RECEIVE, this.expected.root, this.token, received.length);
			});
		}

		@Override
		public void closed(int status, String text, List<HeaderPair> metadata) {
			enter(() -> {
				GrpcCallTable.this.statusCode = status;
				GrpcCallTable.this.statusMessage = text;
				if (!metadata.isEmpty()) {
					GrpcCallTable.this.trailingMetadata = new PairList(metadata);
					callBack(Callback.GRPC_TRAILING_METADATA, this.expected.root, this.token, metadata.size());
				}
				GrpcCallTable.this.pending.remove(this.token, this.expected);
				callBack(Callback.GRPC_CLOSE, this.expected.root, this.token, status);
			});
		}

		private void enter(Runnable event) {
			GrpcCallTable.this.vm.submit(new ControlTask(GrpcCallTable.this.vm, () -> {
				if (GrpcCallTable.this.pending.get(this.token) == this.expected) {
					event.run();
				}
			}));
		}

	}

}
