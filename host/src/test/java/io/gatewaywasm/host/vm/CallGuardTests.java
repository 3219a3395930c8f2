package io.gatewaywasm.host.vm;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link CallGuard}: a decision of the watchdog about a call affects only this
 * call, and only while the guest runs.
 */
class CallGuardTests {

	private static final CallLimit LIMIT = new CallLimit(1, 1);

	private final CallGuard guard = new CallGuard();

	@AfterEach
	void clearInterrupt() {
		Thread.interrupted();
	}

	@Test
	void guestIsInterruptedAndTheFlagIsGoneWhenItIsLeft() {
		this.guard.enter(LIMIT);
		this.guard.stop(this.guard.running(), 1);
		assertThat(Thread.currentThread().isInterrupted()).isTrue();
		assertThat(this.guard.leave()).isTrue();
		assertThat(Thread.currentThread().isInterrupted()).isFalse();
	}

	@Test
	void callThatIsOverIsNotStopped() {
		this.guard.enter(LIMIT);
		long call = this.guard.running();
		assertThat(this.guard.leave()).isFalse();
		this.guard.stop(call, 1);
		assertThat(Thread.currentThread().isInterrupted()).isFalse();
		assertThat(this.guard.running()).isZero();
	}

	@Test
	void nextCallIsNotStoppedInPlaceOfTheLast() {
		this.guard.enter(LIMIT);
		long first = this.guard.running();
		this.guard.leave();
		this.guard.enter(LIMIT);
		this.guard.stop(first, 1);
		assertThat(Thread.currentThread().isInterrupted()).isFalse();
		assertThat(this.guard.leave()).isFalse();
	}

	@Test
	void hostFunctionIsNotInterruptedAndFailsWhenItReturnsToTheGuest() {
		this.guard.enter(LIMIT);
		this.guard.enterHost();
		this.guard.stop(this.guard.running(), 1);
		assertThat(Thread.currentThread().isInterrupted()).isFalse();
		assertThatExceptionOfType(DeadlineException.class).isThrownBy(this.guard::leaveHost);
		assertThat(this.guard.leave()).isTrue();
	}

	@Test
	void guestThatWasStoppedDoesNotGetIntoAHostFunction() {
		this.guard.enter(LIMIT);
		this.guard.stop(this.guard.running(), 1);
		assertThatExceptionOfType(DeadlineException.class).isThrownBy(this.guard::enterHost);
		assertThat(Thread.currentThread().isInterrupted()).isFalse();
		assertThat(this.guard.leave()).isTrue();
	}

	@Test
	void interruptOfAnotherThreadIsRestored() {
		Thread.currentThread().interrupt();
		this.guard.enter(LIMIT);
		assertThat(Thread.currentThread().isInterrupted()).isFalse();
		this.guard.stop(this.guard.running(), 1);
		assertThat(this.guard.leave()).isTrue();
		assertThat(Thread.currentThread().isInterrupted()).isTrue();
	}

	@Test
	void exceededLimitIsReported() {
		this.guard.enter(LIMIT);
		this.guard.stop(this.guard.running(), 7);
		assertThat(this.guard.leave()).isTrue();
		assertThat(this.guard.exceeded()).isEqualTo(7);
	}

	@Test
	void callThatTheWatchdogHasNotSeenIsNotMeasured() {
		this.guard.enter(LIMIT);
		this.guard.beginFunction();
		this.guard.endFunction();
		assertThat(this.guard.leave()).isFalse();
		assertThat(this.guard.used()).isZero();
	}

	@Test
	void guestThatHasUsedUpItsTimeDoesNotGetIntoAHostFunction() {
		this.guard.enter(LIMIT);
		this.guard.clock().measure(this.guard.running(), 0, 5);
		assertThatExceptionOfType(DeadlineException.class).isThrownBy(this.guard::beginFunction);
		assertThat(this.guard.leave()).isTrue();
		assertThat(this.guard.exceeded()).isEqualTo(5);
	}

	@Test
	void measureOfOneCallIsNotThatOfTheNext() {
		this.guard.enter(LIMIT);
		long first = this.guard.running();
		this.guard.leave();
		this.guard.enter(LIMIT);
		this.guard.clock().measure(first, 0, 1);
		this.guard.beginFunction();
		this.guard.endFunction();
		assertThat(this.guard.leave()).isFalse();
		assertThat(this.guard.used()).isZero();
	}

}
