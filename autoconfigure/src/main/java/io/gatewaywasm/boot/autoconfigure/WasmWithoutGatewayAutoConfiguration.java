package io.gatewaywasm.boot.autoconfigure;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.NoneNestedConditions;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;

/**
 * {@link AutoConfiguration Auto-configuration} that warns applications without Spring
 * Cloud Gateway that Proxy-Wasm filters do not run in them.
 *
 * @since 0.1.0
 */
@AutoConfiguration
@ConditionalOnMissingClass("org.springframework.cloud.gateway.handler.FilteringWebHandler")
@Conditional({ WasmWithoutGatewayAutoConfiguration.NoServlet.class, OnWasmEnabledCondition.class })
public final class WasmWithoutGatewayAutoConfiguration {

	private static final Logger logger = LoggerFactory.getLogger(WasmWithoutGatewayAutoConfiguration.class);

	@Bean
	SmartInitializingSingleton wasmWithoutGatewayWarning() {
		return () -> logger.warn("Gateway Wasm has no effect: Spring Cloud Gateway is not on the class path. Add"
				+ " 'org.springframework.cloud:spring-cloud-starter-gateway-server-webflux', or set"
				+ " 'gateway.wasm.enabled' to false.");
	}

	/** Servlet applications get another warning. */
	static final class NoServlet extends NoneNestedConditions {

		NoServlet() {
			super(ConfigurationPhase.REGISTER_BEAN);
		}

		@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
		static final class Servlet {

		}

	}

}
