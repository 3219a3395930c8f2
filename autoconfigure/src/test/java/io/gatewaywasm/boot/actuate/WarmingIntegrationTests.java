package io.gatewaywasm.boot.actuate;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.gatewaywasm.boot.fixture.GatewayFixture;
import io.gatewaywasm.boot.fixture.SmallFilters;
import io.gatewaywasm.boot.plugin.PluginRegistry;
import io.gatewaywasm.host.spi.HostServices;
import io.gatewaywasm.host.spi.TimeSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledIf;
import reactor.core.publisher.Mono;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.cloud.gateway.event.RefreshRoutesEvent;
import org.springframework.cloud.gateway.filter.FilterDefinition;
import org.springframework.cloud.gateway.handler.predicate.PredicateDefinition;
import org.springframework.cloud.gateway.route.RouteDefinition;
import org.springframework.cloud.gateway.route.RouteDefinitionWriter;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Integration tests for a gateway during the warm-up of a filter. The filter reads the
 * time on each request, the synthetic ones included, and its clock blocks until the test
 * releases it.
 */
@Tag("slow")
@DisabledIf(value = "io.gatewaywasm.boot.fixture.GatewayFixture#isSpringBoot3",
		disabledReason = "Spring Boot 3 has no health contributor")
@Timeout(180)
class WarmingIntegrationTests {

	private static final String ASKS_FOR_THE_TIME = """
			(module
			  (import "env" "proxy_get_current_time_nanoseconds" (func $time (param i32) (result i32)))
			  (memory (export "memory") 1)
			  (func (export "malloc") (param i32) (result i32) (i32.const 1024))
			  (func (export "proxy_abi_version_0_2_1"))
			  (func (export "proxy_on_request_headers") (param i32 i32 i32) (result i32)
			    (call $time (i32.const 64))))
			""";

	private static volatile StandingClock clock;

	private final GatewayFixture.Builder builder = GatewayFixture.builder()
		.source(ClockConfiguration.class)
		.property("management.endpoint.health.probes.enabled", "true")
		.property("management.endpoint.health.group.readiness.include", "readinessState,wasm")
		.property("management.endpoint.health.group.readiness.show-details", "always");

	@BeforeEach
	void stopTheClock() {
		clock = new StandingClock();
	}

	@AfterEach
	void letTheClockGoOn() {
		clock.goOn();
	}

	@Test
	void gatewayIsNotReadyBeforeItsDeclaredFilterIsWarm() throws Exception {
		int port = freePort();
		this.builder.property("server.port", port)
			.plugin("slow", "", "url", SmallFilters.file(ASKS_FOR_THE_TIME), "warm-up", "1000000")
			.route("slow", "Wasm=slow");
		CompletableFuture<GatewayFixture> starting = CompletableFuture.supplyAsync(this.builder::start);
		clock.awaitQuestion();
		assertThatExceptionOfType(ConnectException.class).isThrownBy(() -> connect(port));
		assertThat(starting).isNotDone();
		clock.goOn();
		try (GatewayFixture gateway = starting.get()) {
			assertThat(readiness(gateway)).contains("\"status\":\"UP\"").contains("\"slow\":\"live\"");
			assertThat(gateway.status("slow").warmUp().streams()).isPositive();
			assertThat(gateway.get("/slow/x").statusCode()).isEqualTo(200);
		}
	}

	@Test
	void filterOfALaterRouteIsWarmingUntilItServes() throws Exception {
		try (GatewayFixture gateway = this.builder
			.property("gateway.wasm.allowed-locations", "file:" + System.getProperty("java.io.tmpdir"))
			.property("gateway.wasm.load-timeout", "60s")
			.route("plain")
			.start()) {
			addRoute(gateway, SmallFilters.file(ASKS_FOR_THE_TIME));
			CompletableFuture<HttpResponse<String>> waiting = gateway.client()
				.sendAsync(HttpRequest.newBuilder(gateway.uri("/late/x")).build(), BodyHandlers.ofString());
			clock.awaitQuestion();
			String plugin = gateway.context().getBean(PluginRegistry.class).plugins().iterator().next().id();
			assertThat(readiness(gateway)).contains("\"status\":\"UP\"").contains("\"" + plugin + "\":\"warming\"");
			assertThat(gateway.get("/actuator/wasm/" + plugin).body()).contains("\"state\":\"warming\"");
			assertThat(gateway.get("/plain/x").statusCode()).isEqualTo(200);
			assertThat(waiting).isNotDone();
			clock.goOn();
			assertThat(waiting.get().statusCode()).isEqualTo(200);
			assertThat(readiness(gateway)).contains("\"status\":\"UP\"").contains("\"" + plugin + "\":\"live\"");
			assertThat(gateway.get("/actuator/wasm/" + plugin).body()).contains("\"state\":\"live\"");
		}
	}

	private static String readiness(GatewayFixture gateway) {
		HttpResponse<String> response = gateway.get("/actuator/health/readiness");
		assertThat(response.statusCode()).isEqualTo(200);
		return response.body();
	}

	private static void addRoute(GatewayFixture gateway, String module) {
		RouteDefinition route = new RouteDefinition();
		route.setId("late");
		route.setUri(URI.create("http://localhost:" + gateway.upstream().port()));
		route.setPredicates(List.of(new PredicateDefinition("Path=/late/**")));
		FilterDefinition filter = new FilterDefinition();
		filter.setName("Wasm");
		filter.setArgs(Map.of("url", module));
		route.setFilters(List.of(filter));
		gateway.context().getBean(RouteDefinitionWriter.class).save(Mono.just(route)).block();
		gateway.context().publishEvent(new RefreshRoutesEvent(gateway));
	}

	private static int freePort() throws IOException {
		try (ServerSocket socket = new ServerSocket(0)) {
			return socket.getLocalPort();
		}
	}

	private static void connect(int port) throws IOException {
		try (Socket socket = new Socket()) {
			socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
		}
	}

	/** Blocks its readers until it is released. */
	private static final class StandingClock implements TimeSource {

		private final CountDownLatch asked = new CountDownLatch(1);

		private final CountDownLatch going = new CountDownLatch(1);

		void awaitQuestion() throws InterruptedException {
			assertThat(this.asked.await(60, TimeUnit.SECONDS)).as("the filter is being warmed up").isTrue();
		}

		void goOn() {
			this.going.countDown();
		}

		@Override
		public Instant now() {
			this.asked.countDown();
			try {
				this.going.await();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
			return Instant.now();
		}

		@Override
		public long nanoTime() {
			return System.nanoTime();
		}

	}

	/** Gives all filters the clock of the test. */
	@Configuration(proxyBeanMethods = false)
	static class ClockConfiguration {

		@Bean
		static BeanPostProcessor standingClock() {
			return new BeanPostProcessor() {

				@Override
				public Object postProcessAfterInitialization(Object bean, String name) {
					return (bean instanceof HostServices services) ? withClock(services) : bean;
				}

			};
		}

		private static Object withClock(HostServices services) {
			return Proxy.newProxyInstance(HostServices.class.getClassLoader(), new Class<?>[] { HostServices.class },
					(proxy, method, arguments) -> {
						if (method.getName().equals("time")) {
							return clock;
						}
						try {
							return method.invoke(services, arguments);
						}
						catch (InvocationTargetException ex) {
							throw ex.getTargetException();
						}
					});
		}

	}

}
