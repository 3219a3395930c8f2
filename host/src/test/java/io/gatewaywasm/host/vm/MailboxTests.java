package io.gatewaywasm.host.vm;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import io.gatewaywasm.host.fixture.CapturedLog;
import io.gatewaywasm.host.fixture.ManualScheduler;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Mailbox}.
 */
class MailboxTests {

	private final ManualScheduler scheduler = new ManualScheduler();

	private final AtomicLong nanoTime = new AtomicLong();

	private final Mailbox mailbox = mailbox(4, Duration.ofHours(1));

	@Test
	void idleVmRunsWorkInlineOnTheCallersThread() {
		List<Thread> threads = new ArrayList<>();
		this.mailbox.submit(new Work(() -> threads.add(Thread.currentThread())));
		assertThat(threads).containsExactly(Thread.currentThread());
		assertThat(this.mailbox.isBusy()).isFalse();
	}

	@Test
	void workSubmittedFromInsideRunsAfterTheRunningWork() {
		List<String> order = new ArrayList<>();
		this.mailbox.submit(new Work(() -> {
			this.mailbox.submit(new Work(() -> order.add("inner")));
			order.add("outer");
		}));
		assertThat(order).containsExactly("outer", "inner");
	}

	@Test
	void ownEffectsAreDeliveredInlineAfterRelease() {
		List<String> order = new ArrayList<>();
		Work work = new Work(() -> {
		});
		work.action = () -> {
			this.mailbox.afterRelease(Delivery.onHolder(() -> order.add("inline, busy=" + this.mailbox.isBusy())));
			this.mailbox.afterRelease(new Delivery((task) -> order.add("executor"), () -> order.add("never")));
		};
		this.mailbox.submit(work);
		assertThat(order).containsExactly("inline, busy=false", "executor");
	}

	@Test
	void fullMailboxRejectsWorkUnlessItIsEssential() {
		AtomicInteger rejected = new AtomicInteger();
		AtomicInteger done = new AtomicInteger();
		this.mailbox.submit(new Work(() -> {
			for (int i = 0; i < 6; i++) {
				Work work = new Work(done::incrementAndGet);
				work.rejected = rejected::incrementAndGet;
				this.mailbox.submit(work);
			}
			Work essential = new Work(done::incrementAndGet);
			essential.essential = true;
			this.mailbox.submit(essential);
		}));
		assertThat(rejected).hasValue(2);
		assertThat(done).hasValue(5);
	}

	@Test
	void optionalWorkTakesHalfOfThePlaces() {
		AtomicInteger rejected = new AtomicInteger();
		AtomicInteger done = new AtomicInteger();
		this.mailbox.submit(new Work(() -> {
			for (int i = 0; i < 5; i++) {
				Work work = new Work(done::incrementAndGet);
				work.optional = true;
				work.rejected = rejected::incrementAndGet;
				this.mailbox.submit(work);
			}
			this.mailbox.submit(new Work(done::incrementAndGet));
			this.mailbox.submit(new Work(done::incrementAndGet));
		}));
		assertThat(rejected).hasValue(3);
		assertThat(done).hasValue(4);
	}

	@Test
	void fullMailboxOfAnIdleVmIsDrainedBeforeWorkIsRejected() {
		AtomicInteger done = new AtomicInteger();
		Executor busyElsewhere = (task) -> {
		};
		Work slow = new Work(() -> {
			this.mailbox.submit(waiting(done, busyElsewhere));
			long start = System.nanoTime();
			while (System.nanoTime() - start < 1_000_000) {
				Thread.onSpinWait();
			}
		});
		this.mailbox.submit(new Work(() -> {
			this.mailbox.submit(slow);
			for (int i = 0; i < 3; i++) {
				this.mailbox.submit(waiting(done, busyElsewhere));
			}
		}));
		assertThat(this.mailbox.isBusy()).isFalse();
		assertThat(this.mailbox.waiting()).isEqualTo(4);
		this.mailbox.submit(waiting(done, busyElsewhere));
		assertThat(done).hasValue(5);
	}

	private static Work waiting(AtomicInteger done, Executor executor) {
		Work work = new Work(done::incrementAndGet);
		work.executor = executor;
		return work;
	}

