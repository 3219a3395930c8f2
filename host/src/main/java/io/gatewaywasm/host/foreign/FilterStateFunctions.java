package io.gatewaywasm.host.foreign;

import java.util.List;

import io.gatewaywasm.host.abi.Status;
import io.gatewaywasm.host.abi.StatusException;
import io.gatewaywasm.host.spi.ForeignCall;
import io.gatewaywasm.host.spi.PropertyDeclaration;

/**
 * The functions {@code set_envoy_filter_state} and {@code declare_property}. A property
 * can be declared for the life span of the client's connection. All other values live as
 * long as the exchange.
 */
final class FilterStateFunctions {

	/** Field of {@code SetEnvoyFilterStateArguments}. */
	private static final int PATH = 1;

	/** Field of {@code SetEnvoyFilterStateArguments}. */
	private static final int VALUE = 2;

	/** Field of {@code DeclarePropertyArguments}. */
	private static final int NAME = 1;

	/** Field of {@code DeclarePropertyArguments}. */
	private static final int READ_ONLY = 2;

	/** Field of {@code DeclarePropertyArguments}: the enumeration {@code WasmType}. */
	private static final int TYPE = 3;

	private static final int TYPE_STRING = 1;

	/** Field of {@code DeclarePropertyArguments}: the enumeration {@code LifeSpan}. */
	private static final int SPAN = 5;

	private static final int SPAN_CONNECTION = 2;

	private FilterStateFunctions() {
	}

	/**
	 * Sets an object of the filter state under the given name, in contrast to
	 * {@code set_property}, which adds the prefix {@code wasm.}. Envoy accepts only names
	 * with a registered factory. This host accepts any name that is not empty, and stores
	 * the value unchanged. {@code arguments} is a {@code SetEnvoyFilterStateArguments}.
	 * Returns no bytes.
	 */
	static byte[] set(ForeignCall call, byte[] arguments) {
		ProtobufMessage message = ProtobufMessage.parseArguments(arguments);
		String path = message.text(PATH);
		if (call.stream() == null || path.isEmpty()) {
			throw StatusException.of(Status.NOT_FOUND);
		}
		call.setProperty(List.of("filter_state", path), message.bytes(VALUE));
		return new byte[0];
	}

	static byte[] declareProperty(ForeignCall call, byte[] arguments) {
		ProtobufMessage message = ProtobufMessage.parseArguments(arguments);
		PropertyDeclaration declaration = new PropertyDeclaration(message.flag(READ_ONLY),
				message.number(TYPE) == TYPE_STRING, message.number(SPAN) == SPAN_CONNECTION);
		if (!call.declareProperty(message.text(NAME), declaration)) {
			throw StatusException.of(Status.BAD_ARGUMENT);
		}
		return new byte[0];
	}

}
