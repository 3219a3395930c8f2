package io.gatewaywasm.host.vm;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Mailbox}.
 */
class MailboxTests {

	private final Mailbox mailbox = new Mailbox(4);

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
			this.mailbox.afterRelease(new Effect(null, () -> order.add("inline, busy=" + this.mailbox.isBusy())));
			this.mailbox.afterRelease(new Effect((task) -> order.add("executor"), () -> order.add("never")));
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
		Mailbox large = new Mailbox(1000);
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
		assertThat(all.await(10, TimeUnit.SECONDS)).isTrue();
		assertThat(threads.stream().filter((thread) -> thread == Thread.currentThread()).count())
			.isLessThanOrEqualTo(16);
		other.shutdown();
	}

	@Test
	void manyThreadsNeverMeetInsideAndNothingIsLost() throws Exception {
		Mailbox shared = new Mailbox(Integer.MAX_VALUE);
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
		assertThat(all.await(30, TimeUnit.SECONDS)).isTrue();
		assertThat(met).hasValue(0);
		assertThat(count[0]).isEqualTo(total);
		threads.shutdown();
	}

	private static final class Work implements VmTask {

		private Runnable action;

		private Runnable rejected = () -> {
			throw new AssertionError("rejected");
		};

		private Executor executor = Runnable::run;

		private boolean essential;

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
		public boolean isEssential() {
			return this.essential;
		}

		@Override
		public void rejected() {
			this.rejected.run();
		}

	}

}