	@Test
	void holderHandsOverAfterSixteenTasksOfOthers() throws Exception {
		Mailbox large = mailbox(1000, Duration.ofHours(1));
		List<Thread> threads = new ArrayList<>();
		ExecutorService other = Executors.newSingleThreadExecutor();
		CountDownLatch all = new CountDownLatch(40);
		large.submit(new Work(() -> {
			for (int i = 0; i < 40; i++) {
				Work work = new Work(() -> {
					threads.add(Thread.currentThread());
					all.countDown();
				});
				work.executor = other;
				large.submit(work);
			}
		}));
		assertThat(all.await(60, TimeUnit.SECONDS)).isTrue();
		assertThat(threads.stream().filter((thread) -> thread == Thread.currentThread()).count())
			.isLessThanOrEqualTo(16);
		other.shutdown();
	}

	@Test
	void manyThreadsNeverMeetInsideAndNothingIsLost() throws Exception {
		Mailbox shared = mailbox(Integer.MAX_VALUE, Duration.ofHours(1));
		ExecutorService threads = Executors.newFixedThreadPool(4);
		AtomicBoolean inside = new AtomicBoolean();
		AtomicInteger met = new AtomicInteger();
		int[] count = new int[1];
		int total = 40_000;
		CountDownLatch all = new CountDownLatch(total);
		for (int thread = 0; thread < 4; thread++) {
			threads.execute(() -> {
				for (int i = 0; i < total / 4; i++) {
					Work work = new Work(() -> {
						if (!inside.compareAndSet(false, true)) {
							met.incrementAndGet();
						}
						count[0]++;
						inside.set(false);
						all.countDown();
					});
					work.executor = threads;
					shared.submit(work);
				}
			});
		}
		assertThat(all.await(60, TimeUnit.SECONDS)).isTrue();
		assertThat(met).hasValue(0);
		assertThat(count[0]).isEqualTo(total);
		threads.shutdown();
	}

	@Test
	void workThatWaitsForTooLongIsRejectedUnlessItIsEssential() {
		Mailbox impatient = mailbox(10, Duration.ofMillis(100));
		AtomicInteger rejected = new AtomicInteger();
		AtomicInteger done = new AtomicInteger();
		impatient.submit(new Work(() -> {
			for (int i = 0; i < 3; i++) {
				Work work = new Work(done::incrementAndGet);
				work.rejected = rejected::incrementAndGet;
				work.essential = i == 1;
				impatient.submit(work);
			}
			pass(Duration.ofMillis(99));
			this.scheduler.runNext();
			assertThat(rejected).as("before its time").hasValue(0);
			pass(Duration.ofMillis(1));
			this.scheduler.runNext();
			assertThat(rejected).hasValue(2);
			assertThat(impatient.waiting()).isEqualTo(1);
		}));
		assertThat(done).hasValue(1);
		assertThat(impatient.waiting()).isZero();
	}

	@Test
	void workOfABusyWorkerThatWaitsForTooLongIsRejectedToo() {
		List<Runnable> busy = new ArrayList<>();
		Mailbox impatient = mailbox(10, Duration.ofMillis(100), busy::add);
		impatient.moveToWorkers();
		AtomicInteger rejected = new AtomicInteger();
		Work work = new Work(() -> {
			throw new AssertionError("it was rejected");
		});
		work.rejected = rejected::incrementAndGet;
		impatient.submit(work);
		pass(Duration.ofMillis(100));
		this.scheduler.runNext();
		assertThat(rejected).hasValue(1);
		assertThat(busy).hasSize(1);
		busy.get(0).run();
		assertThat(impatient.waiting()).isZero();
	}

	@Test
	void workForWhichNoThreadCanBeStartedIsDoneLater() {
		AtomicInteger refusals = new AtomicInteger(2);
		Mailbox unlucky = mailbox(10, Duration.ofHours(1), (task) -> {
			if (refusals.getAndDecrement() > 0) {
				throw new OutOfMemoryError("on purpose: unable to create native thread");
			}
			task.run();
		});
		unlucky.moveToWorkers();
		AtomicInteger done = new AtomicInteger();
		unlucky.submit(new Work(done::incrementAndGet));
		assertThat(done).hasValue(0);
		while (unlucky.waiting() > 0) {
			this.scheduler.runNext();
		}
		assertThat(done).hasValue(1);
		unlucky.submit(new Work(done::incrementAndGet));
		assertThat(done).hasValue(2);
	}

