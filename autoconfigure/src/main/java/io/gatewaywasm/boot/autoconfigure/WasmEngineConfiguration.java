package io.gatewaywasm.boot.autoconfigure;

import java.nio.file.Path;

import io.gatewaywasm.host.engine.EngineOptions;
import io.gatewaywasm.host.engine.WasmEngine;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.ResourceLoader;

/**
 * Configures the WebAssembly engine.
 */
@Configuration(proxyBeanMethods = false)
final class WasmEngineConfiguration {

	@Bean
	@ConditionalOnMissingBean
	WasmEngine wasmEngine(WasmGatewayProperties properties, ResourceLoader resourceLoader) {
		WasmGatewayProperties.Cache cache = properties.cache();
		EngineOptions options = EngineOptions.defaults()
			.withClassLoader(resourceLoader.getClassLoader())
			.withCompileTimeout(properties.compileTimeout());
		if (cache.enabled()) {
			Path directory = (cache.directory() != null) ? cache.directory() : EngineOptions.userCacheDirectory();
			options = options.withCacheDirectory(directory).withMaximumCacheSize(cache.maxSize().toBytes());
		}
		return WasmEngine.create(options);
	}

}
