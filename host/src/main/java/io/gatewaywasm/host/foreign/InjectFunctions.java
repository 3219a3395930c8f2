package io.gatewaywasm.host.foreign;

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
		ProtobufMessage message = ProtobufMessage.parseArguments(arguments);
		call.injectResponseBody(message.bytes(BODY), message.flag(END_OF_STREAM));
		return new byte[0];
	}

}
