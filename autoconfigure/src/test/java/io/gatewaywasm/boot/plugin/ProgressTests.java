package io.gatewaywasm.boot.plugin;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.mockito.ArgumentCaptor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.BDDMockito.then;
import static org.mockito.BDDMockito.willReturn;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.times;

/**
 * Tests for {@link Progress}.
 */
class ProgressTests {

	private final ScheduledExecutorService timer = mock(ScheduledExecutorService.class);

	private final List<String> lines = new ArrayList<>();

	private long now;

	@Test
	void startProgressAndDurationOfWorkAreLogged() {
		Progress progress = begin();
		this.now = 500;
		runScheduled(1, 500);
		this.now = 2500;
		runScheduled(2, 2000);
		this.now = 2700;
		progress.close();
		assertThat(this.lines).containsExactly("Compiling plugin 'mask' (3.4 MB)...",
				"Compiling plugin 'mask' (3.4 MB) still running after 2.5 s",
				"Compiling plugin 'mask' (3.4 MB) took 2.7 s");
	}

	@Test
	void shortWorkIsNotMentioned() {
		begin().close();
		runScheduled(1, 500);
		assertThat(this.lines).isEmpty();
	}

	@Test
	void sizesAreReadable() {
		assertThat(Progress.size(1)).isEqualTo("1 KB");
		assertThat(Progress.size(90_000)).isEqualTo("88 KB");
		assertThat(Progress.size(3_565_158)).isEqualTo("3.4 MB");
	}

	private Progress begin() {
		willReturn(mock(ScheduledFuture.class)).given(this.timer).schedule(any(Runnable.class), anyLong(), any());
		return new Progress("Compiling plugin 'mask' (3.4 MB)", this.timer, () -> this.now * 1_000_000,
				this.lines::add);
	}

	private void runScheduled(int number, long delay) {
		ArgumentCaptor<Runnable> task = ArgumentCaptor.forClass(Runnable.class);
		ArgumentCaptor<Long> millis = ArgumentCaptor.forClass(Long.class);
		then(this.timer).should(times(number)).schedule(task.capture(), millis.capture(), any(TimeUnit.class));
		assertThat(millis.getAllValues().get(number - 1)).isEqualTo(delay);
		task.getAllValues().get(number - 1).run();
	}

}
