package io.gatewaywasm.boot.cel;

import java.util.HashMap;
import java.util.Map;

import io.gatewaywasm.host.abi.Status;
import io.gatewaywasm.host.abi.StatusException;
import io.gatewaywasm.host.spi.CopyableData;

/**
 * The expressions of one root context, by token.
 */
final class Expressions implements CopyableData {

	/**
	 * The maximum number of characters of all expressions. A compiled expression takes
	 * several hundred bytes for each character, which count as no guest's memory.
	 */
	private static final int MAX_CHARACTERS = 256 * 1024;

	private final int maximum;

	private final Map<Integer, Expression> expressions = new HashMap<>();

	private int characters;

	private int nextToken;

	/**
	 * Creates an empty set that can hold at most {@code maximum} expressions.
	 */
	Expressions(int maximum) {
		this.maximum = maximum;
	}

	int add(Expression expression) {
		if (this.expressions.size() >= this.maximum || this.characters + expression.length() > MAX_CHARACTERS) {
			throw StatusException.of(Status.INTERNAL_FAILURE);
		}
		while (this.expressions.putIfAbsent(this.nextToken, expression) != null) {
			this.nextToken++;
		}
		this.characters += expression.length();
		return this.nextToken++;
	}

	Expression find(int token) {
		Expression expression = this.expressions.get(token);
		if (expression == null) {
			throw StatusException.of(Status.NOT_FOUND);
		}
		return expression;
	}

	@Override
	public Expressions copy() {
		Expressions copy = new Expressions(this.maximum);
		copy.expressions.putAll(this.expressions);
		copy.characters = this.characters;
		copy.nextToken = this.nextToken;
		return copy;
	}

	void remove(int token) {
		Expression removed = this.expressions.remove(token);
		if (removed != null) {
			this.characters -= removed.length();
		}
	}

}
