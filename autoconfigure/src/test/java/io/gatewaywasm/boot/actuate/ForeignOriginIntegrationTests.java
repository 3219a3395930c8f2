package io.gatewaywasm.boot.actuate;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;

import io.gatewaywasm.boot.fixture.GatewayFixture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Integration tests for writes to the endpoint that a page of another origin could make a
 * browser send.
 */
@Tag("slow")
@Timeout(180)
class ForeignOriginIntegrationTests {

	private static final String ADMIN = "https://admin.example";

	private static GatewayFixture gateway;

	private static GatewayFixture ownPort;

	@BeforeAll
	static void start() {
		gateway = builder().start();
		ownPort = builder().property("management.server.port", "0")
			.property("management.server.base-path", "/manage")
			.property("management.endpoints.web.cors.allowed-origins", ADMIN)
			.property("management.endpoints.web.cors.allowed-methods", "GET,POST")
			.start();
	}

	private static GatewayFixture.Builder builder() {
		return GatewayFixture.builder()
			.property("management.endpoint.wasm.access", "unrestricted")
			.plugin("probe", "hello_world", "vms", "1", "warm-up", "0")
			.route("all", "Wasm=probe");
	}

	@AfterAll
	static void stop() {
		gateway.close();
		ownPort.close();
	}

	@Test
	void clientThatIsNotABrowserCanWrite() throws Exception {
		int generation = gateway.status("probe").generation();
		assertThat(post(gateway, "/actuator/wasm/probe").statusCode()).isEqualTo(200);
		assertThat(gateway.status("probe").generation()).isEqualTo(generation + 1);
		assertThat(post(ownPort, "/manage/actuator/wasm/probe").statusCode()).isEqualTo(200);
	}

	@Test
	void pageOfTheSameOriginWrites() throws Exception {
		String own = "http://localhost:" + gateway.port();
		assertThat(post(gateway, "/actuator/wasm/probe", "Origin", own).statusCode()).isEqualTo(200);
		assertThat(post(gateway, "/actuator/wasm/probe", "Origin", own, "Sec-Fetch-Site", "same-origin").statusCode())
			.isEqualTo(200);
		assertThat(post(gateway, "/actuator/wasm/probe", "Sec-Fetch-Site", "none").statusCode()).isEqualTo(200);
	}

	@ParameterizedTest
	@ValueSource(strings = { "Origin: https://evil.example", "Origin: null", "Origin: https://localhost:PORT",
			"Origin: http://localhost", "Origin: http://localhost:1", "Origin: http://127.0.0.1:PORT",
			"Origin: http://localhost:PORT.evil.example", "Origin: http://LOCALHOST.evil.example:PORT",
			"Origin: http://localhost:PORT@evil.example", "Origin: ::", "Origin: http://[", "Origin: file://",
			"Origin: http://localhost:PORT, https://evil.example", "Origin: https://admin.example",
			"Sec-Fetch-Site: cross-site", "Sec-Fetch-Site: same-site", "Sec-Fetch-Site: ",
			"Sec-Fetch-Site: SAME-ORIGIN2" })
	void writeThatAnotherOriginCausesIsRefused(String header) throws Exception {
		int generation = gateway.status("probe").generation();
		String name = header.substring(0, header.indexOf(':'));
		String value = header.substring(header.indexOf(':') + 1).strip().replace("PORT", "" + gateway.port());
		for (String path : new String[] { "/actuator/wasm/probe", "/actuator/%77asm/probe", "/actuator/wasm/%70robe",
				"/actuator/wasm;a=b/probe" }) {
			HttpResponse<String> response = post(gateway, path, name, value);
			assertThat(response.statusCode()).as(path).isEqualTo(403);
		}
		assertThat(post(gateway, "/actuator/wasm/probe", name, value, "content-type", "text/plain").statusCode())
			.isEqualTo(403);
		assertThat(
				post(gateway, "/actuator/wasm/probe", name, value, "content-type", "application/x-www-form-urlencoded")
					.statusCode())
			.isEqualTo(403);
		assertThat(gateway.status("probe").generation()).isEqualTo(generation);
	}

	@Test
	void foreignOriginIsRefusedWithAnySiteHeader() throws Exception {
		assertThat(
				post(gateway, "/actuator/wasm/probe", "Origin", "https://evil.example", "Sec-Fetch-Site", "same-origin")
					.statusCode())
			.isEqualTo(403);
	}

	@Test
	void repeatedSiteHeaderIsRefused() throws Exception {
		assertThat(
				post(gateway, "/actuator/wasm/probe", "Sec-Fetch-Site", "same-origin", "Sec-Fetch-Site", "cross-site")
					.statusCode())
			.isEqualTo(403);
	}

	@Test
	void originThatIsAllowedWritesOnThePortOfTheManagement() throws Exception {
		int generation = ownPort.status("probe").generation();
		assertThat(post(ownPort, "/manage/actuator/wasm/probe", "Origin", ADMIN, "Sec-Fetch-Site", "cross-site")
			.statusCode()).isEqualTo(200);
		assertThat(post(ownPort, "/manage/actuator/wasm/probe", "Origin", "https://evil.example").statusCode())
			.isEqualTo(403);
		assertThat(post(ownPort, "/manage/actuator/wasm/probe", "Sec-Fetch-Site", "cross-site").statusCode())
			.isEqualTo(403);
		assertThat(ownPort.status("probe").generation()).isEqualTo(generation + 1);
	}

	@Test
	void readsAndRoutesAreNotConcerned() throws Exception {
		assertThat(gateway.get("/actuator/wasm/probe", "Origin", "https://evil.example").statusCode()).isEqualTo(200);
		assertThat(gateway.post("/all/actuator/wasm", "x", "Origin", "https://evil.example").statusCode())
			.isEqualTo(200);
		assertThat(ownPort.post("/all/x", "x", "Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site")
			.statusCode()).isEqualTo(200);
	}

	private static HttpResponse<String> post(GatewayFixture gateway, String path, String... headers)
			throws IOException, InterruptedException {
		String port = gateway.context().getEnvironment().getRequiredProperty("local.management.port");
		HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
			.POST(BodyPublishers.noBody());
		if (headers.length > 0) {
			request.headers(headers);
		}
		return gateway.client().send(request.build(), BodyHandlers.ofString());
	}

}
