package io.gatewaywasm.boot.autoconfigure;

import io.gatewaywasm.boot.gateway.WasmGatewayFilterFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;

/**
 * Keeps in a native image what the application finds only at run time: the filter's
 * arguments, which Spring Cloud Gateway binds by reflection, the modules, and the version
 * of the engine that they were compiled for.
 */
final class WasmGatewayRuntimeHints implements RuntimeHintsRegistrar {

	@Override
	public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
		hints.reflection()
			.registerType(WasmGatewayFilterFactory.Config.class, MemberCategory.INVOKE_DECLARED_CONSTRUCTORS,
					MemberCategory.INVOKE_PUBLIC_METHODS);
		hints.resources()
			.registerPattern("*.wasm")
			.registerPattern("**/*.wasm")
			.registerPattern("META-INF/gateway-wasm/modules/*")
			.registerPattern("META-INF/maven/com.dylibso.chicory/runtime/pom.properties")
			.registerPattern("META-INF/maven/io.gatewaywasm/gateway-wasm-host/pom.properties");
	}

}
