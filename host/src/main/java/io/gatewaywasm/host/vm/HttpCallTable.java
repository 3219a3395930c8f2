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
import io.gatewaywasm.host.spi.Cancellable;
import io.gatewaywasm.host.spi.HttpCall;
import io.gatewaywasm.host.spi.HttpCallResult;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP callouts of one VM. Whatever becomes of a call, the root context's callback
 * comes exactly once, and never inside the host call that sent it.
 */
final class HttpCallTable implements Restorable {

	private static final int BROKEN_CONNECTION = Status.BROKEN_CONNECTION.code();

	/** What a failed call has of headers and trailers. */
	private static final HeaderMap NOTHING = ReadOnlyHeaders.of(List.of());

	private final Vm vm;

	private final Map<Integer, Pending> pending = new HashMap<>();

	private int lastToken;

	private int capturedToken;

	private @Nullable HeaderMap answerHeaders;

	private @Nullable HeaderMap answerTrailers;

	private @Nullable HostBuffer answerBody;

	private String failure = "";

	HttpCallTable(Vm vm) {
		this.vm = vm;
	}

	int send(RootContext root, String upstream, List<HeaderPair> headers, byte[] body, List<HeaderPair> trailers,
			int timeoutMilliseconds) {
		if (this.pending.size() >= this.vm.spec().sizes().calls()) {
			throw StatusException.of(Status.INTERNAL_FAILURE);
		}
		Duration timeout = (timeoutMilliseconds > 0) ? Duration.ofMillis(timeoutMilliseconds)
				: this.vm.spec().calloutTimeout();
		HttpCall call = new HttpCall(this.vm.spec().plugin(), upstream, headers, body, trailers, timeout);
		int token = nextToken();
		Pending waiting = new Pending(root, upstream, System.nanoTime());
		this.pending.put(token, waiting);
		Cancellable handle = this.vm.services()
			.httpCallouts()
			.send(call, (result) -> this.vm.submit(new ControlTask(this.vm, () -> ended(token, waiting, result))));
		if (handle == null) {
			this.pending.remove(token);
			throw StatusException.of(Status.BAD_ARGUMENT);
		}
		waiting.handle = handle;
		return token;
	}

	/** Tokens of HTTP calls are multiples of four, those of gRPC calls are not. */
	private int nextToken() {
		do {
			this.lastToken += 4;
		}
		while (this.lastToken <= 0 || this.pending.containsKey(this.lastToken));
		return this.lastToken;
	}

	private void ended(int token, Pending call, HttpCallResult result) {
		// The token may stand for another call by now, if this one was cancelled.
		if (!this.pending.remove(token, call)) {
			return;
		}
		long nanos = System.nanoTime() - call.start;
		if (result instanceof HttpCallResult.Answer received) {
			this.vm.observer().callout(call.upstream, "answer", nanos);
			this.answerHeaders = ReadOnlyHeaders.of(received.headers());
			this.answerTrailers = ReadOnlyHeaders.of(received.trailers());
			this.answerBody = new ConstantBuffer(received.body());
			callBack(call.root, token, received.headers().size(), received.body().length, received.trailers().size());
		}
		else if (result instanceof HttpCallResult.Failure failed) {
			this.vm.observer().callout(call.upstream, "failure", nanos);
			this.answerHeaders = NOTHING;
			this.answerTrailers = NOTHING;
			this.failure = failed.reason();
			callBack(call.root, token, 0, 0, 0);
		}
	}

	private void callBack(RootContext root, int token, int headers, int body, int trailers) {
		long[] arguments = { root.id(), token, headers, body, trailers };
		try {
			this.vm.guarded(() -> this.vm.guest().call(Callback.HTTP_CALL_RESPONSE, root, arguments));
		}
		finally {
			this.answerHeaders = null;
			this.answerTrailers = null;
			this.answerBody = null;
			this.failure = "";
		}
	}

	@Nullable HeaderMap answerHeaders() {
		return this.answerHeaders;
	}

	@Nullable HeaderMap answerTrailers() {
		return this.answerTrailers;
	}

	@Nullable HostBuffer answerBody() {
		return this.answerBody;
	}

	int statusCode() {
		return this.failure.isEmpty() ? 0 : BROKEN_CONNECTION;
	}

	String statusMessage() {
		return this.failure;
	}

	@Override
	public void capture() {
		this.capturedToken = this.lastToken;
	}

	@Override
	public void restore() {
		cancelAll();
		this.lastToken = this.capturedToken;
	}

	void cancelAll() {
		if (this.pending.isEmpty()) {
			return;
		}
		List<Pending> calls = List.copyOf(this.pending.values());
		this.pending.clear();
		calls.forEach(Pending::cancel);
	}

	private static final class Pending {

		private final RootContext root;

		private final String upstream;

		private final long start;

		private @Nullable Cancellable handle;

		private Pending(RootContext root, String upstream, long start) {
			this.root = root;
			this.upstream = upstream;
			this.start = start;
		}

		private void cancel() {
			if (this.handle != null) {
				this.handle.cancel();
			}
		}

	}

}
