package io.gatewaywasm.boot.cel;

import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.Map;

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

	/** The maximum size of all values that are created, without elements of elements. */
	private static final long MAX_CREATED = 16 * MAX_VALUE;

	private final IdentityHashMap<Object, Long> nested = new IdentityHashMap<>();

	private long created;

	@Override
	public void callback(CelExpr expression, Object value) {
		long size = size(value);
		Kind kind = expression.exprKind().getKind();
		if (kind != Kind.IDENT && kind != Kind.SELECT) {
			this.created += (value instanceof Collection<?> list) ? list.size() : isText(value) ? size : 1;
		}
		if (size > MAX_VALUE || this.created > MAX_CREATED) {
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
			return nested(list, list);
		}
		return (value instanceof Map<?, ?> map) ? nested(map, map.values()) + map.size() : 1;
	}

	/** Remembers sizes, because elements that occur repeatedly are the same objects. */
	private long nested(Object value, Collection<?> elements) {
		long size = 1;
		for (Object element : elements) {
			Long known = this.nested.get(element);
			size += (known != null) ? known : size(element);
			if (size > MAX_VALUE) {
				break;
			}
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