	@Test
	void failureOutsideTheGuestIsLoggedWithThePlugin() {
		AtomicInteger refusals = new AtomicInteger(1);
		Mailbox unlucky = mailbox(10, Duration.ofHours(1), (task) -> {
			if (refusals.getAndDecrement() > 0) {
				throw new OutOfMemoryError("on purpose: unable to create native thread");
			}
			task.run();
		});
		try (CapturedLog log = CapturedLog.of("vm")) {
			unlucky.submit(new Work(() -> {
				throw new IllegalStateException("on purpose");
			}));
			assertThat(log.lines).singleElement()
				.satisfies((line) -> assertThat(line.text())
					.startsWith("Wasm plugin 'probe': the host failed while it handled a stream or a timer."));
			unlucky.moveToWorkers();
			unlucky.submit(new Work(() -> {
			}));
			assertThat(log.lines).hasSize(2);
			assertThat(log.lines.get(1).text())
				.startsWith("A task of Wasm plugin 'probe' could not be handed to its threads.");
		}
		assertThat(unlucky.isBusy()).isFalse();
	}

	@Test
	void workThatMoveBackFindsOnWorkersIsDoneInOrder() {
		List<Runnable> busy = new ArrayList<>();
		List<String> order = new ArrayList<>();
		Mailbox moved = mailbox(10, Duration.ofHours(1), busy::add);
		moved.moveToWorkers();
		moved.submit(new Work(() -> order.add("first")));
		moved.submit(new Work(() -> order.add("second")));
		moved.moveToCaller();
		moved.submit(new Work(() -> order.add("third")));
		assertThat(order).containsExactly("first", "second", "third");
		busy.forEach(Runnable::run);
		moved.submit(new Work(() -> order.add("fourth")));
		assertThat(order).containsExactly("first", "second", "third", "fourth");
	}

	@Test
	void longWorkIsLeftToWorkersAndKeepsItsPlace() {
		List<Runnable> workers = new ArrayList<>();
		List<String> order = new ArrayList<>();
		Mailbox mixed = mailbox(10, Duration.ofHours(1), workers::add);
		Work longWork = new Work(() -> order.add("long"));
		longWork.isLong = true;
		mixed.submit(new Work(() -> mixed.submit(longWork)));
		mixed.submit(new Work(() -> order.add("behind it")));
		assertThat(order).isEmpty();
		assertThat(workers).hasSize(1);
		workers.get(0).run();
		assertThat(order).containsExactly("long", "behind it");
		mixed.submit(new Work(() -> order.add("inline")));
		assertThat(order).containsExactly("long", "behind it", "inline");
	}

	private Mailbox mailbox(int capacity, Duration wait) {
		return mailbox(capacity, wait, Runnable::run);
	}

	private Mailbox mailbox(int capacity, Duration wait, Executor workers) {
		return new Mailbox("probe", new TaskQueue("probe", capacity, wait, this.scheduler, this.nanoTime::get),
				this.scheduler, workers);
	}

	private void pass(Duration time) {
		this.nanoTime.addAndGet(time.toNanos());
	}

	private static final class Work implements VmTask {

		private Runnable action;

		private Runnable rejected = () -> {
			throw new AssertionError("rejected");
		};

		private Executor executor = Runnable::run;

		private boolean essential;

		private boolean optional;

		private boolean isLong;

		private Work(Runnable action) {
			this.action = action;
		}

		@Override
		public void run() {
			this.action.run();
		}

		@Override
		public Executor executor() {
			return this.executor;
		}

		@Override
		public boolean isLong() {
			return this.isLong;
		}

		@Override
		public boolean isEssential() {
			return this.essential;
		}

		@Override
		public boolean isOptional() {
			return this.optional;
		}

		@Override
		public void rejected() {
			this.rejected.run();
		}

	}

}
