package io.gatewaywasm.boot.autoconfigure;

import java.util.List;

import io.gatewaywasm.boot.actuate.WasmEndpoint;
import io.gatewaywasm.boot.actuate.WasmHealthIndicator;
import io.gatewaywasm.boot.gateway.WasmGatewayFilterFactory;
import io.gatewaywasm.boot.gateway.WasmGlobalFilter;
import io.gatewaywasm.boot.gateway.WasmResponseFilter;
import io.gatewaywasm.boot.plugin.PluginRegistry;
import io.gatewaywasm.boot.services.GatewayHostScheduler;
import io.gatewaywasm.host.engine.WasmEngine;
import io.gatewaywasm.host.spi.HostScheduler;
import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.BeanClassLoaderAware;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.DeferredImportSelector;
import org.springframework.context.annotation.Import;
import org.springframework.core.type.AnnotationMetadata;
import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the auto-configurations.
 */
@ExtendWith(OutputCaptureExtension.class)
class WasmGatewayAutoConfigurationTests {

	private final ReactiveWebApplicationContextRunner contextRunner = new ReactiveWebApplicationContextRunner()
		.withUserConfiguration(Named.class);

	@Test
	void runShouldCreateFilter() {
		this.contextRunner.run((context) -> assertThat(context).hasSingleBean(WasmGatewayFilterFactory.class)
			.hasSingleBean(WasmResponseFilter.class)
			.hasSingleBean(PluginRegistry.class)
			.hasSingleBean(WasmEngine.class)
			.doesNotHaveBean("wasmServletWarning"));
	}

	@Test
	void runWhenDisabledShouldCreateNothing() {
		this.contextRunner.withPropertyValues("gateway.wasm.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(WasmGatewayFilterFactory.class)
				.doesNotHaveBean(PluginRegistry.class)
				.doesNotHaveBean(WasmEndpoint.class));
	}

	@Test
	void runWhenGatewayDisabledShouldCreateNothing() {
		this.contextRunner.withPropertyValues("spring.cloud.gateway.server.webflux.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(PluginRegistry.class));
	}

	@Test
	void runWhenFilterDisabledShouldNotCreateFilter() {
		this.contextRunner.withPropertyValues("spring.cloud.gateway.server.webflux.filter.wasm.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(WasmGatewayFilterFactory.class)
				.doesNotHaveBean(WasmResponseFilter.class));
	}

	@Test
	void runWithoutGatewayShouldCreateNothing() {
		this.contextRunner.withClassLoader(new FilteredClassLoader("org.springframework.cloud.gateway"))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(PluginRegistry.class));
	}

	@Test
	void runWithoutMicrometerShouldCreateFilter() {
		this.contextRunner.withClassLoader(new FilteredClassLoader(MeterRegistry.class))
			.withPropertyValues("gateway.wasm.plugins.hello.url=classpath:filters/hello_world.wasm")
			.run((context) -> assertThat(context).hasNotFailed().hasSingleBean(WasmGatewayFilterFactory.class));
	}

	@Test
	void runWithoutActuatorShouldCreateFilter() {
		this.contextRunner
			.withClassLoader(
					new FilteredClassLoader("org.springframework.boot.actuate", "org.springframework.boot.health"))
			.run((context) -> assertThat(context).hasNotFailed().hasSingleBean(WasmGatewayFilterFactory.class));
	}

