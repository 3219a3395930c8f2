package io.gatewaywasm.boot.autoconfigure;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;

/**
 * {@link AutoConfiguration Auto-configuration} that tells servlet applications, among
 * them Spring Cloud Gateway Server MVC, that Proxy-Wasm filters do not run there.
 *
 * @since 0.1.0
 */
@AutoConfiguration
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnBooleanProperty(name = "gateway.wasm.enabled", matchIfMissing = true)
public final class WasmServletAutoConfiguration {

	private static final Logger logger = LoggerFactory.getLogger(WasmServletAutoConfiguration.class);

	@Bean
	SmartInitializingSingleton wasmServletWarning() {
		return () -> logger.warn("Gateway Wasm does nothing in a servlet application: Proxy-Wasm filters run in Spring"
				+ " Cloud Gateway Server WebFlux only. Replace 'spring-cloud-starter-gateway-server-webmvc' by"
				+ " 'spring-cloud-starter-gateway-server-webflux', or set 'gateway.wasm.enabled' to false.");
	}

}
