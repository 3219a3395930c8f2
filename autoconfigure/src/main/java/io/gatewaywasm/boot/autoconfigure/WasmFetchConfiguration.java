package io.gatewaywasm.boot.autoconfigure;

import java.util.List;

import io.gatewaywasm.registry.FetchObserver;
import io.gatewaywasm.registry.FetchSettings;
import io.gatewaywasm.registry.ModuleFetcher;
import io.gatewaywasm.registry.TlsMaterials;
import io.gatewaywasm.registry.fetch.RemoteModuleFetcher;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/**
 * Configures the fetching of remote modules.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(WasmFetchProperties.class)
final class WasmFetchConfiguration {

	@Bean
	@ConditionalOnMissingBean(ModuleFetcher.class)
	RemoteModuleFetcher wasmModuleFetcher(WasmFetchProperties properties, ObjectProvider<SslBundles> sslBundles,
			ObjectProvider<FetchObserver> observer, Environment environment) {
		SslBundles bundles = sslBundles.getIfAvailable();
		FetchSettings settings = FetchDefinitions.of(properties, environment);
		FetchDefinitions.checkBundles(properties, environment,
				(bundles != null) ? bundles.getBundleNames() : List.of());
		return new RemoteModuleFetcher(settings,
				(bundles != null) ? new SslBundleMaterials(bundles) : TlsMaterials.NONE,
				observer.getIfAvailable(() -> FetchObserver.NONE));
	}

}
