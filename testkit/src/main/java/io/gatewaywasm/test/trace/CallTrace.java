package io.gatewaywasm.test.trace;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;

/**
 * The calls between a filter and its host, in order. The result of {@link #toString()} is
 * intended for people.
 */
public final class CallTrace {

	private final List<TracedCall> callbacks = new ArrayList<>();

	private final Deque<TracedCall> open = new ArrayDeque<>();

	/** Clears the trace. */
	public void clear() {
		this.callbacks.clear();
		this.open.clear();
	}

	TracedCall begin(String function, List<String> arguments) {
		TracedCall call = new TracedCall(function, arguments);
		TracedCall parent = this.open.peek();
		if (parent != null) {
			parent.add(call);
		}
		else {
			this.callbacks.add(call);
		}
		this.open.push(call);
		return call;
	}

	void end(TracedCall call, String result, List<String> values) {
		call.end(result, values);
		leave(call);
	}

	/** Marks a call, and the calls inside of it, as not returned. */
	void leave(TracedCall call) {
		if (this.open.contains(call)) {
			TracedCall last;
			do {
				last = this.open.pop();
			}
			while (last != call);
		}
	}

	/**
	 * Returns the callbacks of the filter, each with the host calls it has made.
	 * @return the callbacks in order
	 */
	public List<TracedCall> callbacks() {
		return Collections.unmodifiableList(this.callbacks);
	}

	/**
	 * Returns the host calls of the filter.
	 * @return the host calls in order
	 */
	public List<TracedCall> hostCalls() {
		return this.callbacks.stream().flatMap((callback) -> nested(callback).skip(1)).toList();
	}

	/**
	 * Returns the calls of one function in either direction.
	 * @param function the name, for example {@code proxy_log}
	 * @return the calls in order
	 */
	public List<TracedCall> calls(String function) {
		return this.callbacks.stream()
			.flatMap(CallTrace::nested)
			.filter((call) -> call.function().equals(function))
			.toList();
	}

	private static Stream<TracedCall> nested(TracedCall call) {
		return Stream.concat(Stream.of(call), call.calls().stream().flatMap(CallTrace::nested));
	}

	/**
	 * Formats all calls, one per line, with nested calls indented. Consecutive calls of
	 * WASI share a line, unless they write text.
	 * @return the text
	 */
	@Override
	public String toString() {
		StringBuilder text = new StringBuilder();
		describe(text, this.callbacks, "");
		return text.toString();
	}

	static void describe(StringBuilder text, List<TracedCall> calls, String indent) {
		int index = 0;
		while (index < calls.size()) {
			List<TracedCall> noise = calls.subList(index, calls.size())
				.stream()
				.takeWhile(TracedCall::isNoise)
				.toList();
			if (noise.size() > 1) {
				text.append(indent).append(summary(noise)).append('\n');
				index += noise.size();
			}
			else {
				calls.get(index).describe(text, indent);
				index++;
			}
		}
	}

	private static String summary(List<TracedCall> calls) {
		List<String> functions = calls.stream().map(TracedCall::function).distinct().toList();
		return (functions.size() == 1) ? functions.get(0) + " × " + calls.size()
				: calls.size() + " WASI calls (" + String.join(", ", functions) + ")";
	}

}
