package io.gatewaywasm.host.vm.stream;

import java.util.EnumMap;
import java.util.Map;

import static io.gatewaywasm.host.vm.stream.StreamAction.ANSWER;
import static io.gatewaywasm.host.vm.stream.StreamAction.IGNORE;
import static io.gatewaywasm.host.vm.stream.StreamAction.INJECT;
import static io.gatewaywasm.host.vm.stream.StreamAction.INJECT_END;
import static io.gatewaywasm.host.vm.stream.StreamAction.KEEP_ALL;
import static io.gatewaywasm.host.vm.stream.StreamAction.KEEP_BODY;
import static io.gatewaywasm.host.vm.stream.StreamAction.KEEP_HEADERS;
import static io.gatewaywasm.host.vm.stream.StreamAction.KEEP_TRAILERS;
import static io.gatewaywasm.host.vm.stream.StreamAction.PASS_ON;
import static io.gatewaywasm.host.vm.stream.StreamAction.REFUSE;
import static io.gatewaywasm.host.vm.stream.StreamAction.SEND;
import static io.gatewaywasm.host.vm.stream.StreamAction.SEND_HEADERS;
import static io.gatewaywasm.host.vm.stream.StreamAction.SHOW_BODY;
import static io.gatewaywasm.host.vm.stream.StreamAction.SHOW_HEADERS;
import static io.gatewaywasm.host.vm.stream.StreamAction.SHOW_TRAILERS;
import static io.gatewaywasm.host.vm.stream.StreamAction.WAIT;

/**
 * The transition table of a {@link StreamDirection}. A cell that is not listed ignores
 * its input and keeps the state.
 */
final class StreamTransitions {

	private static final Map<StreamState, Map<StreamInput, StreamTransition>> TABLE = new EnumMap<>(StreamState.class);

