package io.gatewaywasm.boot.services;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link WorkerThreads}.
 */
class WorkerThreadsTests {

	private final AtomicInteger started = new AtomicInteger();

	private final CountDownLatch release = new CountDownLatch(1);

	private WorkerThreads workers = workers(4, Duration.ofHours(1));

	@AfterEach
	void close() {
		this.release.countDown();
		this.workers.close();
	}

	@Test
	void pluginThatKeepsItsThreadsBusyLeavesTheOthersToOthers() throws Exception {
		CountDownLatch busy = block("a", 50, 2);
		assertThat(busy.await(60, TimeUnit.SECONDS)).isTrue();
		CountDownLatch done = new CountDownLatch(1000);
		for (int i = 0; i < 1000; i++) {
			this.workers.of("b").execute(done::countDown);
		}
		assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
		assertThat(this.started.get()).isLessThanOrEqualTo(4);
	}

	@Test
	void workThatArrivesWhileAThreadWakesUpGetsAnotherThread() throws Exception {
		for (int i = 0; i < 200; i++) {
			CountDownLatch idle = new CountDownLatch(1);
			this.workers.of("warm").execute(idle::countDown);
			assertThat(idle.await(60, TimeUnit.SECONDS)).isTrue();
			CountDownLatch leave = new CountDownLatch(1);
			CountDownLatch done = new CountDownLatch(1);
			this.workers.of("a").execute(() -> await(leave));
			this.workers.of("b").execute(done::countDown);
			assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
			leave.countDown();
		}
	}

