package io.gatewaywasm.demo;

import java.net.http.HttpResponse;
import java.time.Duration;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.core.env.Environment;
import org.springframework.core.io.ClassPathResource;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Integration tests for the demo's routes and the filters on them.
 */
@Tag("slow")
@DemoTest
class ExampleRoutesIntegrationTests {

	@LocalServerPort
	private int port;

	private DemoClient client;

	@BeforeEach
	void createClient() {
		this.client = new DemoClient(this.port);
	}

	@Test
	void helloWorldGreetsTheUpstream() throws Exception {
		assertThat(this.client.get("/headers").body())
			.contains("\"X-Hello\": \"Hello world from localhost:" + this.port + "\"");
	}

	@Test
	void featuresDecideOnTheTarget() throws Exception {
		assertThat(this.client.get("/features/headers", "x-features", "new-checkout, beta").body())
			.contains("\"X-Target\": \"checkout-v2\"")
			.doesNotContain("X-Hello");
		assertThat(this.client.get("/features/headers", "x-features", "beta,dark-mode").body())
			.contains("\"X-Target\": \"beta\"");
		assertThat(this.client.get("/features/headers").body()).contains("\"X-Target\": \"stable\"");
	}

	@Test
	void completionIsRewrittenAndItsTokensAreCounted() throws Exception {
		String body = this.client.get("/chat/v1/chat/completions").body();
		assertThat(body).contains("the project", "\"completion_tokens\":12", "data: [DONE]").doesNotContain("Aurora");
		await().atMost(Duration.ofSeconds(30))
			.untilAsserted(() -> assertThat(this.client.get("/actuator/prometheus").body()).containsPattern(
					"wasm_plugin_ai_tokens_total\\{[^}]*kind=\"completion\",model=\"tiny\",plugin=\"token-usage\"[^}]*} \\d"));
	}

	@Test
	void keyBecomesTheNameOfTheClient() throws Exception {
		assertThat(this.client.get("/keys/headers", "x-api-key", "77c1-demo-key").body())
			.contains("\"X-Client\": \"bob\"")
			.doesNotContain("77c1-demo-key");
		HttpResponse<String> missing = this.client.get("/keys/headers");
		assertThat(missing.statusCode()).isEqualTo(401);
		assertThat(missing.headers().firstValue("www-authenticate")).hasValue("ApiKey");
		assertThat(this.client.get("/keys/headers", "x-api-key", "guessed").statusCode()).isEqualTo(403);
	}

	@Test
	void textOfBodiesIsReplaced() throws Exception {
		HttpResponse<String> rewritten = this.client.post("/rewrite/echo", "{\"card\": \"4111 1111 1111 1111\"}",
				"content-type", "application/json");
		assertThat(rewritten.body()).isEqualTo("{\"card\": \"****\"}");
		HttpResponse<String> left = this.client.post("/rewrite/echo", "4111 1111 1111 1111", "content-type",
				"application/octet-stream");
		assertThat(left.body()).isEqualTo("4111 1111 1111 1111");
	}

	@Test
	void anotherServiceDecidesWhoMayPass() throws Exception {
		assertThat(this.client.get("/auth/headers", "authorization", "Bearer demo-token").body())
			.contains("\"X-User\": \"alice\"");
		HttpResponse<String> refused = this.client.get("/auth/headers", "authorization", "Bearer guessed");
		assertThat(refused.statusCode()).isEqualTo(403);
		assertThat(refused.body()).isEqualTo("Access denied\n");
	}

	@Test
	void requestsOfAPeriodAreLimited() throws Exception {
		HttpResponse<String> response = this.client.get("/limited/headers");
		for (int i = 0; i < 12 && response.statusCode() == 200; i++) {
			assertThat(response.headers().firstValue("x-ratelimit-limit")).hasValue("5");
			response = this.client.get("/limited/headers");
		}
		assertThat(response.statusCode()).isEqualTo(429);
		assertThat(response.headers().firstValue("retry-after")).hasValue("10");
	}

	@Test
	void pageIsNotBehindAFilter() throws Exception {
		HttpResponse<String> page = this.client.get("/");
		assertThat(page.statusCode()).isEqualTo(200);
		assertThat(page.headers().firstValue("content-type"))
			.hasValueSatisfying((type) -> assertThat(type).startsWith("text/html"));
		assertThat(page.body()).contains("<title>Gateway Wasm</title>");
		assertThat(this.client.get("/demo/page.css").body()).contains("--accent");
		assertThat(this.client.get("/demo/page.js").headers().firstValue("content-type"))
			.hasValueSatisfying((type) -> assertThat(type).contains("javascript"));
	}

	@Test
	void exchangeIsRecordedOnBothSidesOfTheFilter() throws Exception {
		this.client.post("/anything", "Good morning", "x-request-id", "recorded-1");
		assertThat(this.client.get("/demo/exchanges/recorded-1").body()).contains("x-hello").contains("Good morning");
		this.client.get("/keys/headers", "x-request-id", "recorded-2");
		assertThat(this.client.get("/demo/exchanges/recorded-2").body()).contains("\"forwarded\":null");
		this.client.get("/nowhere", "x-request-id", "recorded-3");
		assertThat(this.client.get("/demo/exchanges/recorded-3").body()).contains("\"status\":404");
		assertThat(this.client.get("/demo/exchanges/unknown").statusCode()).isEqualTo(404);
	}

	@Test
	void linesOfAFilterAreKept() throws Exception {
		this.client.get("/headers");
		assertThat(this.client.get("/demo/log/hello-world").body()).contains("HTTP headers in #");
		assertThat(this.client.get("/demo/log/feature-targeting").body()).contains("2 targeting rules");
		assertThat(this.client.get("/demo/log/hello-world?after=1000000").body()).isEqualTo("[]");
	}

	@ParameterizedTest
	@ValueSource(strings = { "feature-targeting", "api-key", "body-rewrite", "ext-auth", "rate-limit" })
	void pageShowsTheConfigurationAsItIs(String plugin, @Autowired Environment environment) throws Exception {
		String configuration = environment.getRequiredProperty("gateway.wasm.plugins." + plugin + ".configuration");
		assertThat(new ClassPathResource("page/filters.js").getContentAsString(UTF_8))
			.contains("configuration: `" + configuration.strip() + "`");
	}

}
