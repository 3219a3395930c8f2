package io.gatewaywasm.host.vm;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import io.gatewaywasm.host.spi.FailureReason;
import io.gatewaywasm.host.spi.RootSpec;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link FailedRootStarts}.
 */
class FailedRootStartsTests {

	private static final RootSpec ROOT = root(-1);

	private static final VmFailure TRAP = VmFailure.of(FailureReason.TRAP, "trapped");

	private final AtomicLong now = new AtomicLong(Long.MAX_VALUE);

	private final FailedRootStarts roots = new FailedRootStarts(this.now::get);

	private static RootSpec root(int number) {
		return new RootSpec("probe", "root-" + number, new byte[0]);
	}

	private void advance(Duration duration) {
		this.now.addAndGet(duration.toNanos());
	}

	@Test
	void rootThatWasRefusedIsLoggedOnceAndNotBlocked() {
		assertThat(this.roots.isFirst(ROOT)).isTrue();
		assertThat(this.roots.isFirst(ROOT)).isFalse();
		assertThat(this.roots.isBlocked(ROOT)).isFalse();
		assertThat(this.roots.tryStart(ROOT, false)).isNull();
		this.roots.started(ROOT);
		assertThat(this.roots.isFirst(ROOT)).isTrue();
	}

	@Test
	void delayDoublesFromASecondToAMinute() {
		for (int seconds : new int[] { 1, 2, 4, 8, 16, 32, 60, 60 }) {
			this.roots.lost(ROOT, TRAP);
			advance(Duration.ofSeconds(seconds).minusNanos(1));
			assertThat(this.roots.isBlocked(ROOT)).isTrue();
			assertThat(this.roots.tryStart(ROOT, false)).isSameAs(TRAP);
			advance(Duration.ofNanos(1));
			assertThat(this.roots.isBlocked(ROOT)).isFalse();
			assertThat(this.roots.tryStart(ROOT, false)).isNull();
		}
	}

	@Test
	void onlyOneStreamTriesAgain() {
		this.roots.lost(ROOT, TRAP);
		advance(Duration.ofSeconds(1));
		assertThat(this.roots.tryStart(ROOT, false)).isNull();
		assertThat(this.roots.tryStart(ROOT, false)).isSameAs(TRAP);
		advance(Duration.ofSeconds(1));
		assertThat(this.roots.tryStart(ROOT, false)).isNull();
	}

	@Test
	void rootThatLostAVmIsNotStartedAgainOnAnEventLoop() {
		assertThat(this.roots.tryStart(ROOT, true)).isNull();
		this.roots.lost(ROOT, TRAP);
		advance(Duration.ofSeconds(1));
		assertThat(this.roots.tryStart(ROOT, true)).isSameAs(TRAP);
		assertThat(this.roots.tryStart(ROOT, false)).isNull();
	}

	@Test
	void startEndsTheDelay() {
		this.roots.lost(ROOT, TRAP);
		this.roots.started(ROOT);
		assertThat(this.roots.tryStart(ROOT, false)).isNull();
		this.roots.lost(ROOT, TRAP);
		advance(Duration.ofSeconds(1));
		assertThat(this.roots.isBlocked(ROOT)).isFalse();
	}

	@Test
	void onlyTheRootsThatWereUsedLastAreRemembered() {
		this.roots.lost(ROOT, TRAP);
		for (int i = 0; i < FailedRootStarts.MAX_ROOTS; i++) {
			assertThat(this.roots.isBlocked(ROOT)).isTrue();
			this.roots.lost(root(i), TRAP);
		}
		assertThat(this.roots.isBlocked(ROOT)).isTrue();
		assertThat(this.roots.isBlocked(root(0))).isFalse();
		assertThat(this.roots.isBlocked(root(1))).isTrue();
	}

}
