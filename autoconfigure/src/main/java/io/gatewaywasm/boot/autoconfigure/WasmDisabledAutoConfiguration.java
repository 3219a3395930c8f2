package io.gatewaywasm.boot.autoconfigure;

import io.gatewaywasm.boot.gateway.WasmGatewayFilterFactory;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.cloud.gateway.config.GatewayProperties;
import org.springframework.cloud.gateway.filter.factory.GatewayFilterFactory;
import org.springframework.cloud.gateway.handler.FilteringWebHandler;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.env.Environment;

/**
 * {@link AutoConfiguration Auto-configuration} that rejects routes with Proxy-Wasm
 * filters if these filters are disabled.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = WasmGatewayAutoConfiguration.class)
@ConditionalOnClass(FilteringWebHandler.class)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
@ConditionalOnBean(FilteringWebHandler.class)
@ConditionalOnMissingBean(WasmGatewayFilterFactory.class)
public final class WasmDisabledAutoConfiguration {

	// Eager, because it checks the configured routes.
	@Bean
	@Lazy(false)
	DisabledFilter wasmDisabledFilter(Environment environment, GatewayProperties gateway,
			ObjectProvider<GatewayFilterFactory<?>> factories) {
		return new DisabledFilter(environment, gateway, factories);
	}

}
