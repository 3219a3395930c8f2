package io.gatewaywasm.boot.autoconfigure;

import io.gatewaywasm.boot.gateway.WasmGatewayFilterFactory.Config;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.context.annotation.ImportRuntimeHints;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link WasmGatewayRuntimeHints}.
 */
class WasmGatewayRuntimeHintsTests {

	private final RuntimeHints hints = new RuntimeHints();

	@BeforeEach
	void register() {
		new WasmGatewayRuntimeHints().registerHints(this.hints, getClass().getClassLoader());
	}

	@Test
	void autoConfigurationImportsHints() {
		assertThat(WasmGatewayAutoConfiguration.class.getAnnotation(ImportRuntimeHints.class).value())
			.containsExactly(WasmGatewayRuntimeHints.class);
	}

	@Test
	void argumentsOfFilterCanBeBound() throws NoSuchMethodException {
		assertThat(RuntimeHintsPredicates.reflection()
			.onType(Config.class)
			.withMemberCategory(MemberCategory.INVOKE_DECLARED_CONSTRUCTORS)).accepts(this.hints);
		assertThat(RuntimeHintsPredicates.reflection()
			.onMethodInvocation(Config.class.getMethod("setConfigurationLocation", String.class))).accepts(this.hints);
		assertThat(RuntimeHintsPredicates.reflection()
			.onMethodInvocation(Config.class.getMethod("setRouteId", String.class))).accepts(this.hints);
	}

	@ParameterizedTest
	@ValueSource(strings = { "hello_world.wasm", "filters/hello_world.wasm", "a/b/hello_world.wasm",
			"META-INF/gateway-wasm/modules/40c2b144b4e4fe4f46346cd3f7f836be28ba2bf6a013b8b06bab967ede69b372" })
	void modulesAreKept(String resource) {
		assertThat(RuntimeHintsPredicates.resource().forResource(resource)).accepts(this.hints);
	}

	@Test
	void otherResourcesAreNotKept() {
		assertThat(RuntimeHintsPredicates.resource().forResource("filters/hello_world.json")).rejects(this.hints);
	}

}
