package io.gatewaywasm.boot.autoconfigure;

import io.gatewaywasm.boot.actuate.OptionalFeature;
import io.gatewaywasm.boot.actuate.WasmEndpoint;
import io.gatewaywasm.boot.plugin.PluginRegistry;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * {@link AutoConfiguration Auto-configuration} for {@link WasmEndpoint}.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = WasmGatewayAutoConfiguration.class)
@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
@ConditionalOnAvailableEndpoint(WasmEndpoint.class)
@ConditionalOnBean(PluginRegistry.class)
public final class WasmGatewayEndpointAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	WasmEndpoint wasmEndpoint(PluginRegistry registry, ObjectProvider<OptionalFeature> features) {
		return new WasmEndpoint(registry, features.orderedStream().toList());
	}

}