	private static void await(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@Test
	void pluginHasNoMoreThanItsShare() throws Exception {
		AtomicInteger running = new AtomicInteger();
		AtomicInteger most = new AtomicInteger();
		CountDownLatch done = new CountDownLatch(200);
		Executor share = this.workers.of("a");
		for (int i = 0; i < 200; i++) {
			share.execute(() -> {
				most.accumulateAndGet(running.incrementAndGet(), Math::max);
				Thread.yield();
				running.decrementAndGet();
				done.countDown();
			});
		}
		assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
		assertThat(most.get()).isBetween(1, 2);
	}

	@Test
	void pluginsWhoseWorkWaitsTakeTurns() throws Exception {
		this.workers = workers(1, Duration.ofHours(1));
		CountDownLatch busy = block("first", 1, 1);
		assertThat(busy.await(60, TimeUnit.SECONDS)).isTrue();
		List<String> order = new CopyOnWriteArrayList<>();
		CountDownLatch done = new CountDownLatch(12);
		for (String plugin : List.of("a", "b", "c")) {
			for (int i = 0; i < 4; i++) {
				this.workers.of(plugin).execute(() -> {
					order.add(plugin);
					done.countDown();
				});
			}
		}
		this.release.countDown();
		assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
		assertThat(order).containsExactly("a", "b", "c", "a", "b", "c", "a", "b", "c", "a", "b", "c");
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void stuckThreadIsReplacedAndTheNumberIsBounded(CapturedOutput output) throws Exception {
		this.workers = workers(2, Duration.ZERO);
		CountDownLatch busy = block("a", 5, 2);
		// The share of one thread is taken: the second task waits for the replacement.
		while (busy.getCount() > 1) {
			Thread.sleep(5);
		}
		assertThat(busy.getCount()).isEqualTo(1);
		this.workers.replaceStuck();
		assertThat(busy.await(60, TimeUnit.SECONDS)).isTrue();
		assertThat(output.getOut())
			.containsPattern("task of Wasm plugin 'a' for \\d+ s and is replaced \\(1 of at most 2\\)");
		for (int i = 0; i < 5; i++) {
			this.workers.replaceStuck();
		}
		assertThat(output).contains("It is not replaced, because 1 threads are already stuck");
		CountDownLatch others = new CountDownLatch(10);
		for (int i = 0; i < 10; i++) {
			this.workers.of("b").execute(others::countDown);
		}
		assertThat(others.await(60, TimeUnit.SECONDS)).isTrue();
		assertThat(this.started.get()).isLessThanOrEqualTo(3);
		this.release.countDown();
		CountDownLatch after = new CountDownLatch(1);
		this.workers.of("a").execute(after::countDown);
		assertThat(after.await(60, TimeUnit.SECONDS)).isTrue();
	}

	@Test
	void everyThreadStuckLeavesOthersAThreadEach() throws Exception {
		this.workers = workers(2, Duration.ZERO);
		CountDownLatch busy = block("a", 1, 1);
		CountDownLatch busyToo = block("b", 1, 1);
		assertThat(busy.await(60, TimeUnit.SECONDS) && busyToo.await(60, TimeUnit.SECONDS)).isTrue();
		CountDownLatch done = new CountDownLatch(1);
		this.workers.of("c").execute(done::countDown);
		this.workers.replaceStuck();
		assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void workThatFindsNoThreadIsDoneOnceThereIsOne(CapturedOutput output) throws Exception {
		AtomicInteger refusals = new AtomicInteger(3);
		this.workers = new WorkerThreads(2, Duration.ofHours(1), (task) -> new Thread(task, "worker") {

			@Override
			public synchronized void start() {
				if (refusals.getAndDecrement() > 0) {
					throw new OutOfMemoryError("on purpose: unable to create native thread");
				}
				super.start();
			}

		});
		CountDownLatch done = new CountDownLatch(4);
		this.workers.of("a").execute(done::countDown);
		this.workers.of("b").execute(done::countDown);
		this.workers.of("c").execute(done::countDown);
		assertThat(refusals).hasValue(0);
		assertThat(this.workers.isInUse()).isTrue();
		this.workers.of("a").execute(done::countDown);
		this.workers.replaceStuck();
		assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
		assertThat(output).contains("A worker thread could not be started");
		CountDownLatch busy = block("a", 1, 1);
		CountDownLatch busyToo = block("b", 1, 1);
		assertThat(busy.await(60, TimeUnit.SECONDS) && busyToo.await(60, TimeUnit.SECONDS)).isTrue();
	}

	@Test
	void taskThatFailsCostsNoThread() throws Exception {
		CountDownLatch done = new CountDownLatch(1);
		for (int i = 0; i < 20; i++) {
			this.workers.of("a").execute(() -> {
				throw new IllegalStateException("on purpose");
			});
		}
		this.workers.of("a").execute(done::countDown);
		assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
		assertThat(this.started.get()).isLessThanOrEqualTo(4);
	}

	@Test
	void closedWorkersFinishWhatTheyHaveAndTakeNothing() throws Exception {
		CountDownLatch done = new CountDownLatch(100);
		for (int i = 0; i < 100; i++) {
			this.workers.of("a").execute(done::countDown);
		}
		this.workers.close();
		assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
		assertThatExceptionOfType(RejectedExecutionException.class)
			.isThrownBy(() -> this.workers.of("a").execute(done::countDown));
	}

	@Test
	void workOfOnePluginThatWaitsIsBounded() {
		block("a", 2, 2);
		assertThatExceptionOfType(RejectedExecutionException.class).isThrownBy(() -> {
			for (int i = 0; i < 20_000; i++) {
				this.workers.of("a").execute(() -> {
				});
			}
		});
	}

	/** Block threads of a plugin until the end, and count those that are in. */
	private CountDownLatch block(String plugin, int tasks, int threads) {
		CountDownLatch in = new CountDownLatch(threads);
		for (int i = 0; i < tasks; i++) {
			this.workers.of(plugin).execute(() -> {
				in.countDown();
				boolean released = false;
				while (!released) {
					try {
						this.release.await();
						released = true;
					}
					catch (InterruptedException ex) {
						// Like code that no interrupt reaches
					}
				}
			});
		}
		return in;
	}

	private WorkerThreads workers(int threads, Duration stuckAfter) {
		return new WorkerThreads(threads, stuckAfter, (task) -> {
			this.started.incrementAndGet();
			Thread thread = new Thread(task, "worker");
			thread.setDaemon(true);
			return thread;
		});
	}

}
