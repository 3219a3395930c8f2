package io.gatewaywasm.boot.autoconfigure;

import io.gatewaywasm.boot.actuate.WasmHealthIndicator;
import io.gatewaywasm.boot.plugin.PluginRegistry;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.context.annotation.Bean;

/**
 * {@link AutoConfiguration Auto-configuration} for {@link WasmHealthIndicator}. Spring
 * Boot 3 has these classes elsewhere; there it does nothing.
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
	WasmHealthIndicator wasmHealthIndicator(PluginRegistry registry) {
		return new WasmHealthIndicator(registry);
	}

}
