package io.gatewaywasm.boot.autoconfigure;

import io.gatewaywasm.boot.actuate.WasmHealthIndicator;
import io.gatewaywasm.boot.plugin.PluginRegistry;
import io.gatewaywasm.boot.shareddata.RedisStores;
import io.gatewaywasm.host.spi.SharedScopes;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.context.annotation.Bean;

/**
 * {@link AutoConfiguration Auto-configuration} for {@link WasmHealthIndicator}. Has no
 * effect in Spring Boot 3, whose health classes are in other packages.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = WasmGatewayAutoConfiguration.class)
@ConditionalOnClass(name = { "org.springframework.boot.health.contributor.HealthIndicator",
		"org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator" })
@ConditionalOnEnabledHealthIndicator("wasm")
@ConditionalOnBean(PluginRegistry.class)
public final class WasmGatewayHealthContributorAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	WasmHealthIndicator wasmHealthIndicator(PluginRegistry registry, WasmGatewayProperties properties,
			ObjectProvider<SharedScopes> shared) {
		return new WasmHealthIndicator(registry, properties.health().strict(),
				(shared.getIfAvailable() instanceof RedisStores stores) ? stores : null);
	}

}
