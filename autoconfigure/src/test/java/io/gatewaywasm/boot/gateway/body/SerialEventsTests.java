package io.gatewaywasm.boot.gateway.body;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Tests for {@link SerialEvents}.
 */
class SerialEventsTests {

	private final List<String> seen = new ArrayList<>();

	private final Recorder recorder = new Recorder();

	private final SerialEvents<Recorder> events = new SerialEvents<>(this.recorder);

	@Test
	void anActionFollowsAnEvent() {
		add("a");
		assertThat(this.seen).containsExactly("a", "act");
	}

	@Test
	void eventInAnEventIsAppliedWithinIt() {
		this.events.apply((target) -> {
			add("first");
			this.seen.add("second");
		});
		assertThat(this.seen).containsExactly("first", "second", "act");
	}

	@Test
	void actionIsRepeatedForAnEventInIt() {
		this.recorder.action = () -> add("nested");
		add("first");
		assertThat(this.seen).containsExactly("first", "nested", "act", "act");
	}

	@Test
	void eventOfAnotherThreadWaitsAndEventsAfterItDoNotOvertakeIt() {
		this.events.apply((target) -> {
			inAnotherThread(() -> add("other"));
			assertThat(this.seen).isEmpty();
			add("behind");
			this.seen.add("running");
		});
		assertThat(this.seen).containsExactly("running", "act", "other", "act", "behind", "act");
	}

	@Test
	void eventsBehindOneThatFailsAreApplied() {
		assertThatThrownBy(() -> this.events.apply((target) -> {
			inAnotherThread(() -> {
				add("second");
				this.events.apply((other) -> {
					throw new IllegalStateException("later");
				});
				add("fourth");
			});
			throw new OutOfMemoryError("first");
		})).isInstanceOf(OutOfMemoryError.class).hasMessage("first");
		assertThat(this.seen).containsExactly("failed first", "act", "second", "act", "failed later", "act", "fourth",
				"act");
	}

	@Test
	void nestedEventThatFailsDoesNotInterruptTheOuterOne() {
		assertThatThrownBy(() -> this.events.apply((target) -> {
			this.events.apply((nested) -> {
				throw new IllegalStateException("nested");
			});
			this.seen.add("outer");
		})).hasMessage("nested");
		assertThat(this.seen).containsExactly("failed nested", "outer", "act");
	}

	@Test
	void actionThatFailsIsFollowedByAnother() {
		this.recorder.action = () -> {
			throw new IllegalStateException("on purpose");
		};
		assertThatThrownBy(() -> add("a")).hasMessage("on purpose");
		add("next");
		assertThat(this.seen).containsExactly("a", "failed on purpose", "act", "next", "act");
	}

	@Test
	void failureOfTheRecordingOfAFailureIsSuppressed() {
		this.recorder.failing = true;
		assertThatThrownBy(() -> this.events.apply((target) -> {
			throw new IllegalStateException("on purpose");
		})).hasMessage("on purpose")
			.satisfies((ex) -> assertThat(ex.getSuppressed()).singleElement()
				.satisfies((second) -> assertThat(second).hasMessage("second")));
		add("next");
		assertThat(this.seen).containsExactly("act", "next", "act");
	}

	@Test
	void eventsOfManyThreadsAreAppliedOneAfterTheOther() throws InterruptedException {
		int threads = 4;
		int each = 20_000;
		int[] applied = { 0 };
		CountDownLatch start = new CountDownLatch(1);
		ExecutorService executor = Executors.newFixedThreadPool(threads);
		for (int thread = 0; thread < threads; thread++) {
			executor.execute(() -> {
				awaitUninterruptibly(start);
				for (int event = 0; event < each; event++) {
					this.events.apply((target, by) -> applied[0] += by, 1);
				}
			});
		}
		start.countDown();
		executor.shutdown();
		assertThat(executor.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
		assertThat(applied[0]).isEqualTo(threads * each);
	}

	private void add(String name) {
		this.events.apply((target, text) -> this.seen.add(text), name);
	}

	private static void inAnotherThread(Runnable task) {
		CountDownLatch done = new CountDownLatch(1);
		new Thread(() -> {
			task.run();
			done.countDown();
		}).start();
		awaitUninterruptibly(done);
	}

	private static void awaitUninterruptibly(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private final class Recorder implements SerialEvents.Target {

		/** Runs once, in the next action. */
		private Runnable action = () -> {
		};

		private boolean failing;

		@Override
		public void act() {
			Runnable once = this.action;
			this.action = () -> {
			};
			once.run();
			SerialEventsTests.this.seen.add("act");
		}

		@Override
		public void failed(Throwable failure) {
			if (this.failing) {
				throw new IllegalStateException("second");
			}
			SerialEventsTests.this.seen.add("failed " + failure.getMessage());
		}

	}

}