	@Test
	void runWithoutHealthShouldNotCreateIndicator() {
		this.contextRunner.withClassLoader(new FilteredClassLoader(HealthIndicator.class))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(PluginRegistry.class)
				.doesNotHaveBean("wasmHealthIndicator"));
	}

	@Test
	void runShouldCreateHealthIndicatorUnlessDisabled() {
		this.contextRunner.run((context) -> assertThat(context).hasSingleBean(WasmHealthIndicator.class));
		this.contextRunner.withPropertyValues("management.health.wasm.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(WasmHealthIndicator.class));
	}

	@Test
	void runShouldCreateEndpointOnlyIfExposed() {
		this.contextRunner.run((context) -> assertThat(context).doesNotHaveBean(WasmEndpoint.class));
		this.contextRunner.withPropertyValues("management.endpoints.web.exposure.include=wasm")
			.run((context) -> assertThat(context).hasSingleBean(WasmEndpoint.class));
	}

	@Test
	void runShouldCreateGlobalFilterOnlyIfThereArePlugins() {
		this.contextRunner.run((context) -> assertThat(context).doesNotHaveBean(WasmGlobalFilter.class));
		this.contextRunner
			.withPropertyValues("gateway.wasm.plugins.hello.url=classpath:filters/probe_rust.wasm",
					"gateway.wasm.global-filters=hello")
			.run((context) -> assertThat(context).hasSingleBean(WasmGlobalFilter.class));
	}

	@Test
	void runShouldUseBeansOfApplication() {
		this.contextRunner.withUserConfiguration(OwnScheduler.class)
			.run((context) -> assertThat(context).hasSingleBean(HostScheduler.class).hasBean("ownScheduler"));
	}

	@Test
	void runInServletApplicationShouldWarn(CapturedOutput output) {
		new WebApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(WasmServletAutoConfiguration.class, WasmGatewayAutoConfiguration.class))
			.run((context) -> assertThat(context).doesNotHaveBean(PluginRegistry.class));
		assertThat(output).contains("Gateway Wasm has no effect in a servlet application");
	}

	@Test
	void runWithoutGatewayShouldWarn(CapturedOutput output) {
		new ApplicationContextRunner().withClassLoader(new FilteredClassLoader("org.springframework.cloud.gateway"))
			.withConfiguration(AutoConfigurations.of(WasmWithoutGatewayAutoConfiguration.class))
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).contains("Gateway Wasm has no effect: Spring Cloud Gateway is not on the class path");
	}

	@Test
	void everyAutoConfigurationIsRegistered() {
		assertThat(ImportCandidates.load(AutoConfiguration.class, null).getCandidates()).contains(
				WasmGatewayAutoConfiguration.class.getName(), WasmGatewayEndpointAutoConfiguration.class.getName(),
				WasmGatewayHealthContributorAutoConfiguration.class.getName(),
				WasmGatewayMetricsAutoConfiguration.class.getName(), WasmServletAutoConfiguration.class.getName(),
				WasmWithoutGatewayAutoConfiguration.class.getName());
	}

	/**
	 * Auto-configurations by name, as Spring Boot takes them: without loading classes
	 * that may not be there.
	 */
	@Configuration(proxyBeanMethods = false)
	@Import(Named.Selector.class)
	static class Named {

		static class Selector implements DeferredImportSelector, BeanClassLoaderAware {

			private static final String HERE = "io.gatewaywasm.boot.autoconfigure.";

			private static final List<String> NAMES = List.of(
					"org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration",
					"org.springframework.boot.webflux.autoconfigure.HttpHandlerAutoConfiguration",
					"org.springframework.boot.webflux.autoconfigure.WebFluxAutoConfiguration",
					"org.springframework.cloud.gateway.config.GatewayAutoConfiguration",
					HERE + "WasmGatewayMetricsAutoConfiguration", HERE + "WasmGatewayAutoConfiguration",
					HERE + "WasmGatewayEndpointAutoConfiguration",
					HERE + "WasmGatewayHealthContributorAutoConfiguration", HERE + "WasmServletAutoConfiguration");

			private ClassLoader classLoader;

			@Override
			public void setBeanClassLoader(ClassLoader classLoader) {
				this.classLoader = classLoader;
			}

			@Override
			public String[] selectImports(AnnotationMetadata importingClassMetadata) {
				return NAMES.stream()
					.filter((name) -> name.startsWith(HERE) || ClassUtils.isPresent(name, this.classLoader))
					.toArray(String[]::new);
			}

		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnScheduler {

		@Bean(destroyMethod = "destroy")
		HostScheduler ownScheduler() {
			return new GatewayHostScheduler(1);
		}

	}

}
