package io.gatewaywasm.host.vm;

import io.gatewaywasm.host.spi.FailureReason;
import io.gatewaywasm.host.vm.VmState.Event;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link VmState} and {@link VmLife}.
 */
class VmStateTests {

	private static final VmFailure FIRST = VmFailure.of(FailureReason.TRAP, "The first failure.");

	private static final VmFailure SECOND = VmFailure.of(FailureReason.TRAP, "The second failure.");

	private final VmLife life = new VmLife();

	@ParameterizedTest
	@CsvSource({ "STARTING, LIVE, CLOSING, LOST, STARTING", "LIVE, LIVE, CLOSING, LOST, LIVE",
			"CLOSING, CLOSING, CLOSING, CLOSED, CLOSED", "LOST, LOST, LOST, LOST, LOST",
			"CLOSED, CLOSED, CLOSED, CLOSED, CLOSED" })
	void eachEventHasItsEffectInEachState(VmState state, VmState started, VmState close, VmState fail, VmState end) {
		assertThat(state.after(Event.STARTED)).isEqualTo(started);
		assertThat(state.after(Event.CLOSE)).isEqualTo(close);
		assertThat(state.after(Event.FAIL)).isEqualTo(fail);
		assertThat(state.after(Event.END)).isEqualTo(end);
	}

	@Test
	void firstFailureIsKept() {
		this.life.started();
		assertThat(this.life.fail(FIRST)).isEqualTo(VmState.LIVE);
		assertThat(this.life.fail(SECOND)).isNull();
		assertThat(this.life.failure()).isEqualTo(FIRST);
		assertThat(this.life.isLive()).isFalse();
	}

	@Test
	void lostVmIsNotClosedAgain() {
		this.life.started();
		this.life.fail(FIRST);
		this.life.close();
		assertThat(this.life.isClosing()).isFalse();
		assertThat(this.life.end(SECOND)).isFalse();
		assertThat(this.life.failure()).isEqualTo(FIRST);
	}

	@Test
	void closedVmIsOverAfterItsLastContext() {
		this.life.started();
		this.life.close();
		assertThat(this.life.isLive()).isFalse();
		assertThat(this.life.isOver()).isFalse();
		assertThat(this.life.end(FIRST)).isTrue();
		assertThat(this.life.isOver()).isTrue();
	}

}
