package io.gatewaywasm.demo;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.MAP;

/**
 * Tests for {@link UpstreamServer} and {@link UpstreamRoutes}.
 */
class UpstreamServerTests {

	private final JsonMapper json = new JsonMapper();

	private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	private final UpstreamServer upstream = new UpstreamServer(new UpstreamProperties(0),
			new UpstreamRoutes(this.json, new RecordedExchanges()));

	@BeforeEach
	void start() {
		this.upstream.start();
	}

	@AfterEach
	void stop() {
		this.upstream.stop();
		assertThat(this.upstream.isRunning()).isFalse();
	}

	@Test
	void headersAreReflectedInCanonicalCase() throws Exception {
		HttpResponse<String> response = send(
				request("/headers").header("x-hello", "one").header("x-hello", "two").header("X-QUOTE", "say \"hi\""));
		assertThat(response.headers().firstValue("content-type")).hasValue("application/json");
		assertThat(response.body()).contains("\"X-Hello\": \"one,two\"");
		assertThat(read(response)).extractingByKey("headers", MAP)
			.containsEntry("X-Hello", "one,two")
			.containsEntry("X-Quote", "say \"hi\"")
			.containsKey("Host");
	}

	@Test
	void anythingDescribesTheRequest() throws Exception {
		HttpResponse<String> response = send(
				request("/anything?q=1").method("PUT", BodyPublishers.ofString("gr\u00fc\u00df\n")));
		assertThat(read(response)).containsEntry("method", "PUT")
			.containsEntry("path", "/anything?q=1")
			.containsEntry("body", "gr\u00fc\u00df\n")
			.containsKey("headers");
	}

	@Test
	void anythingAcceptsAnEmptyBody() throws Exception {
		assertThat(read(send(request("/anything")))).containsEntry("method", "GET").containsEntry("body", "");
	}

	@ParameterizedTest
	@ValueSource(ints = { 200, 204, 304, 404, 503 })
	void statusIsAnsweredAsAsked(int code) throws Exception {
		assertThat(send(request("/status/" + code)).statusCode()).isEqualTo(code);
	}

	@ParameterizedTest
	@ValueSource(strings = { "/status/abc", "/status/100", "/status/600", "/delay/soon" })
	void malformedNumberIsABadRequest(String path) throws Exception {
		assertThat(send(request(path)).statusCode()).isEqualTo(400);
	}

	@Test
	void delayAnswersLater() throws Exception {
		long start = System.nanoTime();
		assertThat(read(send(request("/delay/150")))).containsEntry("delay", 150);
		assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(150_000_000L);
	}

	@Test
	void streamSendsEvents() throws Exception {
		HttpResponse<String> response = send(request("/stream"));
		assertThat(response.headers().firstValue("content-type"))
			.hasValueSatisfying((contentType) -> assertThat(contentType).startsWith("text/event-stream"));
		assertThat(response.body()).isEqualTo("""
				id: 0
				data: event 0

				id: 1
				data: event 1

				id: 2
				data: event 2

				""");
	}

	@Test
	void unknownPathIsNotFound() throws Exception {
		assertThat(send(request("/nowhere")).statusCode()).isEqualTo(404);
	}

	private HttpRequest.Builder request(String path) {
		return HttpRequest.newBuilder(URI.create("http://localhost:" + this.upstream.port() + path));
	}

	private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
		return this.client.send(request.build(), BodyHandlers.ofString());
	}

	private Map<String, Object> read(HttpResponse<String> response) {
		assertThat(response.statusCode()).isEqualTo(200);
		return this.json.readValue(response.body(), new TypeReference<>() {
		});
	}

}
