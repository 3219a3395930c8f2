package io.gatewaywasm.boot.autoconfigure;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

import io.gatewaywasm.boot.plugin.PluginRegistry;
import io.gatewaywasm.boot.plugin.Progress;
import io.gatewaywasm.host.engine.EngineOptions;
import io.gatewaywasm.host.engine.ModuleException;
import io.gatewaywasm.host.engine.PrecompiledModule;
import io.gatewaywasm.host.engine.WasmEngine;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.aot.generate.GeneratedFiles.Kind;
import org.springframework.aot.generate.GeneratedFiles;
import org.springframework.aot.generate.GenerationContext;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.TypeReference;
import org.springframework.beans.factory.aot.BeanFactoryInitializationAotContribution;
import org.springframework.beans.factory.aot.BeanFactoryInitializationAotProcessor;
import org.springframework.beans.factory.aot.BeanFactoryInitializationCode;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.Environment;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.DefaultResourceLoader;
import org.springframework.core.io.Resource;
import org.springframework.core.io.ResourceLoader;

/**
 * Compiles the modules of declared plugins during ahead-of-time processing, provided they
 * are on the class path. At run time the application then starts faster and needs no
 * compiler.
 */
final class PluginAotProcessor implements BeanFactoryInitializationAotProcessor {

	private static final Logger logger = LoggerFactory.getLogger(PluginAotProcessor.class);

	private static final Bindable<Map<String, Plugin>> PLUGINS = Bindable.mapOf(String.class, Plugin.class);

	@Override
	public @Nullable BeanFactoryInitializationAotContribution processAheadOfTime(
			ConfigurableListableBeanFactory beanFactory) {
		if (beanFactory.getBeanNamesForType(PluginRegistry.class, true, false).length == 0) {
			return null;
		}
		Environment environment = beanFactory.getBean(ConfigurableApplicationContext.ENVIRONMENT_BEAN_NAME,
				Environment.class);
		Map<String, PrecompiledModule> modules = compile(plugins(environment),
				new DefaultResourceLoader(beanFactory.getBeanClassLoader()));
		return modules.isEmpty() ? null : new Contribution(modules);
	}

	private static Map<String, Plugin> plugins(Environment environment) {
		try {
			return Binder.get(environment).bind("gateway.wasm.plugins", PLUGINS).orElseGet(Map::of);
		}
		catch (BindException ex) {
			logger.warn("No Wasm modules are compiled at build time, because their locations cannot be resolved: {}",
					ex.getMessage());
			return Map.of();
		}
	}

	private static Map<String, PrecompiledModule> compile(Map<String, Plugin> plugins, ResourceLoader resources) {
		WasmEngine engine = WasmEngine.create(EngineOptions.defaults());
		Map<String, PrecompiledModule> modules = new LinkedHashMap<>();
		new TreeMap<>(plugins).forEach((name, plugin) -> {
			String url = plugin.url();
			if (url != null && url.startsWith(ResourceLoader.CLASSPATH_URL_PREFIX)) {
				PrecompiledModule module = compile(engine, name, resources.getResource(url));
				modules.put(module.sha256(), module);
			}
			else {
				logger.info("The module of Wasm plugin '{}' is not on the class path. It is compiled at run time.",
						name);
			}
		});
		return modules;
	}

	private static PrecompiledModule compile(WasmEngine engine, String name, Resource resource) {
		try {
			byte[] bytes = resource.getContentAsByteArray();
			String size = Progress.size(bytes.length);
			long start = System.nanoTime();
			PrecompiledModule module = Progress.during("Compiling plugin '%s' (%s)".formatted(name, size),
					() -> engine.precompile(bytes));
			logger.info("Compiled plugin '{}' ({}) to {} classes in {} s", name, size, module.classFiles().size(),
					String.format(Locale.ROOT, "%.1f", (System.nanoTime() - start) / 1e9));
			return module;
		}
		catch (IOException | ModuleException ex) {
			throw new IllegalStateException("The module of Wasm plugin '%s' (%s) cannot be compiled at build time: %s"
				.formatted(name, resource.getDescription(), ex.getMessage()), ex);
		}
	}

	/**
	 * The only property that is read at build time. The others may contain placeholders
	 * that only the run time can resolve.
	 */
	record Plugin(@Nullable String url) {

	}

	private record Contribution(
			Map<String, PrecompiledModule> modules) implements BeanFactoryInitializationAotContribution {

		@Override
		public void applyTo(GenerationContext context, BeanFactoryInitializationCode code) {
			this.modules.values().forEach((module) -> apply(module, context));
		}

		private static void apply(PrecompiledModule module, GenerationContext context) {
			GeneratedFiles files = context.getGeneratedFiles();
			module.classFiles().forEach((path, bytes) -> files.addFile(Kind.CLASS, path, new ByteArrayResource(bytes)));
			module.resources()
				.forEach((path, bytes) -> files.addFile(Kind.RESOURCE, path, new ByteArrayResource(bytes)));
			context.getRuntimeHints()
				.reflection()
				.registerType(TypeReference.of(module.machineClass()), MemberCategory.INVOKE_PUBLIC_CONSTRUCTORS);
		}

	}

}
