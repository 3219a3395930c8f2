package io.gatewaywasm.host.vm.stream;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests every cell of the transition table. A dash means that the input is ignored and
 * the state does not change; {@code (END)} means that the state becomes END if the end of
 * the message was seen.
 */
class StreamTransitionsTests {

	private static final String TABLE = """
			state        | HEADERS              | BODY                    | TRAILERS               | CONTINUE                | PAUSE             | PAUSE_ALL           | PAUSE_HEADERS             | OVERFLOW            | RESUME                  | INJECT          | INJECT_END        | SKIP | CLOSE
			IDLE         | SHOW_HEADERS HEADERS | PASS_ON IDLE            | PASS_ON IDLE           | -                       | -                 | -                   | -                         | -                   | -                       | -               | -                 | PASS | CLOSED
			HEADERS      | PASS_ON HEADERS      | PASS_ON HEADERS         | PASS_ON HEADERS        | SEND_HEADERS BODY (END) | WAIT PAUSED       | KEEP_HEADERS GATHER | KEEP_HEADERS HEADERS_WAIT | -                   | -                       | INJECT HEADERS  | INJECT_END CLOSED | PASS | CLOSED
			PAUSED       | PASS_ON PAUSED       | KEEP_BODY PAUSED        | KEEP_TRAILERS PAUSED   | -                       | -                 | -                   | -                         | -                   | SEND_HEADERS BODY (END) | INJECT PAUSED   | INJECT_END CLOSED | PASS | CLOSED
			GATHER       | PASS_ON GATHER       | KEEP_ALL GATHER         | KEEP_TRAILERS GATHER   | -                       | -                 | -                   | -                         | REFUSE GATHER       | SEND_HEADERS BODY (END) | INJECT GATHER   | INJECT_END CLOSED | PASS | CLOSED
			HEADERS_WAIT | PASS_ON HEADERS_WAIT | SHOW_BODY HEADERS_WAIT  | SHOW_TRAILERS TRAILERS | SEND BODY (END)         | WAIT HEADERS_WAIT | -                   | -                         | REFUSE HEADERS_WAIT | SEND BODY (END)         | INJECT BUFFER   | INJECT_END CLOSED | PASS | CLOSED
			BODY         | PASS_ON BODY         | SHOW_BODY BODY          | SHOW_TRAILERS TRAILERS | SEND BODY (END)         | WAIT BUFFER       | -                   | -                         | REFUSE BODY         | -                       | INJECT BODY     | INJECT_END CLOSED | PASS | CLOSED
			BUFFER       | PASS_ON BUFFER       | SHOW_BODY BUFFER        | SHOW_TRAILERS TRAILERS | SEND BODY (END)         | WAIT BUFFER       | -                   | -                         | REFUSE BUFFER       | SEND BODY (END)         | INJECT BUFFER   | INJECT_END CLOSED | PASS | CLOSED
			TRAILERS     | PASS_ON TRAILERS     | PASS_ON TRAILERS        | PASS_ON TRAILERS       | SEND END                | WAIT TRAILERS     | -                   | -                         | -                   | SEND END                | INJECT TRAILERS | INJECT_END CLOSED | PASS | CLOSED
			PASS         | PASS_ON PASS         | PASS_ON PASS            | PASS_ON PASS           | -                       | -                 | -                   | -                         | -                   | -                       | -               | -                 | PASS | CLOSED
			END          | PASS_ON END          | PASS_ON END             | PASS_ON END            | -                       | -                 | -                   | -                         | -                   | -                       | -               | -                 | END  | CLOSED
			CLOSED       | ANSWER CLOSED        | ANSWER CLOSED           | ANSWER CLOSED          | -                       | -                 | -                   | -                         | -                   | -                       | -               | -                 | CLOSED | CLOSED
			""";

	static List<Arguments> cells() {
		List<String[]> rows = TABLE.lines().map((line) -> line.split("\\|")).toList();
		List<Arguments> cells = new ArrayList<>();
		for (String[] row : rows.subList(1, rows.size())) {
			for (int i = 1; i < row.length; i++) {
				cells.add(Arguments.of(StreamState.valueOf(row[0].trim()), StreamInput.valueOf(rows.get(0)[i].trim()),
						row[i].trim()));
			}
		}
		return cells;
	}

	@ParameterizedTest
	@MethodSource("cells")
	void cellIsAsDrawn(StreamState state, StreamInput input, String cell) {
		StreamTransition transition = StreamTransitions.of(state, input);
		String[] words = cell.split(" ");
		StreamState next = cell.equals("-") ? state : StreamState.valueOf((words.length == 1) ? words[0] : words[1]);
		assertThat(transition.action())
			.isEqualTo((words.length == 1) ? StreamAction.IGNORE : StreamAction.valueOf(words[0]));
		assertThat(transition.next(false)).isEqualTo(next);
		assertThat(transition.next(true)).isEqualTo(cell.endsWith("(END)") ? StreamState.END : next);
	}

	@Test
	void everyCellIsDrawn() {
		assertThat(cells()).hasSize(StreamState.values().length * StreamInput.values().length);
	}

	@Test
	void everyStateIsReachedAndLeadsToTheEnd() {
		for (StreamState state : StreamState.values()) {
			assertThat(StreamTransitions.of(state, StreamInput.CLOSE).next(false)).isEqualTo(StreamState.CLOSED);
			assertThat(Arrays.stream(StreamState.values())
				.flatMap((from) -> Arrays.stream(StreamInput.values())
					.map((input) -> StreamTransitions.of(from, input).next(true) == state
							|| StreamTransitions.of(from, input).next(false) == state)))
				.contains(true);
		}
	}

}
