package io.gatewaywasm.boot.autoconfigure;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;

/**
 * {@link AutoConfiguration Auto-configuration} that warns servlet applications, including
 * those with Spring Cloud Gateway Server MVC, that Proxy-Wasm filters do not run in them.
 *
 * @since 0.1.0
 */
@AutoConfiguration
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@Conditional(OnWasmEnabledCondition.class)
public final class WasmServletAutoConfiguration {

	private static final Logger logger = LoggerFactory.getLogger(WasmServletAutoConfiguration.class);

	@Bean
	SmartInitializingSingleton wasmServletWarning() {
		return () -> logger
			.warn("Gateway Wasm has no effect in a servlet application: Proxy-Wasm filters run only in Spring"
					+ " Cloud Gateway Server WebFlux. Replace 'spring-cloud-starter-gateway-server-webmvc' with"
					+ " 'spring-cloud-starter-gateway-server-webflux', or set 'gateway.wasm.enabled' to false.");
	}

}
