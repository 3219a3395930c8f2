package io.gatewaywasm.demo;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;

import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringBootVersion;
import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Integration tests for {@link DemoApplication}.
 */
@DemoTest
class DemoApplicationIntegrationTests {

	@LocalServerPort
	private int port;

	@Autowired
	private UpstreamServer upstream;

	@Test
	void runsOnTheNewerSpringBootLine() {
		assertThat(SpringBootVersion.getVersion()).startsWith("4.1.");
	}

	@Test
	void requestReachesTheUpstreamThroughTheGateway() throws Exception {
		HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + this.port + "/headers"))
			.header("x-asked", "yes")
			.build();
		HttpResponse<String> response = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.body()).contains("\"X-Asked\": \"yes\"")
			.contains("\"Host\": \"localhost:" + this.upstream.port() + "\"");
	}

}
