package io.gatewaywasm.host.vm.stream;

import io.gatewaywasm.host.spi.Cancellable;
import io.gatewaywasm.host.spi.HttpStream;
import io.gatewaywasm.host.vm.GuestCalls;
import io.gatewaywasm.host.vm.StreamHost;
import io.gatewaywasm.host.vm.VmStream;

/**
 * A stream in its VM from the point of view of its messages. Used only inside the VM.
 */
interface StreamGuest {

	/** Returns the part of the VM that its streams use. */
	StreamHost host();

	GuestCalls calls();

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
	boolean settleControl();

	/** Answers a message whose body exceeds the limit. */
	void bodyTooLarge(MessageKind kind, int limit);

	/** Starts the timer for a paused message, which gives up the stream. */
	Cancellable pauseTimer(MessageKind kind);

}
