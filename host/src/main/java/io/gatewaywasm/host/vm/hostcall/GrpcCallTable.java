package io.gatewaywasm.host.vm.hostcall;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import io.gatewaywasm.host.abi.HeaderPair;
import io.gatewaywasm.host.abi.Status;
import io.gatewaywasm.host.abi.StatusException;
import io.gatewaywasm.host.imports.HostGrpcCalls;
import io.gatewaywasm.host.limits.SizeLimits;
import io.gatewaywasm.host.spi.GrpcCall;
import io.gatewaywasm.host.spi.GrpcCallouts;
import io.gatewaywasm.host.spi.PluginObserver;
import org.jspecify.annotations.Nullable;

/**
 * The gRPC callouts of one VM. Events of a call reach the root context's callbacks in
 * order, and never inside the host call that started the call.
 */
final class GrpcCallTable implements HostGrpcCalls, Restorable {

	private static final Pattern METHOD = Pattern.compile("[!-~&&[^/]]+/[!-~&&[^/]]+");

	/** The status of a call that is not made. */
	private static final int UNAVAILABLE = 14;

	private final VmScope vm;

	private final GrpcCallbacks callbacks;

	private final Map<Integer, PendingGrpcCall> pending = new HashMap<>();

	private final GrpcTokens tokens = new GrpcTokens();

	GrpcCallTable(VmScope vm) {
		this.vm = vm;
		this.callbacks = new GrpcCallbacks();
	}

	@Override
	public int grpcCall(byte[] service, String serviceName, String methodName, List<HeaderPair> metadata,
			byte[] message, int timeoutMilliseconds) {
		SizeLimits sizes = this.vm.settings().sizes();
		sizes.checkCallBody(message);
		BoundedHeaders.check(metadata, sizes);
		return this.vm.outside(() -> call(this.vm.context(), service, serviceName + "/" + methodName, metadata, message,
				timeoutMilliseconds));
	}

	@Override
	public int grpcStream(byte[] service, String serviceName, String methodName, List<HeaderPair> metadata) {
		BoundedHeaders.check(metadata, this.vm.settings().sizes());
		return this.vm.outside(() -> stream(this.vm.context(), service, serviceName + "/" + methodName, metadata));
	}

	@Override
	public void grpcSend(int token, byte[] message, boolean endOfStream) {
		this.vm.settings().sizes().checkCallBody(message);
		this.vm.outside(() -> send(token, message, endOfStream));
	}

	@Override
	public void grpcCancel(int token) {
		this.vm.outside(() -> cancel(token));
	}

	@Override
	public void grpcClose(int token) {
		this.vm.outside(() -> close(token));
	}

	private int call(ContextScope context, byte[] service, String method, List<HeaderPair> metadata, byte[] request,
			int timeoutMilliseconds) {
		Duration timeout = (timeoutMilliseconds > 0) ? Duration.ofMillis(timeoutMilliseconds)
				: this.vm.settings().streamLimits().calloutTimeout();
		int token = this.tokens.nextUnary(this.pending.keySet());
		GrpcTarget target = GrpcTarget.of(service);
		GrpcCall call = start(context, new PendingUnaryCall(this, context, token, target.upstream()), target, method,
				metadata, timeout);
		call.send(request);
		call.halfClose();
		return token;
	}

	private int stream(ContextScope context, byte[] service, String method, List<HeaderPair> metadata) {
		int token = this.tokens.nextStream(this.pending.keySet());
		GrpcTarget target = GrpcTarget.of(service);
		start(context, new PendingGrpcStream(this, context, token, target.upstream()), target, method, metadata, null);
		return token;
	}

	private GrpcCall start(ContextScope context, PendingGrpcCall started, GrpcTarget target, String method,
			List<HeaderPair> metadata, @Nullable Duration timeout) {
		if (this.pending.size() >= this.vm.settings().sizes().calls()) {
			throw StatusException.of(Status.INTERNAL_FAILURE);
		}
		if (!METHOD.matcher(method).matches()) {
			throw invalidMethod(context, started.token(), target, method);
		}
		StreamScope stream = context.stream();
		GrpcCall call = this.vm.services()
			.grpcCallouts()
			.start(this.vm.settings().plugin(), started.upstream(), method, metadata, timeout, started,
					(stream != null) ? stream.httpStream() : null);
		if (call == null) {
			throw undeclared(context, started.token(), target);
		}
		started.started(call);
		this.pending.put(started.token(), started);
		return call;
	}

