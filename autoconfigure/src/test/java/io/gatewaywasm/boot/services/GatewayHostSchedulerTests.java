package io.gatewaywasm.boot.services;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link GatewayHostScheduler}.
 */
class GatewayHostSchedulerTests {

	private final GatewayHostScheduler scheduler = new GatewayHostScheduler(4);

	private final CountDownLatch release = new CountDownLatch(1);

	@AfterEach
	void destroy() {
		this.release.countDown();
		this.scheduler.destroy();
	}

	@Test
	void pluginWhoseVmsStartSlowlyDelaysNoOther() throws Exception {
		block(this.scheduler.starts("slow"));
		assertRuns(this.scheduler.starts("other"));
		assertRuns(this.scheduler.background());
		assertRuns(this.scheduler.workers("slow"));
		assertRuns(this.scheduler.workers("other"));
	}

	@Test
	void pluginWhoseCallbacksAreSlowDelaysNoStart() throws Exception {
		block(this.scheduler.workers("slow"));
		assertRuns(this.scheduler.starts("slow"));
		assertRuns(this.scheduler.workers("other"));
	}

	@Test
	void startsMayBlock() throws Exception {
		CountDownLatch may = new CountDownLatch(1);
		this.scheduler.starts("a").execute(() -> {
			if (this.scheduler.mayBlock(Thread.currentThread())) {
				may.countDown();
			}
		});
		assertThat(may.await(60, TimeUnit.SECONDS)).isTrue();
		assertThat(this.scheduler.mayBlock(Thread.currentThread())).isFalse();
	}

	private void block(Executor executor) throws InterruptedException {
		CountDownLatch busy = new CountDownLatch(2);
		for (int i = 0; i < 20; i++) {
			executor.execute(() -> {
				busy.countDown();
				try {
					this.release.await();
				}
				catch (InterruptedException ex) {
					Thread.currentThread().interrupt();
				}
			});
		}
		assertThat(busy.await(60, TimeUnit.SECONDS)).isTrue();
	}

	private static void assertRuns(Executor executor) throws InterruptedException {
		CountDownLatch done = new CountDownLatch(1);
		executor.execute(done::countDown);
		assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
	}

}
