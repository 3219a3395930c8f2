package io.gatewaywasm.boot.gateway;

import java.io.IOException;

import io.gatewaywasm.boot.fixture.GatewayFixture;
import io.gatewaywasm.boot.fixture.RawAnswer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Integration tests for trailers with Spring Cloud Gateway 4, which does not pass them
 * on.
 */
@Timeout(180)
@EnabledIf(value = "io.gatewaywasm.boot.fixture.GatewayFixture#isSpringBoot3",
		disabledReason = "Spring Cloud Gateway 5 has trailers: TrailersIntegrationTests")
class NoTrailersIntegrationTests {

	private static GatewayFixture gateway;

	@BeforeAll
	static void start() {
		gateway = GatewayFixture.builder()
			.plugin("probe", "probe_rust")
			.plugin("rust", "body_rust")
			.plugin("go", "body_go")
			.route("none")
			.route("probe", "Wasm=probe")
			.route("rust", "Wasm=rust")
			.route("go", "Wasm=go")
			.start();
	}

	@AfterAll
	static void stop() {
		gateway.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "none", "probe" })
	void trailersOfUpstreamAreNeitherShownNorSent(String route) throws IOException {
		RawAnswer answer = RawAnswer.get(gateway, "/" + route + "/trailers/hello/world",
				"x-probe-resp-trailers: local:500");
		assertThat(answer.status()).isEqualTo(200);
		assertThat(answer.body()).isEqualTo("helloworld");
		assertThat(answer.trailers()).isEmpty();
		assertThat(answer.complete()).isTrue();
	}

	@ParameterizedTest
	@CsvSource({ "rust, chunks/100000, 100000", "rust, length/100000, 100000", "rust, text/hello, 5",
			"go, chunks/100000, 100000", "go, length/100000, 100000", "go, text/hello, 5" })
	void trailersOfFilterAreDropped(String route, String path, int length) throws IOException {
		RawAnswer answer = RawAnswer.get(gateway, "/" + route + "/" + path, "x-body-resp: trailer:x-sum=1");
		assertThat(answer.status()).isEqualTo(200);
		assertThat(answer.body()).hasSize(length);
		assertThat(answer.trailers()).isEmpty();
		assertThat(answer.complete()).isTrue();
	}

}
