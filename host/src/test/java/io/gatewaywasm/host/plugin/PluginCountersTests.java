package io.gatewaywasm.host.plugin;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link PluginCounters}.
 */
class PluginCountersTests {

	private static final int TIMES = 100_000;

	@Test
	void failureThatIsCountedIsDescribed() {
		List<PluginCounters> counters = Stream.generate(PluginCounters::new).limit(TIMES).toList();
		CompletableFuture<Void> failing = CompletableFuture
			.runAsync(() -> counters.forEach((each) -> each.failed("a failure", List.of())));
		int undescribed = 0;
		for (PluginCounters each : counters) {
			while (each.status(0, 0).failures() == 0) {
				Thread.onSpinWait();
			}
			undescribed += (each.lastFailure() == null) ? 1 : 0;
		}
		failing.join();
		assertThat(undescribed).isZero();
	}

}
