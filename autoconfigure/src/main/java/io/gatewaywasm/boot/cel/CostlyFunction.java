package io.gatewaywasm.boot.cel;

import java.util.function.ToLongFunction;

import dev.cel.parser.Operator;
import org.jspecify.annotations.Nullable;

/**
 * A function whose time depends on more than the size of its result. The unit of a cost
 * is about the time to compare one character.
 */
enum CostlyFunction {

	/** Compares the text with the searched text at each position. */
	CONTAINS {

		@Override
		long cost(Object text, Object searched, ToLongFunction<Object> size) {
			return size.applyAsLong(text) * size.applyAsLong(searched);
		}

	},

	/** Can follow each instruction of the regular expression at each character. */
	MATCHES {

		@Override
		long cost(Object text, Object regex, ToLongFunction<Object> size) {
			String pattern = String.valueOf(regex);
			long program = RegexSize.of(pattern);
			// The expression is compiled for each call.
			return (program > MAX_REGEX) ? TOO_MUCH
					: STEP * ((size.applyAsLong(text) + 1) * program + pattern.length());
		}

	},

	/** Compares the elements at all levels. */
	EQUALS {

		@Override
		long cost(Object one, Object other, ToLongFunction<Object> size) {
			return STEP * Math.min(size.applyAsLong(one), size.applyAsLong(other));
		}

	},

	/** Compares each element of a list with the value. */
	IN {

		@Override
		long cost(Object value, Object list, ToLongFunction<Object> size) {
			return STEP * size.applyAsLong(list);
		}

	};

	/** The maximum number of instructions of a regular expression. */
	static final int MAX_REGEX = 1000;

	/** More than any evaluation can use. Twice as much is still a number. */
	static final long TOO_MUCH = Long.MAX_VALUE / 2;

	/** The cost of a step of a regular expression, or of a comparison of two elements. */
	private static final long STEP = 8;

	/**
	 * Returns the cost of a call. {@code size} returns the size of a value with its
	 * elements at all levels.
	 */
	abstract long cost(Object first, Object second, ToLongFunction<Object> size);

	/**
	 * Returns the function with a name, or {@code null} if its cost is that of its
	 * result.
	 */
	static @Nullable CostlyFunction find(String name) {
		if (name.equals("contains")) {
			return CONTAINS;
		}
		if (name.equals("matches")) {
			return MATCHES;
		}
		if (name.equals(Operator.EQUALS.getFunction()) || name.equals(Operator.NOT_EQUALS.getFunction())) {
			return EQUALS;
		}
		return name.equals(Operator.IN.getFunction()) ? IN : null;
	}

}
