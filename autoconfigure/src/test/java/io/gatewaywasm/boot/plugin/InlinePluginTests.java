package io.gatewaywasm.boot.plugin;

import io.gatewaywasm.host.plugin.FailStrategy;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link InlinePlugin}.
 */
class InlinePluginTests {

	@Test
	void idIsBaseNameAndHash() {
		assertThat(plugin("classpath:filters/hello_world.wasm", null).id()).matches("hello-world-[0-9a-f]{8}");
		assertThat(plugin("file:/opt/My.Filter-v2.wasm", null).id()).matches("my-filter-v2-[0-9a-f]{8}");
		assertThat(plugin("oci://registry.example/", null).id()).matches("plugin-[0-9a-f]{8}");
	}

	@Test
	void vmIdIsTheIdOfThePlugin() {
		InlinePlugin plugin = plugin("classpath:a.wasm", null);
		assertThat(plugin.definitions()).hasSizeGreaterThan(1)
			.allSatisfy((definition) -> assertThat(definition.vm().id()).isEqualTo(definition.id()));
	}

	@Test
	void idIsSameForSameDescription() {
		assertThat(plugin("classpath:a.wasm", "x").id()).isEqualTo(plugin("classpath:a.wasm", "x").id());
	}

	@Test
	void idDiffersWithAnySetting() {
		assertThat(plugin("classpath:a.wasm", null).id()).isNotEqualTo(plugin("classpath:b/a.wasm", null).id())
			.isNotEqualTo(plugin("classpath:a.wasm", "").id())
			.isNotEqualTo(plugin("classpath:a.wasm", "x").id())
			.isNotEqualTo(
					new InlinePlugin("classpath:a.wasm", null, "root", PluginConfiguration.NONE, FailStrategy.CLOSED)
						.id())
			.isNotEqualTo(
					new InlinePlugin("classpath:a.wasm", null, "", PluginConfiguration.NONE, FailStrategy.OPEN).id());
	}

	@Test
	void idDiffersWhereSettingsContainSeparators() {
		assertThat(new InlinePlugin("a", "b\0c", "d", PluginConfiguration.NONE, FailStrategy.CLOSED).id())
			.isNotEqualTo(new InlinePlugin("a", "b", "c\0d", PluginConfiguration.NONE, FailStrategy.CLOSED).id());
	}

	@Test
	void nothingShowsConfiguration() {
		InlinePlugin plugin = plugin("classpath:a.wasm", "s3cr3t");
		assertThat(plugin.toString()).doesNotContain("s3cr3t");
		assertThat(plugin.definition().toString()).doesNotContain("s3cr3t");
		assertThat(plugin.configuration().toString()).doesNotContain("s3cr3t");
	}

	private static InlinePlugin plugin(String url, String configuration) {
		return new InlinePlugin(url, null, "", new PluginConfiguration(configuration, null), FailStrategy.CLOSED);
	}

}
