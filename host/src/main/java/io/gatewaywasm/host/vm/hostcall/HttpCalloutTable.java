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
import io.gatewaywasm.host.imports.HostHttpCalls;
import io.gatewaywasm.host.limits.SizeLimits;
import io.gatewaywasm.host.spi.Cancellable;
import io.gatewaywasm.host.spi.HttpCall;
import io.gatewaywasm.host.spi.HttpCallResult;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP callouts of one VM. For each callout, the root context's callback is called
 * exactly once, and never inside the host call that sent the callout.
 */
final class HttpCalloutTable implements HostHttpCalls, Restorable {

	private static final int BROKEN_CONNECTION = Status.BROKEN_CONNECTION.code();

	private final VmScope vm;

	private final GrpcCallbacks grpcCallbacks;

	private final Map<Integer, PendingCallout> pending = new HashMap<>();

	private int lastToken;

	private int capturedToken;

	private @Nullable HeaderMap responseHeaders;

	private @Nullable HeaderMap responseTrailers;

	private @Nullable HostBuffer responseBody;

	private String failure = "";

	HttpCalloutTable(VmScope vm, GrpcCallbacks grpcCallbacks) {
		this.vm = vm;
		this.grpcCallbacks = grpcCallbacks;
	}

	@Override
	public int httpCall(String upstream, List<HeaderPair> headers, byte[] body, List<HeaderPair> trailers,
			int timeoutMilliseconds) {
		SizeLimits sizes = this.vm.settings().sizes();
		sizes.checkCallBody(body);
		BoundedHeaders.check(headers, sizes);
		BoundedHeaders.check(trailers, sizes);
		return this.vm.outside(() -> send(this.vm.context(), upstream, headers, body, trailers, timeoutMilliseconds));
	}

	@Override
	public int refusedHttpCall(String upstream, String reason) {
		return this.vm.outside(() -> refuse(this.vm.context(), upstream, reason));
	}

	private int refuse(ContextScope context, String upstream, String reason) {
		int token = nextToken();
		PendingCallout waiting = pending(token, context, upstream);
		this.vm.submit(() -> waiting.deliver(() -> {
			if (this.pending.remove(token, waiting)) {
				// Not metered, because the name comes from the guest
				this.failure = reason;
				callBack(waiting.root(), token, FailedCallout.refused(reason));
			}
		}));
		return token;
	}

	/** Adds a callout whose result the guest waits for. */
	private PendingCallout pending(int token, ContextScope context, String upstream) {
		if (this.pending.size() >= this.vm.settings().sizes().calls()) {
			throw StatusException.of(Status.INTERNAL_FAILURE);
		}
		PendingCallout waiting = new PendingCallout(context, upstream);
		this.pending.put(token, waiting);
		return waiting;
	}

	private int send(ContextScope context, String upstream, List<HeaderPair> headers, byte[] body,
			List<HeaderPair> trailers, int timeoutMilliseconds) {
		Duration timeout = (timeoutMilliseconds > 0) ? Duration.ofMillis(timeoutMilliseconds)
				: this.vm.settings().streamLimits().calloutTimeout();
		StreamScope stream = context.stream();
		HttpCall call = new HttpCall(this.vm.settings().plugin(), upstream, headers, body, trailers, timeout,
				(stream != null) ? stream.httpStream() : null);
		int token = nextToken();
		PendingCallout waiting = pending(token, context, upstream);
		Cancellable handle = this.vm.services()
			.httpCallouts()
			.send(call, (result) -> this.vm.submit(() -> waiting.deliver(() -> ended(token, waiting, result))));
		if (handle == null) {
			this.pending.remove(token);
			RefusedCallout.undeclared(this.vm.settings(), upstream, call.route(), Status.BAD_ARGUMENT);
			throw StatusException.of(Status.BAD_ARGUMENT);
		}
		waiting.handle(handle);
		return token;
	}

	/**
	 * Returns a token for a callout. Tokens of HTTP callouts are multiples of four;
	 * others are not.
	 */
	private int nextToken() {
		do {
			this.lastToken += 4;
		}
		while (this.lastToken <= 0 || this.pending.containsKey(this.lastToken));
		return this.lastToken;
	}

	private void ended(int token, PendingCallout call, HttpCallResult result) {
		// If this callout was cancelled, its token may identify another one by now
		if (!this.pending.remove(token, call)) {
			return;
		}
		if (result instanceof HttpCallResult.Response received) {
			this.vm.observer().callout(call.upstream(), "response", call.nanos());
			callBack(call.root(), token, received);
		}
		else if (result instanceof HttpCallResult.Failure failed) {
			failed(call, failed.reason(), token, FailedCallout.toResponse(failed));
		}
	}

	private void failed(PendingCallout call, String reason, int token, HttpCallResult.Response response) {
		this.vm.observer().callout(call.upstream(), "failure", call.nanos());
		this.failure = reason;
		callBack(call.root(), token, response);
	}

	private void callBack(RootScope root, int token, HttpCallResult.Response response) {
		this.responseHeaders = ReadOnlyHeaders.of(response.headers());
		this.responseTrailers = response.trailers().isEmpty() ? null : ReadOnlyHeaders.of(response.trailers());
		this.responseBody = new ConstantBuffer(response.body());
		try {
			root.callBack(Callback.HTTP_CALL_RESPONSE, root.id(), token, response.headers().size(),
					response.body().length, response.trailers().size());
		}
		finally {
			this.responseHeaders = null;
			this.responseTrailers = null;
			this.responseBody = null;
			this.failure = "";
		}
	}

	@Nullable HeaderMap responseHeaders() {
		return this.responseHeaders;
	}

	@Nullable HeaderMap responseTrailers() {
		return this.responseTrailers;
	}

	@Nullable HostBuffer responseBody() {
		return this.responseBody;
	}

	@Override
	public int callStatusCode() {
		return this.failure.isEmpty() ? this.grpcCallbacks.statusCode() : BROKEN_CONNECTION;
	}

	@Override
	public String callStatusMessage() {
		return this.grpcCallbacks.isRunning() ? this.grpcCallbacks.statusMessage() : this.failure;
	}

	/**
	 * Lets pending callouts continue after the VM was lost, and drops their results. As
	 * in Envoy, the upstreams receive them. The default callout timeout ends them at the
	 * latest.
	 */
	void detach() {
		if (this.pending.isEmpty()) {
			return;
		}
		List<PendingCallout> calls = List.copyOf(this.pending.values());
		this.pending.clear();
		Cancellable unused = this.vm.services()
			.scheduler()
			.schedule(() -> calls.forEach(PendingCallout::cancel), this.vm.settings().streamLimits().calloutTimeout());
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

	void cancelAll(RootScope root) {
		this.pending.values().removeIf((call) -> call.cancelIfOf(root));
	}

	void cancelAll() {
		if (this.pending.isEmpty()) {
			return;
		}
		List<PendingCallout> calls = List.copyOf(this.pending.values());
		this.pending.clear();
		calls.forEach(PendingCallout::cancel);
	}

}
