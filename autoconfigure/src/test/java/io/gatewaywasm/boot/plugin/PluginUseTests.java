package io.gatewaywasm.boot.plugin;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

import io.gatewaywasm.host.spi.RootSpec;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link PluginUse}.
 */
class PluginUseTests {

	private final PluginUse use = new PluginUse();

	@Test
	void rootContextsOfRemovedRoutesAreTakenOnce() {
		this.use.usedBy(routeWith("a", "b"));
		assertThat(this.use.hasUnusedRoots()).isFalse();
		this.use.usedBy(routeWith("b", "c"));
		assertThat(this.use.hasUnusedRoots()).isTrue();
		assertThat(this.use.takeUnusedRoots(Duration.ZERO)).containsExactly(root("a"));
		assertThat(this.use.takeUnusedRoots(Duration.ZERO)).isEmpty();
		assertThat(this.use.hasUnusedRoots()).isFalse();
	}

	@Test
	void rootContextsAreNotTakenBeforeTheGracePeriod() {
		this.use.usedBy(routeWith("a"));
		this.use.usedBy(RouteUse.NONE);
		this.use.usedBy(RouteUse.NONE);
		assertThat(this.use.takeUnusedRoots(Duration.ofHours(1))).isEmpty();
		assertThat(this.use.takeUnusedRoots(Duration.ZERO)).containsExactly(root("a"));
	}

	@Test
	void rootContextOfARouteThatComesBackIsNotTaken() {
		this.use.usedBy(routeWith("a"));
		this.use.usedBy(RouteUse.NONE);
		this.use.usedBy(routeWith("a"));
		assertThat(this.use.takeUnusedRoots(Duration.ZERO)).isEmpty();
	}

	private static RouteUse routeWith(String... configurations) {
		return new RouteUse(Set.of("route"),
				Arrays.stream(configurations).map(PluginUseTests::root).collect(Collectors.toSet()));
	}

	private static RootSpec root(String configuration) {
		return new RootSpec("p", "", configuration.getBytes(StandardCharsets.UTF_8));
	}

}
