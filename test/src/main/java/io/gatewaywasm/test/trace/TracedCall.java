package io.gatewaywasm.test.trace;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * One call across the border between a filter and its host: a callback of the filter, or
 * inside of one a call of the host.
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
	 * Return the name of the function.
	 * @return the name, for example {@code proxy_get_header_map_value}
	 */
	public String function() {
		return this.function;
	}

	/**
	 * Return the arguments as they read.
	 * @return the arguments, text in double quotes
	 */
	public List<String> arguments() {
		return this.arguments;
	}

	/**
	 * Return what the function returned.
	 * @return a status, for example {@code OK} or {@code NOT_FOUND}, or a callback's
	 * result; empty if it returned nothing, {@code null} if it has not returned
	 */
	public @Nullable String result() {
		return this.result;
	}

	/**
	 * Return what a host call wrote into the filter's memory.
	 * @return the values as they read, text in double quotes
	 */
	public List<String> values() {
		return this.values;
	}

	/**
	 * Return the calls that were made while this one ran.
	 * @return the calls in order
	 */
	public List<TracedCall> calls() {
		return Collections.unmodifiableList(this.calls);
	}

	void describe(StringBuilder text, String indent) {
		text.append(indent).append(this).append('\n');
		this.calls.forEach((call) -> call.describe(text, indent + "    "));
	}

	/**
	 * Return the call in one line.
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
