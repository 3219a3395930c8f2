package io.gatewaywasm.host.vm.hostcall;

import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

import io.gatewaywasm.host.abi.HeaderPair;
import io.gatewaywasm.host.abi.Status;
import io.gatewaywasm.host.abi.StatusException;
import io.gatewaywasm.host.imports.HostGrpcCalls;
import io.gatewaywasm.host.limits.SizeLimits;
import io.gatewaywasm.host.spi.GrpcCall;
import io.gatewaywasm.host.spi.GrpcCallouts;
import org.jspecify.annotations.Nullable;

/**
 * The gRPC callouts of one VM. Events of a call reach the root context's callbacks in
 * order, and never inside the host call that started the call.
 */
final class GrpcCalloutTable implements HostGrpcCalls, Restorable {

	private static final Pattern METHOD = Pattern.compile("[!-~]+");

	/** The status of a call that is not made. */
	private static final int UNAVAILABLE = 14;

	private final VmScope vm;

	private final PendingGrpcCallouts pending;

	GrpcCalloutTable(VmScope vm) {
		this.vm = vm;
		this.pending = new PendingGrpcCallouts(vm);
	}

	@Override
	public int grpcCall(byte[] service, String serviceName, String methodName, @Nullable List<HeaderPair> metadata,
			byte[] message, int timeoutMilliseconds) {
		SizeLimits sizes = this.vm.settings().sizes();
		sizes.checkCallBody(message);
		BoundedHeaders.check((metadata != null) ? metadata : List.of(), sizes);
		return this.vm.outside(() -> call(this.vm.context(), service, serviceName + "/" + methodName, metadata, message,
				timeoutMilliseconds));
	}

	@Override
	public int grpcStream(byte[] service, String serviceName, String methodName, @Nullable List<HeaderPair> metadata) {
		BoundedHeaders.check((metadata != null) ? metadata : List.of(), this.vm.settings().sizes());
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
		this.vm.outside(() -> halfClose(token));
	}

	private int call(ContextScope context, byte[] service, String method, @Nullable List<HeaderPair> metadata,
			byte[] request, int timeoutMilliseconds) {
		Duration timeout = (timeoutMilliseconds > 0) ? Duration.ofMillis(timeoutMilliseconds)
				: this.vm.settings().streamLimits().calloutTimeout();
		int token = this.pending.nextUnary();
		GrpcTarget target = GrpcTarget.of(service);
		GrpcCall call = start(context, new PendingUnaryCallout(this.pending, context, token, target.upstream()), target,
				method, metadata, timeout);
		if (call != null) {
			call.send(request);
			call.halfClose();
		}
		return token;
	}

	private int stream(ContextScope context, byte[] service, String method, @Nullable List<HeaderPair> metadata) {
		int token = this.pending.nextStream();
		GrpcTarget target = GrpcTarget.of(service);
		start(context, new PendingGrpcStream(this.pending, context, token, target.upstream()), target, method, metadata,
				null);
		return token;
	}

	/**
	 * Starts a call. Returns {@code null} if its method or metadata cannot be sent. As in
	 * Envoy, the call then ends with a callback.
	 */
	private @Nullable GrpcCall start(ContextScope context, PendingGrpcCallout started, GrpcTarget target, String method,
			@Nullable List<HeaderPair> metadata, @Nullable Duration timeout) {
		if (this.pending.isFull()) {
			throw StatusException.of(Status.INTERNAL_FAILURE);
		}
		if (!METHOD.matcher(method).matches()) {
			RefusedCallout.invalidMethod(this.vm.settings(), target.upstream(), method);
			endUnavailable(started, "The name of the method is invalid");
			return null;
		}
		if (metadata == null) {
			endUnavailable(started, "The metadata is invalid");
			return null;
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
		this.pending.add(started);
		return call;
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
	 * upstream was specified by a message also ends with a callback.
	 */
	private StatusException refused(ContextScope context, int token, Status status, String message) {
		if (status == Status.INTERNAL_FAILURE) {
			endUnavailable(new PendingUnaryCallout(this.pending, context, token, ""), message);
		}
		return StatusException.of(status);
	}

	/**
	 * Ends a call that is not made with a callback. It is pending until then, so that the
	 * limit of pending calls includes it.
	 */
	private void endUnavailable(PendingGrpcCallout call, String message) {
		this.pending.add(call);
		call.enter(() -> {
			this.pending.ended(call);
			callbacks().status(UNAVAILABLE, message);
			callbacks().close(call.root(), call.token(), UNAVAILABLE);
		});
	}

	/** Sends a message. As in Envoy, it is lost if the server has ended the stream. */
	private void send(int token, byte[] data, boolean endOfStream) {
		if (this.pending.isEndedByServer(token)) {
			return;
		}
		PendingGrpcCallout stream = this.pending.findStream(token);
		stream.send(data);
		if (endOfStream) {
			stream.halfClose();
		}
	}

	/** Closes the sending side of a stream. As in Envoy, a unary call is cancelled. */
	private void halfClose(int token) {
		if (GrpcTokens.isUnary(token)) {
			cancel(token);
		}
		else if (!this.pending.forgetEndedByServer(token)) {
			this.pending.findStream(token).halfClose();
		}
	}

	private void cancel(int token) {
		if (!this.pending.forgetEndedByServer(token)) {
			this.pending.cancel(token);
		}
	}

	@Override
	public void capture() {
		this.pending.capture();
	}

	@Override
	public void restore() {
		this.pending.restore();
	}

	void cancelAll(RootScope root) {
		this.pending.cancelAll(root);
	}

	void cancelAll() {
		this.pending.cancelAll();
	}

	GrpcCallbacks callbacks() {
		return this.pending.callbacks();
	}

}
