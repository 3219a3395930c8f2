package io.gatewaywasm.boot.gateway.body;

import java.util.Arrays;

import io.gatewaywasm.boot.gateway.body.BodyState.Event;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link BodyState}: each state with each event.
 */
class BodyStateTests {

	/** The events in the order of the columns. */
	private static final Event[] COLUMNS = { Event.REQUEST, Event.CHUNK, Event.NOTHING, Event.END, Event.DECISION,
			Event.END_DECISION, Event.FAILURE, Event.CLOSE };

	@ParameterizedTest
	@CsvSource({ "IDLE,      REQUESTED, AT_FILTER, IDLE,      END_SHOWN, IDLE,      ENDED,  FAILED, OVER",
			"REQUESTED, REQUESTED, AT_FILTER, IDLE,      END_SHOWN, REQUESTED, ENDED,  FAILED, OVER",
			"AT_FILTER, AT_FILTER, AT_FILTER, AT_FILTER, END_SHOWN, IDLE,      ENDED,  FAILED, OVER",
			"END_SHOWN, END_SHOWN, END_SHOWN, END_SHOWN, END_SHOWN, END_SHOWN, ENDED,  FAILED, OVER",
			"ENDED,     ENDED,     ENDED,     ENDED,     ENDED,     ENDED,     ENDED,  FAILED, OVER",
			"FAILED,    FAILED,    FAILED,    FAILED,    FAILED,    FAILED,    FAILED, FAILED, OVER",
			"OVER,      OVER,      OVER,      OVER,      OVER,      OVER,      OVER,   OVER,   OVER" })
	void eventsLeadToNextState(BodyState state, BodyState request, BodyState chunk, BodyState nothing, BodyState end,
			BodyState decision, BodyState endDecision, BodyState failure, BodyState close) {
		assertThat(COLUMNS).containsExactly(Event.values());
		assertThat(Arrays.stream(COLUMNS).map(state::after)).containsExactly(request, chunk, nothing, end, decision,
				endDecision, failure, close);
	}

	@ParameterizedTest
	@CsvSource({ "IDLE, true, false", "REQUESTED, true, false", "AT_FILTER, true, false", "END_SHOWN, false, false",
			"ENDED, false, false", "FAILED, false, true", "OVER, false, true" })
	void stateTellsWhetherChunksAndDecisionsHaveEffect(BodyState state, boolean open, boolean closed) {
		assertThat(state.isOpen()).isEqualTo(open);
		assertThat(state.isClosed()).isEqualTo(closed);
	}

}
