package io.gatewaywasm.boot.cel;

import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.stream.Stream;

import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.ExprKind.Kind;
import dev.cel.common.values.CelByteString;
import dev.cel.runtime.CelEvaluationListener;

/**
 * Ends an evaluation whose values become too large. An expression can double a string or
 * a list in each step, and can nest lists so that comparing or encoding them takes a time
 * that doubles with each level.
 */
final class ValueLimit implements CelEvaluationListener {

	/** The maximum size of one value: characters, bytes and elements at all levels. */
	private static final long MAX_VALUE = 1024 * 1024;

	/**
	 * The maximum size of all values that are created or read, without elements of
	 * elements. A function can look at all of a value that it reads.
	 */
	private static final long MAX_USED = 32 * MAX_VALUE;

	private final IdentityHashMap<Object, Long> nested = new IdentityHashMap<>();

	private long used;

	@Override
	public void callback(CelExpr expression, Object value) {
		Kind kind = expression.exprKind().getKind();
		Long known = (kind == Kind.IDENT || kind == Kind.SELECT) ? this.nested.get(value) : null;
		long size = (known != null) ? known : size(value);
		this.used += (value instanceof Collection<?> list) ? list.size() : isText(value) ? size : 1;
		if (size > MAX_VALUE || this.used > MAX_USED) {
			throw new ValueTooLargeException();
		}
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

	/** A value is too large. */
	static final class ValueTooLargeException extends RuntimeException {

		private static final long serialVersionUID = 1L;

		private ValueTooLargeException() {
			super("A value is too large", null, false, false);
		}

	}

}
