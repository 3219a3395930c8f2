package io.gatewaywasm.host.foreign;

import io.gatewaywasm.host.abi.ProtobufMessage;
import io.gatewaywasm.host.abi.Status;
import io.gatewaywasm.host.abi.StatusException;
import io.gatewaywasm.host.spi.ForeignCall;

/**
 * Higress's function {@code inject_encoded_data_to_filter_chain_on_header}, which lets a
 * headers callback add a body to a response, even to one without a body.
 */
final class InjectFunctions {

	/** Field of {@code InjectEncodedDataToFilterChainArguments}. */
	private static final int BODY = 1;

	/** Field of {@code InjectEncodedDataToFilterChainArguments}. */
	private static final int END_OF_STREAM = 2;

	private InjectFunctions() {
	}

	static byte[] inject(ForeignCall call, byte[] arguments) {
		ProtobufMessage message = parse(arguments);
		call.injectResponseBody(message.bytes(BODY), message.flag(END_OF_STREAM));
		return new byte[0];
	}

	private static ProtobufMessage parse(byte[] arguments) {
		try {
			return ProtobufMessage.parse(arguments);
		}
		catch (IllegalArgumentException ex) {
			throw StatusException.of(Status.BAD_ARGUMENT);
		}
	}

}
