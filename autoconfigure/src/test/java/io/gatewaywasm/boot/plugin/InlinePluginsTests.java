package io.gatewaywasm.boot.plugin;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.gatewaywasm.host.plugin.FailStrategy;
import org.junit.jupiter.api.Test;

import org.springframework.core.io.DefaultResourceLoader;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link InlinePlugins}.
 */
class InlinePluginsTests {

	private final Map<String, PluginHandle> handles = new ConcurrentHashMap<>();

	private final PluginLoader loader = new PluginLoader(new ModuleLoader(new DefaultResourceLoader(), null), null,
			null, 1);

	/** Never loads a plugin. */
	private final InlinePlugins plugins = new InlinePlugins(this.handles, this.loader, List.of(), null, (load) -> {
	});

	@Test
	void definitionsWithTheSameHashAreDifferentPlugins() {
		Map<String, InlinePlugin> byId = new HashMap<>();
		InlinePlugin first = null;
		InlinePlugin second = null;
		for (int i = 0; first == null; i++) {
			second = plugin(Integer.toString(i));
			first = byId.put(second.id(), second);
		}
		PluginHandle ofFirst = this.plugins.get(first, null, false);
		PluginHandle ofSecond = this.plugins.get(second, null, false);
		assertThat(ofSecond).isNotSameAs(ofFirst);
		assertThat(ofFirst.id()).isEqualTo(first.id()).matches("a-[0-9a-f]{8}");
		assertThat(ofSecond.id()).startsWith(second.id()).matches("a-[0-9a-f]{16}");
		assertThat(ofFirst.definition().configuration()).isEqualTo(first.configuration());
		assertThat(ofSecond.definition().configuration()).isEqualTo(second.configuration());
		assertThat(this.plugins.get(first, null, false)).isSameAs(ofFirst);
		assertThat(this.plugins.get(second, null, false)).isSameAs(ofSecond);
	}

	@Test
	void declaredPluginWithTheSameIdIsNotUsed() {
		InlinePlugin inline = plugin("x");
		PluginHandle declared = new PluginHandle(PluginDefinition.of(inline.id(), "classpath:b.wasm"), this.loader,
				List.of());
		this.handles.put(inline.id(), declared);
		assertThat(this.plugins.get(inline, null, false).definition().url()).isEqualTo("classpath:a.wasm");
		assertThat(this.handles).containsEntry(inline.id(), declared);
	}

	private static InlinePlugin plugin(String configuration) {
		return new InlinePlugin("classpath:a.wasm", null, "", new PluginConfiguration(configuration, null),
				FailStrategy.CLOSED);
	}

}
