package io.gatewaywasm.boot.cel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

import dev.cel.common.CelValidationException;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelUnknownSet;
import io.gatewaywasm.host.abi.PrintableText;
import io.gatewaywasm.host.abi.PropertyEncoding;
import io.gatewaywasm.host.abi.Status;
import io.gatewaywasm.host.abi.StatusException;
import io.gatewaywasm.host.spi.ForeignCall;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Envoy's foreign functions for CEL expressions. The variables of an expression are the
 * properties that the guest could read itself at that time; its value is encoded as that
 * of a property. An expression belongs to the root context that created it, and is known
 * by a token of 32 bits, little-endian.
 */
public final class CelFunctions {

	private static final Logger logger = LoggerFactory.getLogger(CelFunctions.class);

	private final ExpressionCompiler compiler = new ExpressionCompiler();

	private final int maximum;

	/**
	 * Create new functions.
	 * @param maximum how many expressions each root context can have at a time
	 */
	public CelFunctions(int maximum) {
		this.maximum = maximum;
	}

	/**
	 * {@code expr_create}: compile an expression.
	 * @param call the call
	 * @param arguments the text of the expression
	 * @return the token
	 */
	public byte[] create(ForeignCall call, byte[] arguments) {
		try {
			CelRuntime.Program program = this.compiler.compile(new String(arguments, StandardCharsets.UTF_8));
			int token = expressions(call).add(program);
			return ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(token).array();
		}
		catch (CelValidationException | CelEvaluationException ex) {
			logger.info("Wasm plugin '{}' has an expression that is not valid: {}", call.plugin(),
					PrintableText.of(String.valueOf(ex.getMessage()), PrintableText.MESSAGE));
			throw StatusException.of(Status.BAD_ARGUMENT);
		}
	}

	/**
	 * {@code expr_evaluate}: evaluate an expression.
	 * @param call the call
	 * @param arguments the token
	 * @return the value
	 */
	public byte[] evaluate(ForeignCall call, byte[] arguments) {
		CelRuntime.Program program = expressions(call).find(token(arguments));
		Object value;
		try {
			value = program.eval((name) -> PropertyVariables.find(call, name));
		}
		catch (CelEvaluationException ex) {
			logger.debug("Expression of Wasm plugin '{}' has no value: {}", call.plugin(),
					PrintableText.of(String.valueOf(ex.getMessage()), PrintableText.MESSAGE));
			throw StatusException.of(Status.INTERNAL_FAILURE);
		}
		if (value instanceof CelUnknownSet) {
			logger.debug("Expression of Wasm plugin '{}' needs a property that does not exist", call.plugin());
			throw StatusException.of(Status.INTERNAL_FAILURE);
		}
		try {
			return PropertyEncoding.encode(CelValues.fromCel(value));
		}
		catch (IllegalArgumentException ex) {
			throw StatusException.of(Status.SERIALIZATION_FAILURE);
		}
	}

	/**
	 * {@code expr_delete}: forget an expression.
	 * @param call the call
	 * @param arguments the token
	 * @return nothing
	 */
	public byte[] delete(ForeignCall call, byte[] arguments) {
		expressions(call).remove(token(arguments));
		return new byte[0];
	}

	private Expressions expressions(ForeignCall call) {
		return call.data(Expressions.class, () -> new Expressions(this.maximum));
	}

	private static int token(byte[] arguments) {
		if (arguments.length != Integer.BYTES) {
			throw StatusException.of(Status.BAD_ARGUMENT);
		}
		return ByteBuffer.wrap(arguments).order(ByteOrder.LITTLE_ENDIAN).getInt();
	}

}
