package io.gatewaywasm.host.vm;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.gatewaywasm.host.abi.Callback;
import io.gatewaywasm.host.spi.PhaseOutcome;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link CallbackTimes}.
 */
class CallbackTimesTests {

	private static final Callback CALLBACK = Callback.REQUEST_HEADERS;

	private final List<Long> reported = new ArrayList<>();

	private long checks;

	private long time;

	private int reads;

	private final CallbackTimes times = new CallbackTimes(() -> this.checks, () -> {
		this.reads++;
		return this.time;
	});

	@Test
	void shouldMeasureTheFirstCallbacksAfterACheck() {
		for (int i = 1; i <= CallbackTimes.MEASURED; i++) {
			call(CALLBACK, 100L * i, PhaseOutcome.CONTINUE);
		}
		assertThat(this.reported).hasSize(CallbackTimes.MEASURED).startsWith(100L, 200L, 300L).endsWith(1600L);
	}

	@Test
	void shouldReportFurtherCallbacksWithTheLatestTimeOfTheSameOutcome() {
		use(100);
		call(CALLBACK, 40, PhaseOutcome.PAUSE);
		this.checks++;
		use(300);
		int readsBefore = this.reads;
		call(CALLBACK, 900, PhaseOutcome.CONTINUE);
		call(CALLBACK, 900, PhaseOutcome.PAUSE);
		call(CALLBACK, 900, PhaseOutcome.LOCAL_RESPONSE);
		assertThat(lastReported(3)).containsExactly(300L, 300L, 300L);
		assertThat(this.reads).isEqualTo(readsBefore);
	}

	@Test
	void shouldKeepTheTimesOfOutcomesApart() {
		call(CALLBACK, 40, PhaseOutcome.PAUSE);
		use(100);
		call(CALLBACK, 900, PhaseOutcome.CONTINUE);
		call(CALLBACK, 900, PhaseOutcome.PAUSE);
		assertThat(lastReported(2)).containsExactly(100L, 40L);
	}

	@Test
	void shouldMeasureACallbackThatWasNeverMeasured() {
		use(100);
		call(Callback.LOG, 500, PhaseOutcome.CONTINUE);
		call(Callback.LOG, 900, PhaseOutcome.CONTINUE);
		assertThat(lastReported(2)).containsExactly(500L, 500L);
	}

	@Test
	void shouldMeasureAgainAfterTheNextCheck() {
		use(100);
		this.checks++;
		call(CALLBACK, 700, PhaseOutcome.CONTINUE);
		assertThat(lastReported(1)).containsExactly(700L);
	}

	@Test
	void shouldReportALongCallbackThatWasNotMeasuredWithTheTimeBetweenChecks() {
		use(100);
		long begun = this.times.begin(CALLBACK);
		this.checks += 5;
		this.reported.add(this.times.end(CALLBACK, begun, PhaseOutcome.ERROR));
		assertThat(lastReported(1)).containsExactly(Duration.ofMillis(40).toNanos());
	}

	@Test
	void shouldMeasureNestedCallbacks() {
		long outer = this.times.begin(CALLBACK);
		this.time += 10;
		call(Callback.REQUEST_BODY, 200, PhaseOutcome.CONTINUE);
		this.reported.add(this.times.end(CALLBACK, outer, PhaseOutcome.CONTINUE));
		assertThat(this.reported).containsExactly(200L, 210L);
	}

	@Test
	void shouldMeasureWithANegativeTime() {
		this.time = Long.MIN_VALUE + 8;
		call(CALLBACK, 100, PhaseOutcome.CONTINUE);
		assertThat(this.reported).containsExactly(100L);
	}

	/** Uses up the measurements until the next check. */
	private void use(long nanos) {
		for (int i = 0; i < CallbackTimes.MEASURED; i++) {
			call(CALLBACK, nanos, PhaseOutcome.CONTINUE);
		}
	}

	private void call(Callback callback, long nanos, PhaseOutcome outcome) {
		long begun = this.times.begin(callback);
		this.time += nanos;
		this.reported.add(this.times.end(callback, begun, outcome));
	}

	private List<Long> lastReported(int count) {
		return this.reported.subList(this.reported.size() - count, this.reported.size());
	}

}
