package io.gatewaywasm.boot.autoconfigure;

import io.gatewaywasm.boot.actuate.web.ForeignOriginFilter;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.web.CorsEndpointProperties;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextConfiguration;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextType;
import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;

/**
 * {@link ManagementContextConfiguration @ManagementContextConfiguration} that protects
 * writes to the endpoint, both on the gateway's port and on a separate management port.
 *
 * @since 0.1.0
 */
@ManagementContextConfiguration(value = ManagementContextType.ANY, proxyBeanMethods = false)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
@Conditional(OnWasmEnabledCondition.class)
public final class WasmManagementContextConfiguration {

	@Bean
	ForeignOriginFilter wasmForeignOriginFilter(ObjectProvider<PathMappedEndpoints> endpoints,
			ObjectProvider<CorsEndpointProperties> cors) {
		return new ForeignOriginFilter(() -> path(endpoints), cors::getIfAvailable);
	}

	private static @Nullable String path(ObjectProvider<PathMappedEndpoints> endpoints) {
		PathMappedEndpoints paths = endpoints.getIfAvailable();
		return (paths != null) ? paths.getPath(EndpointId.of("wasm")) : null;
	}

}
