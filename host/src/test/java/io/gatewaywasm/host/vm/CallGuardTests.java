package io.gatewaywasm.host.vm;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link CallGuard}: what the watchdog decides about one call hits this call,
 * and only while the guest runs.
 */
class CallGuardTests {

	private final CallGuard guard = new CallGuard();

	@AfterEach
	void clearInterrupt() {
		Thread.interrupted();
	}

	@Test
	void guestIsInterruptedAndTheFlagIsGoneWhenItIsLeft() {
		this.guard.enter(1);
		this.guard.stop(this.guard.running());
		assertThat(Thread.currentThread().isInterrupted()).isTrue();
		assertThat(this.guard.leave()).isTrue();
		assertThat(Thread.currentThread().isInterrupted()).isFalse();
	}

	@Test
	void callThatIsOverIsNotStopped() {
		this.guard.enter(1);
		long call = this.guard.running();
		assertThat(this.guard.leave()).isFalse();
		this.guard.stop(call);
		assertThat(Thread.currentThread().isInterrupted()).isFalse();
		assertThat(this.guard.running()).isZero();
	}

	@Test
	void nextCallIsNotStoppedInPlaceOfTheLast() {
		this.guard.enter(1);
		long first = this.guard.running();
		this.guard.leave();
		this.guard.enter(1);
		this.guard.stop(first);
		assertThat(Thread.currentThread().isInterrupted()).isFalse();
		assertThat(this.guard.leave()).isFalse();
	}

	@Test
	void hostFunctionIsNotInterruptedAndFailsWhenItReturnsToTheGuest() {
		this.guard.enter(1);
		this.guard.enterHost();
		assertThat(this.guard.isInHost()).isTrue();
		this.guard.stop(this.guard.running());
		assertThat(Thread.currentThread().isInterrupted()).isFalse();
		assertThatExceptionOfType(DeadlineException.class).isThrownBy(this.guard::leaveHost);
		assertThat(this.guard.leave()).isTrue();
	}

	@Test
	void guestThatWasStoppedDoesNotGetIntoAHostFunction() {
		this.guard.enter(1);
		this.guard.stop(this.guard.running());
		assertThatExceptionOfType(DeadlineException.class).isThrownBy(this.guard::enterHost);
		assertThat(Thread.currentThread().isInterrupted()).isFalse();
		assertThat(this.guard.leave()).isTrue();
	}

	@Test
	void interruptOfSomebodyElseIsPutBack() {
		Thread.currentThread().interrupt();
		this.guard.enter(1);
		assertThat(Thread.currentThread().isInterrupted()).isFalse();
		this.guard.stop(this.guard.running());
		assertThat(this.guard.leave()).isTrue();
		assertThat(Thread.currentThread().isInterrupted()).isTrue();
	}

}