	private StatusException invalidMethod(ContextScope context, int token, GrpcTarget target, String method) {
		Status status = refusal(target);
		RefusedCallout.invalidMethod(this.vm.settings(), target.upstream(), method, status);
		return refused(context, token, status, "The name of the method is invalid");
	}

	private StatusException undeclared(ContextScope context, int token, GrpcTarget target) {
		Status status = refusal(target);
		if (isAvailable()) {
			StreamScope stream = context.stream();
			RefusedCallout.undeclared(this.vm.settings(), target.upstream(),
					(stream != null) ? stream.httpStream().routeUpstream() : null, status);
		}
		return refused(context, token, status, "The upstream is not declared");
	}

	/** Returns the status, which as in Envoy depends on the form of the upstream. */
	private Status refusal(GrpcTarget target) {
		return (isAvailable() && target.message()) ? Status.INTERNAL_FAILURE : Status.PARSE_FAILURE;
	}

	private boolean isAvailable() {
		return this.vm.services().grpcCallouts() != GrpcCallouts.NONE;
	}

	/**
	 * Returns the exception for a call that is not made. As in Envoy, a call whose
	 * upstream was specified by a message also ends with a callback. It is pending until
	 * then, so that the limit of pending calls includes it.
	 */
	private StatusException refused(ContextScope context, int token, Status status, String message) {
		if (status == Status.INTERNAL_FAILURE) {
			PendingGrpcCall call = new PendingUnaryCall(this, context, token, "");
			this.pending.put(token, call);
			enter(call, () -> {
				over(call);
				this.callbacks.status(UNAVAILABLE, message);
				this.callbacks.close(call.root(), call.token(), UNAVAILABLE);
			});
		}
		return StatusException.of(status);
	}

	private void send(int token, byte[] data, boolean endOfStream) {
		GrpcCall call = streaming(token);
		call.send(data);
		if (endOfStream) {
			call.halfClose();
		}
	}

	/** Closes the sending side of a stream. As in Envoy, a unary call is cancelled. */
	private void close(int token) {
		if (GrpcTokens.isUnary(token)) {
			cancel(token);
		}
		else {
			streaming(token).halfClose();
		}
	}

	private void cancel(int token) {
		PendingGrpcCall call = find(token);
		this.pending.remove(token);
		call.cancel();
	}

	private GrpcCall streaming(int token) {
		if (!GrpcTokens.isStream(token)) {
			throw StatusException.of(Status.BAD_ARGUMENT);
		}
		GrpcCall call = find(token).call();
		if (call == null) {
			throw StatusException.of(Status.NOT_FOUND);
		}
		return call;
	}

	private PendingGrpcCall find(int token) {
		if (!GrpcTokens.isUnary(token) && !GrpcTokens.isStream(token)) {
			throw StatusException.of(Status.BAD_ARGUMENT);
		}
		PendingGrpcCall call = this.pending.get(token);
		if (call == null) {
			throw StatusException.of(Status.NOT_FOUND);
		}
		return call;
	}

	@Override
	public void capture() {
		this.tokens.capture();
	}

	@Override
	public void restore() {
		cancelAll();
		this.tokens.restore();
	}

	void cancelAll() {
		if (this.pending.isEmpty()) {
			return;
		}
		List<PendingGrpcCall> calls = List.copyOf(this.pending.values());
		this.pending.clear();
		calls.forEach(PendingGrpcCall::cancel);
	}

	GrpcCallbacks callbacks() {
		return this.callbacks;
	}

	PluginObserver observer() {
		return this.vm.observer();
	}

	void enter(PendingGrpcCall call, Runnable event) {
		this.vm.submit(() -> call.deliver(() -> {
			if (this.pending.get(call.token()) == call) {
				event.run();
			}
		}));
	}

	void over(PendingGrpcCall call) {
		this.pending.remove(call.token(), call);
	}

}
