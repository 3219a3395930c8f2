package io.gatewaywasm.boot.plugin;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;

import io.gatewaywasm.host.plugin.FailStrategy;
import io.gatewaywasm.host.plugin.PluginState;
import io.gatewaywasm.host.spi.Cancellable;
import io.gatewaywasm.host.spi.HostScheduler;
import org.junit.jupiter.api.Test;

import org.springframework.core.io.DefaultResourceLoader;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link UnusedPlugins} and for the states of a {@link PluginHandle}.
 */
class UnusedPluginsTests {

	private final List<Runnable> scheduled = new ArrayList<>();

	private final Map<String, PluginHandle> handles = new ConcurrentHashMap<>();

	private final UnusedPlugins unused = new UnusedPlugins(this.handles, new ManualScheduler());

	@Test
	void inlinePluginWithoutRouteIsClosed() {
		PluginHandle handle = failed(false);
		this.unused.sweep(Duration.ZERO);
		assertThat(this.handles).isEmpty();
		assertThat(handle.state()).isEqualTo(PluginState.CLOSED);
	}

	@Test
	void unusedPluginStaysForTheGracePeriod() {
		failed(false);
		this.unused.sweep(Duration.ofMinutes(1));
		assertThat(this.handles).hasSize(1);
	}

	@Test
	void declaredPluginStays() {
		failed(true);
		this.unused.sweep(Duration.ZERO);
		assertThat(this.handles).hasSize(1);
	}

	@Test
	void pluginOfRouteStaysUntilRouteIsGone() {
		PluginHandle handle = failed(false);
		handle.use().usedBy(new RouteUse(Set.of("route"), Set.of()));
		this.unused.sweep(Duration.ZERO);
		assertThat(this.handles).hasSize(1);
		handle.use().usedBy(RouteUse.NONE);
		this.unused.sweep(Duration.ZERO);
		assertThat(this.handles).isEmpty();
	}

	@Test
	void pluginThatARouteUsesAgainDuringTheSweepStays() {
		Map<String, PluginHandle> raced = new ConcurrentHashMap<>() {

			@Override
			public boolean remove(Object key, Object value) {
				use(key);
				return super.remove(key, value);
			}

			@Override
			public PluginHandle computeIfPresent(String key,
					BiFunction<? super String, ? super PluginHandle, ? extends PluginHandle> function) {
				use(key);
				return super.computeIfPresent(key, function);
			}

			private void use(Object key) {
				get(key).use().usedBy(new RouteUse(Set.of("route"), Set.of()));
			}

		};
		PluginHandle handle = failed(false);
		raced.put(handle.id(), handle);
		new UnusedPlugins(raced, new ManualScheduler()).sweep(Duration.ZERO);
		assertThat(raced).containsValue(handle);
		assertThat(handle.state()).isEqualTo(PluginState.FAILED);
	}

	@Test
	void oneSweepIsScheduledAtATime() {
		failed(false);
		this.unused.sweepLater();
		this.unused.sweepLater();
		assertThat(this.scheduled).hasSize(1);
		this.scheduled.get(0).run();
		assertThat(this.scheduled).hasSize(2);
	}

	@Test
	void nothingIsScheduledWithoutNeed() {
		failed(true);
		this.unused.sweepLater();
		assertThat(this.scheduled).isEmpty();
	}

	@Test
	void failedPluginIsTriedAgainOnlyAfterAWhile() {
		PluginHandle handle = failed(false);
		assertThat(handle.loaded()).isCompletedExceptionally();
		assertThat(handle.restart(Instant.now().minusSeconds(10))).isFalse();
		assertThat(handle.restart(Instant.now().plusSeconds(1))).isTrue();
		assertThat(handle.state()).isEqualTo(PluginState.LOADING);
		assertThat(handle.loaded()).isNotDone();
		assertThat(handle.restart(Instant.now().plusSeconds(1))).isFalse();
	}

	private PluginHandle failed(boolean declared) {
		PluginDefinition definition = declared ? PluginDefinition.of("p", "classpath:no-such-file")
				: new InlinePlugin("classpath:no-such-file", null, "", PluginConfiguration.NONE, FailStrategy.CLOSED)
					.definition();
		PluginHandle handle = new PluginHandle(definition,
				new PluginLoader(new ModuleLoader(new DefaultResourceLoader(), null), null, null, 1), List.of());
		this.handles.put(handle.id(), handle);
		handle.loadInBackground(Runnable::run);
		assertThat(handle.state()).isEqualTo(PluginState.FAILED);
		assertThat(handle.failure().getReason()).contains("does not exist");
		return handle;
	}

	private final class ManualScheduler implements HostScheduler {

		@Override
		public Cancellable schedule(Runnable task, Duration delay) {
			UnusedPluginsTests.this.scheduled.add(task);
			return () -> {
			};
		}

		@Override
		public Executor background() {
			return Runnable::run;
		}

	}

}
