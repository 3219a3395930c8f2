package io.gatewaywasm.host.vm;

import java.lang.management.ManagementFactory;
import java.time.Duration;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link GuestClock}: which part of a call's CPU time is the guest's. The
 * test's thread acts as the guest.
 */
class GuestClockTests {

	private static final long ENOUGH = Duration.ofMillis(30).toNanos();

	private static final long FAR = Duration.ofHours(1).toNanos();

	private final GuestClock clock = new GuestClock();

	@Test
	void guestsOwnTimeCounts() {
		begin(FAR);
		burn(ENOUGH);
		assertThat(this.clock.end()).isGreaterThanOrEqualTo(ENOUGH);
	}

	@Test
	void timeOfHostFunctionsDoesNotCount() {
		begin(FAR);
		for (int i = 0; i < 3; i++) {
			this.clock.enterHost();
			burn(ENOUGH);
			this.clock.enterGuest();
		}
		assertThat(this.clock.end()).isLessThan(ENOUGH);
	}

	@Test
	void hostFunctionThatBeganBeforeTheMeasureDoesNotCount() {
		this.clock.begin(1);
		this.clock.enterHost();
		this.clock.measure(1, cpu(), FAR);
		burn(ENOUGH);
		assertThat(this.clock.isOver(this.clock.mark(), cpu())).isFalse();
		this.clock.enterGuest();
		assertThat(this.clock.end()).isLessThan(ENOUGH);
	}

	@Test
	void guestInsideAHostFunctionCounts() {
		begin(FAR);
		this.clock.enterHost();
		this.clock.enterGuest();
		burn(ENOUGH);
		this.clock.enterHost();
		burn(10 * ENOUGH);
		this.clock.enterGuest();
		assertThat(this.clock.end()).isBetween(ENOUGH, 10 * ENOUGH);
	}

	@Test
	void watchdogSeesTheGuestsTimeOnly() {
		begin(2 * ENOUGH);
		this.clock.enterHost();
		burn(3 * ENOUGH);
		assertThat(this.clock.isOver(this.clock.mark(), cpu())).isFalse();
		this.clock.enterGuest();
		assertThat(this.clock.isOver(this.clock.mark(), cpu())).isFalse();
		burn(2 * ENOUGH);
		assertThat(this.clock.isOver(this.clock.mark(), cpu())).isTrue();
	}

	@Test
	void watchdogThatReadsWhileAHostFunctionBeginsWaitsForTheNextLook() {
		begin(ENOUGH);
		burn(ENOUGH / 3);
		long before = this.clock.mark();
		this.clock.enterHost();
		burn(ENOUGH);
		assertThat(this.clock.isOver(before, cpu())).isFalse();
	}

	@Test
	void guestThatSpendsAllItsTimeInHostFunctionsIsStoppedToo() {
		begin(ENOUGH);
		boolean stopped = false;
		for (int i = 0; i < 2 * GuestClock.TOTAL_FACTOR && !stopped; i++) {
			stopped = this.clock.enterHost();
			burn(ENOUGH);
			this.clock.enterGuest();
		}
		assertThat(stopped).isTrue();
		assertThat(this.clock.isOver(this.clock.mark(), cpu())).isTrue();
	}

	private void begin(long limit) {
		this.clock.begin(1);
		this.clock.measure(1, cpu(), limit);
	}

	private static long cpu() {
		return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
	}

	private static void burn(long nanos) {
		long end = cpu() + nanos;
		while (cpu() < end) {
			Thread.onSpinWait();
		}
	}

}
