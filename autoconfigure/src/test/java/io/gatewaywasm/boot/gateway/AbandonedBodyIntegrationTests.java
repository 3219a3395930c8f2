package io.gatewaywasm.boot.gateway;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.gatewaywasm.boot.fixture.EventClient;
import io.gatewaywasm.boot.fixture.GatewayFixture;
import io.gatewaywasm.boot.fixture.HeaderGuest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Sinks;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Integration tests for events of the application whose clients disconnect while a filter
 * pauses the response headers.
 */
@Timeout(180)
class AbandonedBodyIntegrationTests {

	private static final int CLIENTS = 4;

	private static GatewayFixture gateway;

	@BeforeAll
	static void start() {
		gateway = GatewayFixture.builder()
			.source(Events.class)
			.property("gateway.wasm.plugins.paused.url",
					HeaderGuest.create().pauseResponse().replaceResponseBody("late").file())
			.property("gateway.wasm.plugins.paused.allow-on-headers-stop-iteration", "true")
			.routeTo("paused", "forward:/stripped/events", "Wasm=paused")
			.routeTo("free", "forward:/stripped/events")
			.start();
	}

	@AfterAll
	static void stop() {
		gateway.close();
	}

	private static Sinks.Many<String> events() {
		return gateway.context().getBean(Events.class).sink;
	}

	private static void awaitSubscribers(int count) {
		await().atMost(Duration.ofSeconds(30)).until(() -> events().currentSubscriberCount() == count);
	}

	@Test
	void clientsThatDisconnectDuringThePauseLeaveNoSubscriber() throws IOException {
		List<EventClient> aborted = new ArrayList<>();
		for (int i = 0; i < CLIENTS; i++) {
			aborted.add(new EventClient(gateway, "/paused/x"));
		}
		try (EventClient other = new EventClient(gateway, "/free/x")) {
			awaitSubscribers(CLIENTS + 1);
			for (EventClient client : aborted) {
				client.close();
			}
			awaitSubscribers(1);
			for (int i = 0; i < 10; i++) {
				assertThat(events().tryEmitNext("event " + i)).isEqualTo(Sinks.EmitResult.OK);
				assertThat(other.event()).isEqualTo("data:event " + i + "\n\n");
			}
		}
	}

	@Configuration(proxyBeanMethods = false)
	static class Events {

		private final Sinks.Many<String> sink = Sinks.many().multicast().onBackpressureBuffer(1, false);

		@Bean
		RouterFunction<ServerResponse> handler() {
			return RouterFunctions.route()
				.GET("/events",
						(request) -> ServerResponse.ok()
							.contentType(MediaType.TEXT_EVENT_STREAM)
							.body(this.sink.asFlux(), String.class))
				.build();
		}

	}

}
