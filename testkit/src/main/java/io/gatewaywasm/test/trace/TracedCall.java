package io.gatewaywasm.test.trace;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A call between a filter and its host: a callback of the filter, or, inside of one, a
 * host call.
 */
public final class TracedCall {

	private final String function;

	private final List<String> arguments;

	private final List<TracedCall> calls = new ArrayList<>();

	private @Nullable String result;

	private List<String> values = List.of();

	TracedCall(String function, List<String> arguments) {
		this.function = function;
		this.arguments = List.copyOf(arguments);
	}

	void add(TracedCall call) {
		this.calls.add(call);
	}

	void end(String newResult, List<String> newValues) {
		this.result = newResult;
		this.values = List.copyOf(newValues);
	}

	/**
	 * Returns the name of the function.
	 * @return the name, for example {@code proxy_get_header_map_value}
	 */
	public String function() {
		return this.function;
	}

	/**
	 * Returns the formatted arguments.
	 * @return the arguments, text in double quotes
	 */
	public List<String> arguments() {
		return this.arguments;
	}

	/**
	 * Returns the result of the function.
	 * @return a status, for example {@code OK} or {@code NOT_FOUND}, or the result of a
	 * callback; empty if the function has no result, {@code null} if it has not returned
	 */
	public @Nullable String result() {
		return this.result;
	}

	/**
	 * Returns the values that a host call has written to the filter's memory.
	 * @return the formatted values, text in double quotes
	 */
	public List<String> values() {
		return this.values;
	}

	/**
	 * Returns the calls inside of this one.
	 * @return the calls in order
	 */
	public List<TracedCall> calls() {
		return Collections.unmodifiableList(this.calls);
	}

	/**
	 * Returns the calls inside of this one in the format of {@link CallTrace}.
	 * @return one line per call, with nested calls indented
	 */
	public List<String> lines() {
		StringBuilder text = new StringBuilder();
		CallTrace.describe(text, this.calls, "");
		return text.toString().lines().toList();
	}

	void describe(StringBuilder text, String indent) {
		text.append(indent).append(this).append('\n');
		CallTrace.describe(text, this.calls, indent + "    ");
	}

	/**
	 * Returns whether the call is one of those to WASI that the libraries of languages
	 * make, and neither writes text nor ends the VM.
	 */
	boolean isNoise() {
		boolean writes = this.function.equals("fd_write") || this.function.equals("fd_pwrite");
		return CallParameters.isWasi(this.function) && !writes && this.result != null;
	}

	/**
	 * Formats the call in one line.
	 * @return function, arguments, result and values
	 */
	@Override
	public String toString() {
		StringBuilder text = new StringBuilder(this.function);
		text.append('(').append(String.join(", ", this.arguments)).append(')');
		if (this.result == null) {
			text.append(" did not return");
		}
		else if (!this.result.isEmpty()) {
			text.append(" = ").append(this.result);
		}
		this.values.forEach((value) -> text.append(' ').append(value));
		return text.toString();
	}

}
