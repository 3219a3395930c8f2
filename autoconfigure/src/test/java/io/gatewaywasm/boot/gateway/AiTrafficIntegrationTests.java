package io.gatewaywasm.boot.gateway;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.gatewaywasm.boot.fixture.ChatUpstream;
import io.gatewaywasm.boot.fixture.EventClient;
import io.gatewaywasm.boot.fixture.GatewayFixture;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.search.Search;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Integration tests for streamed completions that pass through two filters: one counts
 * tokens, one replaces phrases. The upstream sends an event only after the client has
 * received the previous one, so an event that a filter delays makes the test time out.
 */
@Timeout(180)
class AiTrafficIntegrationTests {

	private static final String DONE = "data: [DONE]\n\n";

	private static ChatUpstream upstream;

	private static GatewayFixture gateway;

	@BeforeAll
	static void start() {
		upstream = new ChatUpstream();
		gateway = GatewayFixture.builder()
			.withoutConnectionPool()
			.plugin("token-usage", "token_usage")
			.plugin("replace-phrase", "replace_phrase", "configuration", """
					{"replacements": [{"phrase": "project Aurora", "with": "the project"},
						{"phrase": "blue", "with": "b***"}]}
					""")
			.routeTo("chat", upstream.uri(), "Wasm=token-usage", "Wasm=replace-phrase")
			.start();
	}

	@AfterAll
	static void stop() throws IOException {
		if (gateway != null) {
			gateway.close();
		}
		upstream.close();
	}

	/** Filters count at the end of a stream, which comes after the response. */
	@BeforeEach
	void streamsHaveEnded() {
		for (String plugin : List.of("token-usage", "replace-phrase")) {
			await().atMost(Duration.ofSeconds(60)).until(() -> gateway.status(plugin).counters().activeStreams() == 0);
		}
	}

	private static double tokens(String model, String kind) {
		return value("wasm.plugin.ai_tokens", "model", model, "kind", kind);
	}

	private static double value(String name, String... tags) {
		Search search = gateway.context().getBean(MeterRegistry.class).find(name).tags(tags);
		return (search.functionCounter() != null) ? search.functionCounter().count()
				: (search.counter() != null) ? search.counter().count() : 0;
	}

	@Test
	void eachEventLeavesInItsCallback() throws Exception {
		double before = tokens("tiny", "completion");
		try (EventClient client = new EventClient(gateway, "/chat/x")) {
			ChatUpstream.Answer answer = upstream.next().stream();
			for (int i = 0; i < 20; i++) {
				String event = ChatUpstream.delta(" word" + i);
				answer.send(event);
				assertThat(client.event()).isEqualTo(event);
			}
			answer.send(ChatUpstream.usage(7, 20) + DONE).end();
			assertThat(client.rest()).isEqualTo(ChatUpstream.usage(7, 20) + DONE);
		}
		await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
			assertThat(tokens("tiny", "completion")).isEqualTo(before + 20);
			assertThat(tokens("tiny", "prompt")).isPositive();
			assertThat(value("wasm.plugin.ai_responses", "model", "tiny", "usage", "reported")).isPositive();
		});
	}

	@Test
	void phraseIsReplacedAcrossEventsAndTheEventInFrontDoesNotWait() throws Exception {
		try (EventClient client = new EventClient(gateway, "/chat/x")) {
			ChatUpstream.Answer answer = upstream.next().stream();
			answer.send(ChatUpstream.delta("About "));
			assertThat(client.event()).isEqualTo(ChatUpstream.delta("About "));
			answer.send(ChatUpstream.delta("pro"))
				.send(ChatUpstream.delta("ject Au"))
				.send(ChatUpstream.delta("rora: it"));
			assertThat(List.of(content(client.event()), content(client.event()), content(client.event())))
				.containsExactly("the project", "", ": it");
			answer.send(ChatUpstream.delta(" is blu")).send(ChatUpstream.delta("nt"));
			assertThat(client.event() + client.event())
				.isEqualTo(ChatUpstream.delta(" is blu") + ChatUpstream.delta("nt"));
			answer.send(ChatUpstream.delta(" proj")).send(DONE).end();
			assertThat(client.rest()).isEqualTo(ChatUpstream.delta(" proj") + DONE);
		}
	}

	@Test
	void eventThatIsCutIntoChunksIsOneEvent() throws Exception {
		try (EventClient client = new EventClient(gateway, "/chat/x")) {
			ChatUpstream.Answer answer = upstream.next().stream();
			String event = ChatUpstream.delta("a blue sky");
			answer.send(event.substring(0, 9)).send(event.substring(9, 140)).send(event.substring(140));
			assertThat(content(client.event())).isEqualTo("a b*** sky");
			answer.send("data: {\"choices\": oops\n\n: comment\r\n\r\ndata: last").end();
			assertThat(client.rest()).isEqualTo("data: {\"choices\": oops\n\n: comment\r\n\r\ndata: last");
		}
	}

	@Test
	void completionThatIsNotStreamedIsReplacedAndCounted() {
		double before = tokens("tiny", "prompt");
		CompletableFuture<HttpResponse<String>> response = CompletableFuture.supplyAsync(() -> gateway.get("/chat/x"));
		String document = ChatUpstream.completion("blue project Aurora, blue", 3, 4);
		upstream.next()
			.raw("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + document.length()
					+ "\r\n\r\n" + document);
		assertThat(response.join().body()).contains("b*** the project, b***").doesNotContain("Aurora");
		await().atMost(Duration.ofSeconds(30))
			.untilAsserted(() -> assertThat(tokens("tiny", "prompt")).isEqualTo(before + 3));
	}

	@Test
	void encodedStreamIsNotLetThrough() {
		CompletableFuture<HttpResponse<String>> response = CompletableFuture.supplyAsync(() -> gateway.get("/chat/x"));
		upstream.next()
			.raw("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Encoding: gzip\r\n"
					+ "Content-Length: 4\r\n\r\nblue");
		assertThat(response.join().statusCode()).isEqualTo(502);
		assertThat(response.join().body()).isEqualTo("The completion cannot be checked\n");
	}

	@Test
	void tokensOfAClientThatGoesAwayAreCounted() throws Exception {
		double before = value("wasm.plugin.ai_events", "model", "tiny");
		ChatUpstream.Answer answer;
		try (EventClient client = new EventClient(gateway, "/chat/x")) {
			answer = upstream.next().stream();
			answer.send(ChatUpstream.delta("one"));
			client.event();
		}
		answer.awaitClose();
		await().atMost(Duration.ofSeconds(30))
			.untilAsserted(() -> assertThat(value("wasm.plugin.ai_events", "model", "tiny")).isEqualTo(before + 1));
	}

	private static String content(String event) {
		int begin = event.indexOf("\"content\":\"") + 11;
		return event.substring(begin, event.indexOf('"', begin));
	}

}
