package io.gatewaywasm.boot.autoconfigure;

import io.gatewaywasm.boot.services.GuestMetricNames;
import io.gatewaywasm.boot.services.MicrometerFetchObserver;
import io.gatewaywasm.boot.services.MicrometerGuestMeters;
import io.gatewaywasm.boot.services.MicrometerPluginMetrics;
import io.gatewaywasm.boot.services.MicrometerStoreObserver;
import io.gatewaywasm.boot.services.Upstreams;
import io.gatewaywasm.boot.services.ObservationDescriptions;
import io.gatewaywasm.boot.shareddata.StoreObserver;
import io.gatewaywasm.host.spi.GuestMeters;
import io.gatewaywasm.registry.FetchObserver;
import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.cloud.gateway.handler.FilteringWebHandler;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;

/**
 * {@link AutoConfiguration Auto-configuration} for Micrometer meters of Proxy-Wasm
 * filters. The meter registry is looked up when the first plugin is loaded, so any
 * auto-configuration can provide it.
 *
 * @since 0.1.0
 */
@AutoConfiguration(before = WasmGatewayAutoConfiguration.class)
@ConditionalOnClass({ MeterRegistry.class, FilteringWebHandler.class })
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
@Conditional(OnWasmEnabledCondition.class)
@EnableConfigurationProperties(WasmGatewayProperties.class)
public final class WasmGatewayMetricsAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	MicrometerPluginMetrics wasmPluginMetrics(ObjectProvider<MeterRegistry> registry,
			ObjectProvider<Upstreams> upstreams) {
		return new MicrometerPluginMetrics(registry::getIfAvailable, (name) -> {
			Upstreams known = upstreams.getIfAvailable();
			return (known != null) ? known.label(name) : name;
		});
	}

	@Bean
	@ConditionalOnMissingBean(FetchObserver.class)
	MicrometerFetchObserver wasmFetchObserver(ObjectProvider<MeterRegistry> registry) {
		return new MicrometerFetchObserver(registry::getIfAvailable);
	}

	@Bean
	@ConditionalOnMissingBean(StoreObserver.class)
	MicrometerStoreObserver wasmStoreObserver(ObjectProvider<MeterRegistry> registry) {
		return new MicrometerStoreObserver(registry::getIfAvailable);
	}

	// Static, because meter registries are post-processed with it.
	@Bean
	static ObservationDescriptions wasmObservationDescriptions() {
		return new ObservationDescriptions();
	}

	@Bean
	@ConditionalOnMissingBean(GuestMeters.class)
	MicrometerGuestMeters wasmGuestMeters(ObjectProvider<MeterRegistry> registry, WasmGatewayProperties properties) {
		WasmGatewayProperties.Metrics metrics = properties.metrics();
		return new MicrometerGuestMeters(registry::getIfAvailable,
				new GuestMetricNames(metrics.encodedTags(), metrics.tags()));
	}

}
