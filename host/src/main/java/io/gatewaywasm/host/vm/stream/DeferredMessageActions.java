package io.gatewaywasm.host.vm.stream;

import io.gatewaywasm.host.abi.Callback;
import io.gatewaywasm.host.vm.hostcall.Injection;
import org.jspecify.annotations.Nullable;

/**
 * The resumes and injected bytes that a guest has requested with host calls. They take
 * effect when the callback has returned. Used only inside the VM.
 */
final class DeferredMessageActions {

	private final StreamGuest guest;

	private final StreamMessages messages;

	/** Created for the first bytes that the guest injects into the response. */
	private @Nullable InjectedBody injected;

	private boolean resumeRequest;

	private boolean resumeResponse;

	DeferredMessageActions(StreamGuest guest, StreamMessages messages) {
		this.guest = guest;
		this.messages = messages;
	}

	/** Adds bytes that the guest injects into the response. */
	Injection inject(byte[] data, boolean endOfStream) {
		if (this.guest.context().isOver() || this.guest.context().isLogging()) {
			return Injection.TOO_LATE;
		}
		StreamDirection response = this.messages.response();
		if (!response.shown().isStarted()) {
			return Injection.TOO_EARLY;
		}
		InjectedBody body = openInjection();
		if (body.isEnded() || !response.takesInjection()) {
			return Injection.TOO_LATE;
		}
		boolean bodyComes = response.shown().headersKept() || this.guest.calls().has(Callback.RESPONSE_BODY)
				|| body.isSent();
		if (this.guest.httpStream().isBodyReadOnly() || !bodyComes) {
			return Injection.NO_BODY;
		}
		Injection result = body.offer(data, endOfStream);
		if (result == Injection.ACCEPTED) {
			this.guest.host().contexts().defer(this.guest.context());
		}
		return result;
	}

	private InjectedBody openInjection() {
		InjectedBody open = this.injected;
		if (open == null) {
			open = new InjectedBody(this.guest.policy().limits().bodyBuffer());
			this.injected = open;
		}
		return open;
	}

	/**
	 * Returns the bytes that the guest has injected, or {@code null} if there are none.
	 */
	@Nullable InjectedBody injected() {
		return this.injected;
	}

	/** Resumes a message. */
	void resume(MessageKind kind) {
		// As in Envoy, the resume of either message makes the request inaccessible
		this.messages.request().shown().revokeAccess();
		if (kind == MessageKind.REQUEST) {
			this.resumeRequest = true;
		}
		else {
			this.resumeResponse = true;
		}
		this.guest.host().contexts().defer(this.guest.context());
	}

	/**
	 * Returns whether the guest has resumed a message, and clears the request.
	 */
	boolean takeResume(MessageKind kind) {
		boolean requested = (kind == MessageKind.REQUEST) ? this.resumeRequest : this.resumeResponse;
		if (kind == MessageKind.REQUEST) {
			this.resumeRequest = false;
		}
		else {
			this.resumeResponse = false;
		}
		return requested;
	}

	/** Runs the actions of a callback, possibly of another context. */
	void run() {
		this.messages.response().sendInjection();
		this.messages.request().carryOutResume();
		this.messages.response().carryOutResume();
	}

}
