package io.gatewaywasm.demo;

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Integration tests for {@link PlaygroundRoutes} and {@link FilterRuns}.
 */
@Tag("slow")
@DemoTest
class PlaygroundIntegrationTests {

	private static final Path FILTERS = Path.of("../filters/dist");

	private static final String BOUNDARY = "----playground";

	private final JsonMapper json = new JsonMapper();

	private final HttpClient client = HttpClient.newHttpClient();

	@LocalServerPort
	private int port;

	private static byte[] filter(String name) throws Exception {
		return Files.readAllBytes(FILTERS.resolve(name));
	}

	private HttpRequest request(byte[] module, Map<String, String> fields, String... headers) {
		List<byte[]> parts = new ArrayList<>();
		if (module != null) {
			parts.add(("--" + BOUNDARY
					+ "\r\nContent-Disposition: form-data; name=\"module\"; filename=\"my.wasm\"\r\n\r\n")
				.getBytes(StandardCharsets.UTF_8));
			parts.add(module);
			parts.add("\r\n".getBytes(StandardCharsets.UTF_8));
		}
		fields.forEach((name, value) -> parts.add(
				("--" + BOUNDARY + "\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n")
					.getBytes(StandardCharsets.UTF_8)));
		parts.add(("--" + BOUNDARY + "--\r\n").getBytes(StandardCharsets.UTF_8));
		HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://localhost:" + this.port + "/demo/runs"))
			.header("content-type", "multipart/form-data; boundary=" + BOUNDARY)
			.POST(BodyPublishers.ofByteArrays(parts));
		return ((headers.length > 0) ? request.headers(headers) : request).build();
	}

	private JsonNode run(byte[] module, Map<String, String> fields) throws Exception {
		HttpResponse<String> response = this.client.send(request(module, fields), BodyHandlers.ofString());
		assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
		return this.json.readTree(response.body());
	}

	private JsonNode probe(String configuration, String commands) throws Exception {
		return run(filter("probe_rust.wasm"), Map.of("root-id", "probe", "configuration", configuration, "headers",
				commands.isEmpty() ? "" : "x-probe: " + commands));
	}

	@Test
	void traceHasCallbacksAndHostCallsWithTheirArguments() throws Exception {
		JsonNode report = run(filter("api_key.wasm"),
				Map.of("configuration", "my-key carol", "path", "/orders?q=1", "headers", "x-api-key: my-key"));
		assertThat(report.get("outcome").asString()).isEqualTo("PASSED");
		assertThat(report.get("forwarded").toString()).contains("x-client", "carol", "/orders?q=1")
			.doesNotContain("my-key");
		assertThat(report.get("trace").toString()).contains(
				"proxy_get_buffer_bytes(PLUGIN_CONFIGURATION, start=0, length=12) = OK \\\"my-key carol\\\"",
				"proxy_on_request_headers(context=2, headers=5, end_of_stream=true) = CONTINUE",
				"proxy_add_header_map_value(REQUEST_HEADERS, \\\"x-client\\\", \\\"carol\\\") = OK");
	}

	@Test
	void localResponseIsTheFiltersOwn() throws Exception {
		JsonNode report = run(filter("api_key.wasm"), Map.of("configuration", "my-key carol"));
		assertThat(report.get("outcome").asString()).isEqualTo("REPLIED");
		assertThat(report.get("forwarded").isNull()).isTrue();
		assertThat(report.get("answered").isNull()).isTrue();
		assertThat(report.get("returned").get("status").asInt()).isEqualTo(401);
	}

	@Test
	void calloutsAreAnsweredOnlyByTheForm() throws Exception {
		String configuration = """
				{ "upstream": "auth", "path": "/check", "timeout-ms": 1000, "send-headers": ["authorization"],
				  "accept-headers": ["x-user"] }""";
		JsonNode allowed = run(filter("ext_auth.wasm"),
				Map.of("configuration", configuration, "upstreams", "auth 200 x-user=alice\nother 503"));
		assertThat(allowed.get("forwarded").toString()).contains("x-user", "alice");
		JsonNode undeclared = run(filter("ext_auth.wasm"), Map.of("configuration", configuration));
		assertThat(undeclared.get("forwarded").isNull()).isTrue();
		assertThat(undeclared.get("trace").toString()).contains("proxy_http_call(upstream=\\\"auth\\\"")
			.contains("= BAD_ARGUMENT");
	}

	@Test
	void pausedExchangeContinuesWhenTimePasses() throws Exception {
		JsonNode report = probe("tick=1000", "pause-tick");
		assertThat(report.get("outcome").asString()).isEqualTo("PASSED");
		assertThat(report.get("waited").asInt()).isEqualTo(1000);
		assertThat(probe("", "pause").get("outcome").asString()).isEqualTo("PAUSED");
	}

