package io.gatewaywasm.boot.autoconfigure;

import io.gatewaywasm.boot.fetch.FetchObserver;
import io.gatewaywasm.boot.fetch.ModuleFetcher;
import io.gatewaywasm.boot.fetch.remote.RemoteModuleFetcher;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Configures the fetching of remote modules.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(WasmFetchProperties.class)
final class WasmFetchConfiguration {

	@Bean
	@ConditionalOnMissingBean(ModuleFetcher.class)
	RemoteModuleFetcher wasmModuleFetcher(WasmFetchProperties properties, ObjectProvider<SslBundles> sslBundles,
			ObjectProvider<FetchObserver> observer) {
		return new RemoteModuleFetcher(FetchDefinitions.of(properties), sslBundles.getIfAvailable(),
				observer.getIfAvailable(() -> FetchObserver.NONE));
	}

}
