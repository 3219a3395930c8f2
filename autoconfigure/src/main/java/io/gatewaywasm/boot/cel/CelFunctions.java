package io.gatewaywasm.boot.cel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

import dev.cel.common.CelValidationException;
import dev.cel.runtime.CelEvaluationException;
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
 * properties that the guest can read when the expression is evaluated, and its value is
 * encoded like that of a property. An expression belongs to the root context that created
 * it, and is identified by a 32-bit little-endian token.
 */
public final class CelFunctions {

	private static final Logger logger = LoggerFactory.getLogger(CelFunctions.class);

	private final ExpressionCompiler compiler = new ExpressionCompiler();

	private final InvalidExpressionLog invalid = new InvalidExpressionLog();

	private final int maximum;

	/**
	 * Creates the functions.
	 * @param maximum the number of expressions that a root context can hold at a time
	 */
	public CelFunctions(int maximum) {
		this.maximum = maximum;
	}

	/**
	 * {@code expr_create}: compiles an expression and returns its token.
	 * @param call the call
	 * @param arguments the text of the expression
	 */
	public byte[] create(ForeignCall call, byte[] arguments) {
		try {
			Expression expression = this.compiler.compile(new String(arguments, StandardCharsets.UTF_8));
			int token = expressions(call).add(expression);
			return ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(token).array();
		}
		catch (CelValidationException | CelEvaluationException ex) {
			this.invalid.invalid(call.plugin(), String.valueOf(ex.getMessage()));
			throw StatusException.of(Status.BAD_ARGUMENT);
		}
	}

	/**
	 * {@code expr_evaluate}: evaluates an expression and returns its value.
	 * @param call the call
	 * @param arguments the token
	 */
	public byte[] evaluate(ForeignCall call, byte[] arguments) {
		Expression expression = expressions(call).find(token(arguments));
		Object value;
		try {
			value = expression.evaluate(call);
		}
		catch (CelEvaluationException | EvaluationLimit.LimitExceededException ex) {
			logger.debug("An expression of Wasm plugin '{}' could not be evaluated: {}", call.plugin(),
					PrintableText.of(String.valueOf(ex.getMessage()), PrintableText.MESSAGE));
			throw StatusException.of(Status.INTERNAL_FAILURE);
		}
		if (value instanceof CelUnknownSet) {
			logger.debug("An expression of Wasm plugin '{}' refers to a property that does not exist", call.plugin());
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
	 * {@code expr_delete}: deletes an expression.
	 * @param call the call
	 * @param arguments the token
	 * @return no bytes
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
