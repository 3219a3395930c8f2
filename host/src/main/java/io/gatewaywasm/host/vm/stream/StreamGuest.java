package io.gatewaywasm.host.vm.stream;

import io.gatewaywasm.host.spi.HttpStream;
import io.gatewaywasm.host.vm.GuestCalls;
import io.gatewaywasm.host.vm.VmStream;

/**
 * The part of a stream that is needed to show messages to its guest.
 */
interface StreamGuest {

	GuestCalls calls();

	/** Returns the context in which callbacks run. */
	VmStream context();

	HttpStream httpStream();

	StreamPolicy policy();

}