	static {
		for (StreamState state : StreamState.values()) {
			for (StreamInput input : StreamInput.values()) {
				on(state, input, IGNORE, state);
			}
			on(state, StreamInput.SKIP, IGNORE, StreamState.PASS);
			on(state, StreamInput.CLOSE, IGNORE, StreamState.CLOSED);
		}
		for (StreamState state : new StreamState[] { StreamState.HEADERS, StreamState.PAUSED, StreamState.GATHER,
				StreamState.HEADERS_WAIT, StreamState.BODY, StreamState.BUFFER, StreamState.TRAILERS }) {
			// The gateway sends headers only once. Without this rule, it would wait for
			// a decision forever.
			on(state, StreamInput.HEADERS, PASS_ON, state);
		}
		for (StreamState state : new StreamState[] { StreamState.HEADERS, StreamState.TRAILERS }) {
			on(state, StreamInput.BODY, PASS_ON, state);
			on(state, StreamInput.TRAILERS, PASS_ON, state);
		}
		on(StreamState.END, StreamInput.SKIP, IGNORE, StreamState.END);
		on(StreamState.CLOSED, StreamInput.SKIP, IGNORE, StreamState.CLOSED);

		on(StreamState.IDLE, StreamInput.HEADERS, SHOW_HEADERS, StreamState.HEADERS);
		on(StreamState.IDLE, StreamInput.BODY, PASS_ON, StreamState.IDLE);
		on(StreamState.IDLE, StreamInput.TRAILERS, PASS_ON, StreamState.IDLE);

		on(StreamState.HEADERS, StreamInput.CONTINUE, SEND_HEADERS, StreamState.BODY);
		on(StreamState.HEADERS, StreamInput.PAUSE, WAIT, StreamState.PAUSED);
		on(StreamState.HEADERS, StreamInput.PAUSE_ALL, KEEP_HEADERS, StreamState.GATHER);
		on(StreamState.HEADERS, StreamInput.PAUSE_HEADERS, KEEP_HEADERS, StreamState.HEADERS_WAIT);

		on(StreamState.PAUSED, StreamInput.BODY, KEEP_BODY, StreamState.PAUSED);
		on(StreamState.PAUSED, StreamInput.TRAILERS, KEEP_TRAILERS, StreamState.PAUSED);
		on(StreamState.PAUSED, StreamInput.RESUME, SEND_HEADERS, StreamState.BODY);

		on(StreamState.GATHER, StreamInput.BODY, KEEP_ALL, StreamState.GATHER);
		on(StreamState.GATHER, StreamInput.TRAILERS, KEEP_TRAILERS, StreamState.GATHER);
		on(StreamState.GATHER, StreamInput.RESUME, SEND_HEADERS, StreamState.BODY);

		on(StreamState.HEADERS_WAIT, StreamInput.BODY, SHOW_BODY, StreamState.HEADERS_WAIT);
		on(StreamState.HEADERS_WAIT, StreamInput.TRAILERS, SHOW_TRAILERS, StreamState.TRAILERS);
		on(StreamState.HEADERS_WAIT, StreamInput.CONTINUE, SEND, StreamState.BODY);
		on(StreamState.HEADERS_WAIT, StreamInput.PAUSE, WAIT, StreamState.HEADERS_WAIT);
		on(StreamState.HEADERS_WAIT, StreamInput.RESUME, SEND, StreamState.BODY);

		on(StreamState.BODY, StreamInput.BODY, SHOW_BODY, StreamState.BODY);
		on(StreamState.BODY, StreamInput.TRAILERS, SHOW_TRAILERS, StreamState.TRAILERS);
		on(StreamState.BODY, StreamInput.CONTINUE, SEND, StreamState.BODY);
		on(StreamState.BODY, StreamInput.PAUSE, WAIT, StreamState.BUFFER);

		on(StreamState.BUFFER, StreamInput.BODY, SHOW_BODY, StreamState.BUFFER);
		on(StreamState.BUFFER, StreamInput.TRAILERS, SHOW_TRAILERS, StreamState.TRAILERS);
		on(StreamState.BUFFER, StreamInput.CONTINUE, SEND, StreamState.BODY);
		on(StreamState.BUFFER, StreamInput.PAUSE, WAIT, StreamState.BUFFER);
		on(StreamState.BUFFER, StreamInput.RESUME, SEND, StreamState.BODY);

		on(StreamState.TRAILERS, StreamInput.CONTINUE, SEND, StreamState.END);
		on(StreamState.TRAILERS, StreamInput.PAUSE, WAIT, StreamState.TRAILERS);
		on(StreamState.TRAILERS, StreamInput.RESUME, SEND, StreamState.END);

		for (StreamState open : new StreamState[] { StreamState.HEADERS, StreamState.PAUSED, StreamState.GATHER,
				StreamState.BODY, StreamState.BUFFER, StreamState.TRAILERS }) {
			on(open, StreamInput.INJECT, INJECT, open);
			on(open, StreamInput.INJECT_END, INJECT_END, StreamState.CLOSED);
		}
		on(StreamState.HEADERS_WAIT, StreamInput.INJECT, INJECT, StreamState.BUFFER);
		on(StreamState.HEADERS_WAIT, StreamInput.INJECT_END, INJECT_END, StreamState.CLOSED);

		for (StreamState open : new StreamState[] { StreamState.GATHER, StreamState.HEADERS_WAIT, StreamState.BODY,
				StreamState.BUFFER }) {
			on(open, StreamInput.OVERFLOW, REFUSE, open);
		}

		for (StreamState done : new StreamState[] { StreamState.PASS, StreamState.END }) {
			on(done, StreamInput.HEADERS, PASS_ON, done);
			on(done, StreamInput.BODY, PASS_ON, done);
			on(done, StreamInput.TRAILERS, PASS_ON, done);
		}
		on(StreamState.CLOSED, StreamInput.HEADERS, ANSWER, StreamState.CLOSED);
		on(StreamState.CLOSED, StreamInput.BODY, ANSWER, StreamState.CLOSED);
		on(StreamState.CLOSED, StreamInput.TRAILERS, ANSWER, StreamState.CLOSED);
	}

	private StreamTransitions() {
	}

	private static void on(StreamState state, StreamInput input, StreamAction action, StreamState next) {
		TABLE.computeIfAbsent(state, (key) -> new EnumMap<>(StreamInput.class))
			.put(input, new StreamTransition(action, next));
	}

	/** Returns one cell of the table. */
	static StreamTransition of(StreamState state, StreamInput input) {
		Map<StreamInput, StreamTransition> row = TABLE.get(state);
		StreamTransition transition = (row != null) ? row.get(input) : null;
		if (transition == null) {
			throw new IllegalStateException(state + " has no transition for " + input);
		}
		return transition;
	}

}
