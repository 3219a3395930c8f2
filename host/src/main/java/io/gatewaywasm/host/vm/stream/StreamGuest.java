package io.gatewaywasm.host.vm.stream;

import java.time.Duration;

import io.gatewaywasm.host.spi.Cancellable;
import io.gatewaywasm.host.spi.HttpStream;
import io.gatewaywasm.host.vm.GuestCallbacks;
import io.gatewaywasm.host.vm.StreamVm;
import io.gatewaywasm.host.vm.VmStream;
import org.jspecify.annotations.Nullable;

/**
 * A stream in its VM from the point of view of its messages. Used only inside the VM.
 */
interface StreamGuest {

	/** Returns the part of the VM that its streams use. */
	StreamVm host();

	default GuestCallbacks calls() {
		return host().guest();
	}

	/** Returns the context in which callbacks run. */
	VmStream context();

	HttpStream httpStream();

	StreamPolicy policy();

	/**
	 * Creates the context in the guest, unless it exists. Returns {@code false} if its
	 * root context refused to start.
	 */
	boolean create();

	/**
	 * Carries out a local response or a reset that the guest requested in a callback of
	 * this stream. Returns whether the stream was answered, so that the callback's result
	 * is ignored.
	 */
	boolean carryOutAnswer();

	/** Replaces a message whose body cannot be buffered. */
	void refuseBody(MessageKind kind);

	/** Forgets what the guest has changed of a response that is replaced. */
	void forgetSentResponse();

	/**
	 * Returns the bytes that the guest injects into the response, or {@code null} if
	 * there are none.
	 */
	@Nullable InjectedBody injected();

	/**
	 * Returns whether the guest has resumed a message, and clears the request.
	 */
	boolean takeResume(MessageKind kind);

	/** Starts the timer for a paused message, which gives up the stream. */
	Cancellable pauseTimer(MessageKind kind);

	/** Starts the timer for the next part of a body, which gives up the stream. */
	Cancellable bodyTimer(MessageKind kind, Duration delay);

}
