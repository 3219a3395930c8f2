package io.gatewaywasm.host.plugin;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.gatewaywasm.host.abi.Callback;
import io.gatewaywasm.host.fixture.ManualScheduler;
import io.gatewaywasm.host.vm.SlowCall;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ExecutionControl} with a simulated clock.
 */
class ExecutionControlTests {

	private final ManualScheduler time = new ManualScheduler();

	private final List<Boolean> moves = new ArrayList<>();

	private ExecutionControl control = control(Execution.AUTOMATIC);

	@Test
	void threeSlowCallsInAMinuteMoveThePluginToWorkers() {
		slow(100);
		this.time.pass(Duration.ofSeconds(29));
		slow(100);
		this.time.pass(Duration.ofSeconds(29));
		assertThat(this.moves).isEmpty();
		slow(100);
		assertThat(this.moves).containsExactly(true);
	}

	@Test
	void slowCallsFarApartMoveNothing() {
		for (int i = 0; i < 20; i++) {
			slow(100);
			this.time.pass(Duration.ofSeconds(31));
		}
		assertThat(this.moves).isEmpty();
	}

	@Test
	void coldCallsMoveNothing() {
		for (int number = 1; number <= 20; number++) {
			slow(number);
		}
		assertThat(this.moves).isEmpty();
	}

	@Test
	void pluginWhoseVmsAreAlwaysNewIsNotColdForEver() {
		for (int i = 0; i < 60; i++) {
			slow(1);
		}
		assertThat(this.moves).containsExactly(true);
	}

	@Test
	void tenQuietMinutesBringThePluginBack() {
		thrice();
		this.time.pass(Duration.ofMinutes(9));
		assertThat(this.control.isOnWorkers()).isTrue();
		this.time.pass(Duration.ofMinutes(1));
		assertThat(this.moves).containsExactly(true, false);
		thrice();
		assertThat(this.moves).containsExactly(true, false, true);
	}

	@Test
	void slowCallOnWorkersKeepsThePluginThere() {
		thrice();
		this.time.pass(Duration.ofMinutes(9));
		slow(100);
		this.time.pass(Duration.ofMinutes(9));
		assertThat(this.control.isOnWorkers()).isTrue();
		this.time.pass(Duration.ofMinutes(1));
		assertThat(this.control.isOnWorkers()).isFalse();
	}

	@Test
	void oneTimeoutMovesThePluginAndItComesBack() {
		this.control.timedOut();
		assertThat(this.moves).containsExactly(true);
		this.time.pass(Duration.ofMinutes(10));
		assertThat(this.moves).containsExactly(true, false);
	}

	@Test
	void threeTimeoutsOpenTheCircuitAndSlowCallsDoNot() {
		for (int i = 0; i < 10; i++) {
			slow(100);
		}
		assertThat(this.control.isCircuitOpen()).isFalse();
		for (int i = 0; i < 3; i++) {
			this.control.timedOut();
		}
		assertThat(this.control.isCircuitOpen()).isTrue();
	}

	@ParameterizedTest
	@EnumSource(names = { "EVENT_LOOP", "WORKER" })
	void chosenExecutionStays(Execution execution) {
		this.control = control(execution);
		boolean before = this.control.isOnWorkers();
		thrice();
		this.control.timedOut();
		this.time.pass(Duration.ofHours(1));
		assertThat(this.control.isOnWorkers()).isEqualTo(before).isEqualTo(execution == Execution.WORKER);
		assertThat(this.moves).isEmpty();
	}

	@Test
	void closedPluginIsNotMovedAndKeepsNoTimer() {
		thrice();
		this.control.close();
		assertThat(this.time.isIdle()).isTrue();
		this.time.pass(Duration.ofHours(1));
		assertThat(this.moves).containsExactly(true);
	}

	private void thrice() {
		for (int i = 0; i < 3; i++) {
			slow(100);
		}
	}

	private void slow(int number) {
		this.control.slow(new SlowCall(Callback.REQUEST_HEADERS, Duration.ofMillis(80).toNanos(), number));
	}

	private ExecutionControl control(Execution execution) {
		PluginSpec spec = PluginSpec.builder("probe").run((run) -> run.withExecution(execution)).build();
		return new ExecutionControl(spec, false, this.time, this.time::nanoTime,
				() -> this.moves.add(this.control.isOnWorkers()));
	}

}
