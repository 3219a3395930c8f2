package io.gatewaywasm.host.vm.hostcall;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.gatewaywasm.host.abi.Callback;
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

	private final VmScope vm;

	private final Map<Integer, Pending> pending = new HashMap<>();

	private int lastToken;

	private int capturedToken;

	private @Nullable HeaderMap answerHeaders;

	private @Nullable HeaderMap answerTrailers;

	private @Nullable HostBuffer answerBody;

	private String failure = "";

	HttpCallTable(VmScope vm) {
		this.vm = vm;
	}

	int send(ContextScope context, String upstream, List<HeaderPair> headers, byte[] body, List<HeaderPair> trailers,
			int timeoutMilliseconds) {
		if (this.pending.size() >= this.vm.settings().sizes().calls()) {
			throw StatusException.of(Status.INTERNAL_FAILURE);
		}
		Duration timeout = (timeoutMilliseconds > 0) ? Duration.ofMillis(timeoutMilliseconds)
				: this.vm.settings().calloutTimeout();
		HttpCall call = new HttpCall(this.vm.settings().plugin(), upstream, headers, body, trailers, timeout);
		int token = nextToken();
		Pending waiting = new Pending(context, upstream, System.nanoTime());
		this.pending.put(token, waiting);
		Cancellable handle = this.vm.services()
			.httpCallouts()
			.send(call, (result) -> this.vm.submit(() -> waiting.deliver(() -> ended(token, waiting, result))));
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
			callBack(call.context.root(), token, received);
		}
		else if (result instanceof HttpCallResult.Failure failed) {
			this.vm.observer().callout(call.upstream, "failure", nanos);
			this.failure = failed.reason();
			callBack(call.context.root(), token, FailedCallout.answer(failed));
		}
	}

	private void callBack(RootScope root, int token, HttpCallResult.Answer answer) {
		this.answerHeaders = ReadOnlyHeaders.of(answer.headers());
		this.answerTrailers = ReadOnlyHeaders.of(answer.trailers());
		this.answerBody = new ConstantBuffer(answer.body());
		try {
			root.callBack(Callback.HTTP_CALL_RESPONSE, root.id(), token, answer.headers().size(), answer.body().length,
					answer.trailers().size());
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

		private final ContextScope context;

		private final String upstream;

		private final long start;

		private @Nullable Cancellable handle;

		private Pending(ContextScope context, String upstream, long start) {
			this.context = context;
			this.upstream = upstream;
			this.start = start;
		}

		private void deliver(Runnable delivery) {
			StreamScope stream = this.context.stream();
			if (stream != null) {
				stream.deliver(delivery);
			}
			else {
				delivery.run();
			}
		}

		private void cancel() {
			if (this.handle != null) {
				this.handle.cancel();
			}
		}

	}

}
