package io.gatewaywasm.boot.autoconfigure;

import java.util.List;
import java.util.Map;

import dev.cel.compiler.CelCompiler;
import io.gatewaywasm.boot.actuate.OptionalFeature;
import io.gatewaywasm.boot.grpc.GrpcJavaCallouts;
import io.gatewaywasm.boot.services.Upstreams;
import io.gatewaywasm.host.spi.ForeignFunction;
import io.gatewaywasm.host.spi.GrpcCallouts;
import io.gatewaywasm.host.spi.RedisCallouts;
import org.junit.jupiter.api.Test;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link WasmGrpcConfiguration}, {@link WasmRedisConfiguration} and
 * {@link WasmCelConfiguration}.
 */
class OptionalFeatureConfigurationTests {

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withBean(Upstreams.class, () -> new Upstreams(Map.of(), List.of(), true))
		.withUserConfiguration(Properties.class, WasmGrpcConfiguration.class, WasmRedisConfiguration.class,
				WasmCelConfiguration.class);

	@Test
	void librariesMakeFeaturesAvailable() {
		this.contextRunner.run((context) -> {
			assertThat(context).hasSingleBean(GrpcJavaCallouts.class);
			assertThat(context.getBeansOfType(ForeignFunction.class)).containsOnlyKeys("expr_create", "expr_evaluate",
					"expr_delete");
			assertThat(context.getBeansOfType(OptionalFeature.class).values()).containsExactlyInAnyOrder(
					new OptionalFeature("grpc", "available"), new OptionalFeature("redis", "available"),
					new OptionalFeature("cel", "available"));
		});
	}

	@Test
	void withoutGrpcJavaTheReasonIsShown() {
		this.contextRunner.withClassLoader(new FilteredClassLoader("io.grpc")).run((context) -> {
			assertThat(context).doesNotHaveBean(GrpcCallouts.class);
			assertThat(context.getBean("wasmGrpcFeature"))
				.isEqualTo(new OptionalFeature("grpc", "unavailable (grpc-java is not on the class path)"));
		});
	}

	@Test
	void withoutLettuceTheReasonIsShown() {
		this.contextRunner.withClassLoader(new FilteredClassLoader("io.lettuce")).run((context) -> {
			assertThat(context).doesNotHaveBean(RedisCallouts.class);
			assertThat(context.getBean("wasmRedisFeature")).isEqualTo(
					new OptionalFeature("redis", "unavailable (io.lettuce:lettuce-core is not on the class path)"));
		});
	}

	@Test
	void withoutCelTheReasonIsShown() {
		this.contextRunner.withClassLoader(new FilteredClassLoader(CelCompiler.class)).run((context) -> {
			assertThat(context).doesNotHaveBean("expr_create");
			assertThat(context.getBean("wasmCelFeature"))
				.isEqualTo(new OptionalFeature("cel", "unavailable (dev.cel:cel is not on the class path)"));
		});
	}

	@Test
	void applicationReplacesCalloutsAndFunctions() {
		GrpcCallouts callouts = (plugin, upstream, method, metadata, timeout, listener) -> null;
		ForeignFunction function = (call, arguments) -> arguments;
		this.contextRunner.withBean("own", GrpcCallouts.class, () -> callouts)
			.withBean("expr_create", ForeignFunction.class, () -> function)
			.run((context) -> {
				assertThat(context.getBean(GrpcCallouts.class)).isSameAs(callouts);
				assertThat(context.getBean("expr_create")).isSameAs(function);
			});
	}

	@EnableConfigurationProperties(WasmGatewayProperties.class)
	private static final class Properties {

	}

}
