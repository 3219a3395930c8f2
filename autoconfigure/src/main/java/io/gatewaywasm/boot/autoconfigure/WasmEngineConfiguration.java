package io.gatewaywasm.boot.autoconfigure;

import io.gatewaywasm.host.engine.ChicoryEngine;
import io.gatewaywasm.host.engine.EngineOptions;
import io.gatewaywasm.host.engine.WasmEngine;

import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The engine that runs modules.
 */
@Configuration(proxyBeanMethods = false)
final class WasmEngineConfiguration {

	@Bean
	@ConditionalOnMissingBean
	WasmEngine wasmEngine() {
		return ChicoryEngine.create(EngineOptions.defaults());
	}

}
