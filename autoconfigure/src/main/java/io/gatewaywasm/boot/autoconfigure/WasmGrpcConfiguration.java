package io.gatewaywasm.boot.autoconfigure;

import java.util.Objects;

import io.gatewaywasm.boot.actuate.OptionalFeature;
import io.gatewaywasm.boot.grpc.GrpcChannelFactory;
import io.gatewaywasm.boot.grpc.GrpcJavaCallouts;
import io.gatewaywasm.boot.services.UpstreamAddresses;
import io.gatewaywasm.boot.services.Upstreams;
import io.gatewaywasm.host.spi.GrpcCallouts;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelProvider;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Configures gRPC callouts if grpc-java is on the class path.
 */
@Configuration(proxyBeanMethods = false)
final class WasmGrpcConfiguration {

	private static final String FEATURE = "grpc";

	/**
	 * Configuration if grpc-java is on the class path.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(ManagedChannel.class)
	static final class GrpcJavaConfiguration {

		@Bean
		@ConditionalOnMissingBean
		GrpcCallouts wasmGrpcCallouts(Upstreams upstreams, ObjectProvider<UpstreamAddresses> addresses,
				ObjectProvider<GrpcChannelFactory> channelFactory) {
			if (!hasTransport() && channelFactory.getIfAvailable() == null) {
				return GrpcCallouts.NONE;
			}
			return new GrpcJavaCallouts(upstreams, addresses.getIfAvailable(() -> UpstreamAddresses.DIRECT),
					channelFactory.getIfAvailable(() -> GrpcChannelFactory.DEFAULT));
		}

		@Bean
		OptionalFeature wasmGrpcFeature(ObjectProvider<GrpcCallouts> callouts) {
			return (callouts.getIfAvailable() != GrpcCallouts.NONE) ? OptionalFeature.available(FEATURE)
					: OptionalFeature.unavailable(FEATURE,
							"grpc-java has no transport on the class path. Add grpc-netty");
		}

		private static boolean hasTransport() {
			try {
				return Objects.nonNull(ManagedChannelProvider.provider());
			}
			catch (ManagedChannelProvider.ProviderNotFoundException ex) {
				return false;
			}
		}

	}

	/**
	 * Configuration if grpc-java is not on the class path.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnMissingClass("io.grpc.ManagedChannel")
	static final class WithoutGrpcConfiguration {

		@Bean
		OptionalFeature wasmGrpcFeature(ObjectProvider<GrpcCallouts> callouts) {
			return (callouts.getIfAvailable() != null) ? OptionalFeature.available(FEATURE)
					: OptionalFeature.unavailable(FEATURE, "grpc-java is not on the class path");
		}

	}

}
