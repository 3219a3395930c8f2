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
	WasmEngine wasmEngine(WasmGatewayProperties properties, WasmFetchProperties fetch, ResourceLoader resourceLoader) {
		EngineOptions options = options(properties.cache(), fetch.fetch().maxModuleSize().toBytes());
		return WasmEngine.create(options.withClassLoader(resourceLoader.getClassLoader())
			.withCompileTimeout(properties.compileTimeout()));
	}

	/** Returns options for modules of any size that can be fetched. */
	static EngineOptions options(WasmGatewayProperties.Cache cache, long fetchedSize) {
		EngineOptions options = EngineOptions.defaults();
		long size = Math.max(options.maximumModuleSize(), Math.min(fetchedSize, Integer.MAX_VALUE));
		options = options.withMaximumModuleSize((int) size);
		if (cache.enabled()) {
			Path directory = (cache.directory() != null) ? cache.directory() : EngineOptions.userCacheDirectory();
			options = options.withCacheDirectory(directory).withMaximumCacheSize(cache.maxSize().toBytes());
		}
		return options;
	}

}
