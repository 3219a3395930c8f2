package io.gatewaywasm.boot.cel;

import java.util.HashMap;
import java.util.Map;

import dev.cel.runtime.CelRuntime;
import io.gatewaywasm.host.abi.Status;
import io.gatewaywasm.host.abi.StatusException;
import io.gatewaywasm.host.spi.CopyableData;

/**
 * The expressions of one root context, by token.
 */
final class Expressions implements CopyableData {

	private final int maximum;

	private final Map<Integer, CelRuntime.Program> programs = new HashMap<>();

	private int nextToken;

	/**
	 * Creates an empty set that can hold at most {@code maximum} expressions.
	 */
	Expressions(int maximum) {
		this.maximum = maximum;
	}

	int add(CelRuntime.Program program) {
		if (this.programs.size() >= this.maximum) {
			throw StatusException.of(Status.INTERNAL_FAILURE);
		}
		while (this.programs.putIfAbsent(this.nextToken, program) != null) {
			this.nextToken++;
		}
		return this.nextToken++;
	}

	CelRuntime.Program find(int token) {
		CelRuntime.Program program = this.programs.get(token);
		if (program == null) {
			throw StatusException.of(Status.NOT_FOUND);
		}
		return program;
	}

	@Override
	public Expressions copy() {
		Expressions copy = new Expressions(this.maximum);
		copy.programs.putAll(this.programs);
		copy.nextToken = this.nextToken;
		return copy;
	}

	void remove(int token) {
		this.programs.remove(token);
	}

}
