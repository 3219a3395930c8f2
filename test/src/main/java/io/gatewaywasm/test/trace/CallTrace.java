package io.gatewaywasm.test.trace;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;

/**
 * The calls between a filter and its host, in order. Its {@link #toString() text} is for
 * people.
 */
public final class CallTrace {

	private final List<TracedCall> callbacks = new ArrayList<>();

	private final Deque<TracedCall> open = new ArrayDeque<>();

	/** Forget everything. */
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

	/** A call did not return: nor did those inside of it. */
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
	 * Return the calls that the host made: the filter's callbacks, with what each called.
	 * @return the callbacks in order
	 */
	public List<TracedCall> callbacks() {
		return Collections.unmodifiableList(this.callbacks);
	}

	/**
	 * Return the calls that the filter made.
	 * @return the host calls in order
	 */
	public List<TracedCall> hostCalls() {
		return this.callbacks.stream().flatMap((callback) -> nested(callback).skip(1)).toList();
	}

	/**
	 * Return the calls of one function, either way.
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
	 * Return all calls, a line for each, those inside of others indented.
	 * @return the text
	 */
	@Override
	public String toString() {
		StringBuilder text = new StringBuilder();
		this.callbacks.forEach((callback) -> callback.describe(text, ""));
		return text.toString();
	}

}
