package io.gatewaywasm.boot.cel;

import java.util.Collection;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.stream.Stream;

import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.ExprKind.Kind;
import dev.cel.common.values.CelByteString;
import dev.cel.runtime.CelEvaluationListener;

/**
 * Ends an evaluation whose values become too large, or whose calls take too long. An
 * expression can double a string or a list in each step, and can nest lists so that
 * comparing or encoding them takes a time that doubles with each level. It can also
 * search a large text for a large text, which nothing could interrupt.
 */
final class EvaluationLimit implements CelEvaluationListener {

	/** The maximum size of one value: characters, bytes and elements at all levels. */
	private static final long MAX_VALUE = 1024 * 1024;

	/**
	 * The maximum size of all values that are created or read, without elements of
	 * elements. A function can look at all of a value that it reads.
	 */
	private static final long MAX_USED = 32 * MAX_VALUE;

	/** The maximum {@linkplain CostlyFunction cost} of all calls together. */
	private static final long MAX_COST = 128 * MAX_VALUE;

	private final CostlyCalls calls;

	private final Map<Long, Object> firstArguments = new HashMap<>();

	private final IdentityHashMap<Object, Long> nested = new IdentityHashMap<>();

	private long used;

	private long cost;

	EvaluationLimit(CostlyCalls calls) {
		this.calls = calls;
	}

	@Override
	public void callback(CelExpr expression, Object value) {
		Kind kind = expression.exprKind().getKind();
		Long known = (kind == Kind.IDENT || kind == Kind.SELECT) ? this.nested.get(value) : null;
		long size = (known != null) ? known : size(value);
		this.used += (value instanceof Collection<?> list) ? list.size() : isText(value) ? size : 1;
		if (size > MAX_VALUE || this.used > MAX_USED) {
			throw new LimitExceededException("A value is too large");
		}
		chargeCall(expression.id(), value);
		if (this.cost > MAX_COST) {
			throw new LimitExceededException("The evaluation takes too long");
		}
	}

	/** Adds the cost of a call whose arguments are known now. */
	private void chargeCall(long id, Object value) {
		CostlyCalls.Call call = this.calls.startingAfter(id);
		if (call != null) {
			Object first = this.firstArguments.get(call.first());
			long added = (first != null) ? call.function().cost(first, value, this::sizeOnce) : 0;
			this.cost = Math.min(CostlyFunction.TOO_MUCH, this.cost + added);
		}
		if (this.calls.isFirst(id)) {
			this.firstArguments.put(id, value);
		}
	}

	private long sizeOnce(Object value) {
		Long known = this.nested.get(value);
		return (known != null) ? known : size(value);
	}

	private static boolean isText(Object value) {
		return value instanceof String || value instanceof CelByteString;
	}

	private long size(Object value) {
		if (value instanceof String text) {
			return text.length();
		}
		if (value instanceof CelByteString bytes) {
			return bytes.size();
		}
		if (value instanceof Collection<?> list) {
			return nested(list, list.iterator());
		}
		return (value instanceof Map<?, ?> map)
				? nested(map, Stream.concat(map.keySet().stream(), map.values().stream()).iterator()) : 1;
	}

	/** Remembers sizes, because elements that occur repeatedly are the same objects. */
	private long nested(Object value, Iterator<?> elements) {
		long size = 1;
		while (elements.hasNext() && size <= MAX_VALUE) {
			Object element = elements.next();
			Long known = this.nested.get(element);
			size += (known != null) ? known : size(element);
		}
		this.nested.put(value, size);
		return size;
	}

	/** An evaluation exceeds a limit. */
	static final class LimitExceededException extends RuntimeException {

		private static final long serialVersionUID = 1L;

		private LimitExceededException(String message) {
			super(message, null, false, false);
		}

	}

}
