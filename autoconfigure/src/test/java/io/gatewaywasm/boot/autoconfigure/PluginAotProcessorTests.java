package io.gatewaywasm.boot.autoconfigure;

import io.gatewaywasm.boot.plugin.PluginRegistry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.aot.generate.ClassNameGenerator;
import org.springframework.aot.generate.DefaultGenerationContext;
import org.springframework.aot.generate.GeneratedFiles.Kind;
import org.springframework.aot.generate.InMemoryGeneratedFiles;
import org.springframework.aot.hint.TypeReference;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.beans.factory.aot.AotServices;
import org.springframework.beans.factory.aot.BeanFactoryInitializationAotContribution;
import org.springframework.beans.factory.aot.BeanFactoryInitializationAotProcessor;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.javapoet.ClassName;
import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link PluginAotProcessor}. The demo shows that its files are used, because
 * CI starts the demo without a compiler.
 */
@Tag("slow")
class PluginAotProcessorTests {

	private final MockEnvironment environment = new MockEnvironment();

	private final DefaultListableBeanFactory beans = new DefaultListableBeanFactory();

	private final InMemoryGeneratedFiles files = new InMemoryGeneratedFiles();

	private final DefaultGenerationContext context = new DefaultGenerationContext(
			new ClassNameGenerator(ClassName.get("com.example", "Application")), this.files);

	@BeforeEach
	void register() {
		this.beans.registerSingleton(ConfigurableApplicationContext.ENVIRONMENT_BEAN_NAME, this.environment);
		this.beans.registerBeanDefinition("registry", new RootBeanDefinition(PluginRegistry.class));
	}

	@Test
	void springFindsProcessor() {
		assertThat(AotServices.factories().load(BeanFactoryInitializationAotProcessor.class))
			.hasAtLeastOneElementOfType(PluginAotProcessor.class);
	}

	@Test
	void modulesOnClassPathAreCompiledOnce() {
		this.environment.setProperty("gateway.wasm.plugins.one.url", "classpath:filters/hello_world.wasm");
		this.environment.setProperty("gateway.wasm.plugins.one.limits.memory", "1MB");
		this.environment.setProperty("gateway.wasm.plugins.two.url", "classpath:filters/hello_world.wasm");
		this.environment.setProperty("gateway.wasm.plugins.elsewhere.url", "https://localhost/other.wasm");
		process().applyTo(this.context, null);
		assertThat(this.files.getGeneratedFiles(Kind.RESOURCE).keySet()).singleElement()
			.asString()
			.matches("META-INF/gateway-wasm/modules/[0-9a-f]{64}");
		String sha256 = this.files.getGeneratedFiles(Kind.RESOURCE)
			.keySet()
			.iterator()
			.next()
			.substring("META-INF/gateway-wasm/modules/".length());
		String machine = "io.gatewaywasm.modules.Module_" + sha256;
		assertThat(this.files.getGeneratedFiles(Kind.CLASS)).containsKey(machine.replace('.', '/') + ".class");
		assertThat(RuntimeHintsPredicates.reflection().onType(TypeReference.of(machine)))
			.accepts(this.context.getRuntimeHints());
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void compilationIsLoggedWithSizeAndDuration(CapturedOutput output) {
		this.environment.setProperty("gateway.wasm.plugins.one.url", "classpath:filters/hello_world.wasm");
		process();
		assertThat(output).containsPattern("Compiled plugin 'one' \\([0-9]+ KB\\) to [0-9]+ classes in [0-9.]+ s");
	}

	@Test
	void moduleThatIsMissingFailsBuild() {
		this.environment.setProperty("gateway.wasm.plugins.one.url", "classpath:filters/nothing.wasm");
		assertThatIllegalStateException().isThrownBy(this::process)
			.withMessageContaining("'one'")
			.withMessageContaining("filters/nothing.wasm")
			.withMessageContaining("cannot be compiled at build time");
	}

	@Test
	void locationKnownAtRunTimeOnlyIsLeftToRunTime() {
		this.environment.setProperty("gateway.wasm.plugins.one.url", "${MODULE_LOCATION}");
		assertThat(process()).isNull();
	}

	@Test
	void applicationWithoutPluginsIsLeftAlone() {
		assertThat(process()).isNull();
		assertThat(new PluginAotProcessor().processAheadOfTime(new DefaultListableBeanFactory())).isNull();
	}

	private BeanFactoryInitializationAotContribution process() {
		return new PluginAotProcessor().processAheadOfTime(this.beans);
	}

}
