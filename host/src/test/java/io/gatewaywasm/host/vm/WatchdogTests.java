package io.gatewaywasm.host.vm;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import io.gatewaywasm.host.fixture.ManualScheduler;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Watchdog}, whose checks the test triggers. A thread acts as the guest.
 */
class WatchdogTests {

	private static final long MILLISECOND = 1_000_000;

	private final ManualScheduler scheduler = new ManualScheduler();

	private final Watchdog watchdog = new Watchdog(this.scheduler);

	private final AtomicLong time = new AtomicLong();

	private final CallGuard guard = new CallGuard();

	private final CountDownLatch inside = new CountDownLatch(1);

	private final CountDownLatch leave = new CountDownLatch(1);

	private final CountDownLatch left = new CountDownLatch(1);

	private volatile boolean stopped;

	@AfterEach
	void close() throws InterruptedException {
		this.leave.countDown();
		assertThat(this.left.await(60, TimeUnit.SECONDS)).isTrue();
		this.watchdog.close();
	}

	@Test
	void threadThatDoesNotRunIsLeftAloneAsInAPauseOfTheCollector() throws Exception {
		enter(500 * MILLISECOND, false, this::waitToLeave);
		check();
		Thread.sleep(700);
		check();
		this.leave.countDown();
		assertThat(this.left.await(60, TimeUnit.SECONDS)).isTrue();
		assertThat(this.stopped).isFalse();
	}

	@Test
	void timeByTheClockStopsNothingThatUsesNoCpu() throws Exception {
		enter(20 * MILLISECOND, false, this::waitToLeave);
		check();
		Thread.sleep(500);
		check();
		this.leave.countDown();
		assertThat(this.left.await(60, TimeUnit.SECONDS)).isTrue();
		assertThat(this.stopped).isFalse();
	}

	@Test
	void wallTimeIsLimitedIfThePlatformDoesNotMeasureCpuTime() throws Exception {
		Watchdog blind = new Watchdog(this.scheduler, Watchdog.STUCK, (thread) -> -1, this.time::get);
		enter(blind, 30 * MILLISECOND, false, this::waitToLeave);
		check();
		this.time.set(299 * MILLISECOND);
		check();
		assertThat(this.guard.running()).isNotZero();
		this.time.set(300 * MILLISECOND);
		check();
		assertThat(this.left.await(60, TimeUnit.SECONDS)).isTrue();
		assertThat(this.stopped).isTrue();
		blind.close();
	}

	@Test
	void limitDependsOnTheThread() throws Exception {
		this.scheduler.allowBlocking();
		enter(new CallLimit(3_600_000 * MILLISECOND, MILLISECOND), this.watchdog, false, () -> {
			while (this.leave.getCount() > 0) {
				Thread.onSpinWait();
			}
		});
		for (int i = 0; i < 20; i++) {
			check();
			Thread.sleep(5);
		}
		assertThat(this.guard.running()).isNotZero();
		this.leave.countDown();
		assertThat(this.left.await(60, TimeUnit.SECONDS)).isTrue();
		assertThat(this.stopped).isFalse();
	}

	@Test
	void threadThatBurnsItsTimeIsStopped() throws Exception {
		enter(50 * MILLISECOND, false, () -> {
			while (!Thread.currentThread().isInterrupted()) {
				Thread.onSpinWait();
			}
		});
		while (this.left.getCount() > 0) {
			check();
			Thread.sleep(5);
		}
		assertThat(this.stopped).isTrue();
	}

	@Test
	void whatAHostFunctionUsesIsNotTheGuests() throws Exception {
		Watchdog told = new Watchdog(this.scheduler, Watchdog.STUCK, (thread) -> this.time.get(), System::nanoTime);
		enter(told, 400 * MILLISECOND, true, this::waitToLeave);
		check();
		this.time.set(1599 * MILLISECOND);
		check();
		assertThat(this.guard.running()).isNotZero();
		this.leave.countDown();
		assertThat(this.left.await(60, TimeUnit.SECONDS)).isTrue();
		assertThat(this.stopped).isFalse();
		told.close();
	}

	@Test
	void fourTimesTheLimitIsTooLongInHostFunctionsToo() throws Exception {
		Watchdog told = new Watchdog(this.scheduler, Watchdog.STUCK, (thread) -> this.time.get(), System::nanoTime);
		enter(told, 400 * MILLISECOND, true, this::waitToLeave);
		check();
		this.time.set(1600 * MILLISECOND);
		check();
		assertThat(this.left.await(60, TimeUnit.SECONDS)).isTrue();
		assertThat(this.stopped).isTrue();
		told.close();
	}

	private void check() {
		this.scheduler.runNext();
	}

	private void enter(long limit, boolean host, Runnable guest) throws InterruptedException {
		enter(this.watchdog, limit, host, guest);
	}

	private void enter(Watchdog dog, long limit, boolean host, Runnable guest) throws InterruptedException {
		enter(new CallLimit(limit, limit), dog, host, guest);
	}

	private void enter(CallLimit limit, Watchdog dog, boolean host, Runnable guest) throws InterruptedException {
		dog.watch(this.guard);
		Thread thread = new Thread(() -> {
			this.guard.enter(limit);
			if (host) {
				this.guard.beginFunction();
			}
			this.inside.countDown();
			guest.run();
			if (host) {
				this.guard.endFunction();
			}
			this.stopped = this.guard.leave();
			this.left.countDown();
		});
		thread.setDaemon(true);
		thread.start();
		assertThat(this.inside.await(60, TimeUnit.SECONDS)).isTrue();
	}

	private void waitToLeave() {
		try {
			this.leave.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