	@ParameterizedTest
	@CsvSource({ "trap, trap", "panic:ouch, trap", "loop, timeout", "loop-calls, bound", "exit:3, exit" })
	void failureIsReportedWithTheLastLines(String command, String reason) throws Exception {
		JsonNode report = probe("", command);
		assertThat(report.get("outcome").asString()).isEqualTo("FAILED");
		assertThat(report.get("failure").get("reason").asString()).isEqualTo(reason);
		assertThat(report.get("failure").get("message").asString()).startsWith("proxy_on_request_headers");
		assertThat(report.get("failure").get("lastLines").toString()).contains("probe request-headers #2");
		assertThat(report.get("returned").get("status").asInt()).isEqualTo(503);
	}

	@Test
	void refusedConfigurationIsReportedWithTheTrace() throws Exception {
		JsonNode report = probe("fail-configure", "");
		assertThat(report.get("outcome").asString()).isEqualTo("NOT_STARTED");
		assertThat(report.get("failure").get("message").asString())
			.isEqualTo("proxy_on_configure returned false for root id 'probe'.");
		assertThat(report.get("failure").get("lastLines").toString()).contains("INFO probe root #1");
		assertThat(report.get("trace").toString())
			.contains("proxy_on_configure(root=1, configuration_size=14) = false");
	}

	@Test
	void invalidModuleIsRefused() throws Exception {
		JsonNode report = run("<html>".getBytes(StandardCharsets.UTF_8), Map.of());
		assertThat(report.get("outcome").asString()).isEqualTo("NOT_STARTED");
		assertThat(report.get("failure").get("message").asString())
			.startsWith("my.wasm: This is not a WebAssembly module");
	}

	@Test
	void formWithoutAModuleIsRefused() throws Exception {
		HttpResponse<String> response = this.client.send(request(null, Map.of("path", "/")), BodyHandlers.ofString());
		assertThat(response.statusCode()).isEqualTo(400);
		assertThat(response.body()).contains("No module selected");
	}

	@Test
	void moduleThatIsTooLargeIsRefused() throws Exception {
		HttpResponse<String> response = this.client.send(request(new byte[(8 << 20) + 1], Map.of()),
				BodyHandlers.ofString());
		assertThat(response.statusCode()).isEqualTo(413);
		assertThat(response.body()).contains("8 MiB");
	}

	@Test
	void uploadOfUnknownLengthIsBoundedAsWell() throws Exception {
		HttpRequest chunked = HttpRequest.newBuilder(URI.create("http://localhost:" + this.port + "/demo/runs"))
			.header("content-type", "multipart/form-data; boundary=" + BOUNDARY)
			.POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[9_600_000])))
			.build();
		HttpResponse<String> response = this.client.send(chunked, BodyHandlers.ofString());
		assertThat(response.statusCode()).isEqualTo(413);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "nonsense", "--" + BOUNDARY, "--" + BOUNDARY + "\r\nContent-Disposition: form-data" })
	void formThatIsDamagedIsABadRequest(String body) throws Exception {
		HttpRequest damaged = HttpRequest.newBuilder(URI.create("http://localhost:" + this.port + "/demo/runs"))
			.header("content-type", "multipart/form-data; boundary=" + BOUNDARY)
			.POST(BodyPublishers.ofString(body))
			.build();
		HttpResponse<String> response = this.client.send(damaged, BodyHandlers.ofString());
		assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
		assertThat(response.body()).contains("problem");
	}

	@ParameterizedTest
	@CsvSource({ "headers, nonsense", "response-status, 99", "path, orders", "method, get", "upstreams, auth" })
	void fieldThatCannotBeReadIsNamed(String field, String value) throws Exception {
		HttpResponse<String> response = this.client.send(request(filter("api_key.wasm"), Map.of(field, value)),
				BodyHandlers.ofString());
		assertThat(response.statusCode()).isEqualTo(400);
		assertThat(response.body()).contains("problem");
	}

	@Test
	void oneModuleRunsAtATime() throws Exception {
		CompletableFuture<HttpResponse<String>> first = this.client.sendAsync(
				request(filter("probe_rust.wasm"), Map.of("root-id", "probe", "headers", "x-probe: loop")),
				BodyHandlers.ofString());
		HttpRequest second = request(filter("probe_rust.wasm"), Map.of("root-id", "probe"));
		await().atMost(Duration.ofSeconds(30))
			.until(() -> first.isDone() || this.client.send(second, BodyHandlers.ofString()).statusCode() == 429);
		assertThat(first.get().body()).contains("timeout");
		assertThat(this.client.send(second, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
	}

	@Test
	void pagesOfOtherSitesRunNothing() throws Exception {
		HttpResponse<String> response = this.client
			.send(request(filter("api_key.wasm"), Map.of(), "origin", "http://shop.example"), BodyHandlers.ofString());
		assertThat(response.statusCode()).isEqualTo(403);
		assertThat(response.body()).contains("http://shop.example");
		assertThat(this.client
			.send(request(filter("api_key.wasm"), Map.of(), "origin", "http://localhost:" + this.port),
					BodyHandlers.ofString())
			.statusCode()).isEqualTo(200);
	}

}
