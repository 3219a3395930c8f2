package io.gatewaywasm.boot.autoconfigure;

import dev.cel.compiler.CelCompiler;
import dev.cel.runtime.CelRuntime;
import io.gatewaywasm.boot.actuate.OptionalFeature;
import io.gatewaywasm.boot.cel.CelFunctions;
import io.gatewaywasm.host.spi.ForeignFunction;

import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Configures CEL expressions if the CEL library is on the class path. Guests call them as
 * foreign functions under Envoy's names.
 */
@Configuration(proxyBeanMethods = false)
final class WasmCelConfiguration {

	private static final String FEATURE = "cel";

	/**
	 * Configuration if CEL is on the class path.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ CelCompiler.class, CelRuntime.class })
	static final class CelConfiguration {

		@Bean
		@ConditionalOnMissingBean
		CelFunctions wasmCelFunctions(WasmGatewayProperties properties) {
			return new CelFunctions(properties.maxExpressions());
		}

		@Bean("expr_create")
		@ConditionalOnMissingBean(name = "expr_create")
		ForeignFunction wasmExprCreate(CelFunctions functions) {
			return functions::create;
		}

		@Bean("expr_evaluate")
		@ConditionalOnMissingBean(name = "expr_evaluate")
		ForeignFunction wasmExprEvaluate(CelFunctions functions) {
			return functions::evaluate;
		}

		@Bean("expr_delete")
		@ConditionalOnMissingBean(name = "expr_delete")
		ForeignFunction wasmExprDelete(CelFunctions functions) {
			return functions::delete;
		}

		@Bean
		OptionalFeature wasmCelFeature() {
			return OptionalFeature.available(FEATURE);
		}

	}

	/**
	 * Configuration if CEL is not on the class path.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnMissingClass("dev.cel.compiler.CelCompiler")
	static final class WithoutCelConfiguration {

		@Bean
		OptionalFeature wasmCelFeature() {
			return OptionalFeature.unavailable(FEATURE, "dev.cel:cel is not on the class path");
		}

	}

}
