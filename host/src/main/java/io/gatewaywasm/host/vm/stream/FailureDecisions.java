package io.gatewaywasm.host.vm.stream;

import java.util.List;

import io.gatewaywasm.host.spi.Decision;
import io.gatewaywasm.host.spi.LocalResponse;

/**
 * The decisions about messages whose filter failed.
 */
final class FailureDecisions {

	private static final int GRPC_UNAVAILABLE = 14;

	/** The decision with the fail strategy {@code closed}. */
	static final Decision CLOSED = new Decision.Respond(
			new LocalResponse(503, "wasm_fail_stream", new byte[0], List.of(), GRPC_UNAVAILABLE));

	/** The decision about a body of which a changed part was already sent on. */
	static final Decision BROKEN = new Decision.Reset(
			"the filter failed in the middle of a body that it was rewriting");

	private FailureDecisions() {
	}

}
