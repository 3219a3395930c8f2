package io.gatewaywasm.host.foreign;

import java.util.List;

import io.gatewaywasm.host.abi.ProtobufMessage;
import io.gatewaywasm.host.abi.Status;
import io.gatewaywasm.host.abi.StatusException;
import io.gatewaywasm.host.spi.ForeignCall;
import io.gatewaywasm.host.spi.PropertyDeclaration;

/**
 * {@code set_envoy_filter_state} and {@code declare_property}. The life spans of Envoy's
 * filter state, in both the field {@code span}, are one here: the exchange.
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

	private FilterStateFunctions() {
	}

	/**
	 * Set an object of the filter state by its own name; {@code set_property} puts
	 * {@code wasm.} in front of it. Envoy knows only the names that it has factories for;
	 * here each name is as good as any other, and the value stays as it is.
	 * @param call the call
	 * @param arguments a {@code SetEnvoyFilterStateArguments}
	 * @return nothing
	 */
	static byte[] set(ForeignCall call, byte[] arguments) {
		ProtobufMessage message = parse(arguments);
		String path = message.text(PATH);
		if (call.stream() == null || path.isEmpty()) {
			throw StatusException.of((call.stream() == null) ? Status.NOT_FOUND : Status.BAD_ARGUMENT);
		}
		call.setProperty(List.of("filter_state", path), message.bytes(VALUE));
		return new byte[0];
	}

	static byte[] declareProperty(ForeignCall call, byte[] arguments) {
		ProtobufMessage message = parse(arguments);
		PropertyDeclaration declaration = new PropertyDeclaration(message.flag(READ_ONLY),
				message.number(TYPE) == TYPE_STRING);
		if (!call.declareProperty(message.text(NAME), declaration)) {
			throw StatusException.of(Status.BAD_ARGUMENT);
		}
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
