package io.gatewaywasm.boot.gateway;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import io.gatewaywasm.boot.fixture.GatewayFixture;
import io.gatewaywasm.boot.fixture.HeaderGuest;
import io.gatewaywasm.boot.fixture.WireClient;
import io.gatewaywasm.boot.fixture.WireMessage;
import io.gatewaywasm.boot.fixture.WireUpstream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Integration tests for the rule that no guest determines where a message begins or ends
 * on its connection. Client and upstream use raw sockets.
 */
@Timeout(180)
class FramingIntegrationTests {

	private static final String SMUGGLED = "GET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n";

	/** The headers that each guest sets, by the name of its plugin. */
	private static final Map<String, HeaderGuest> GUESTS = new LinkedHashMap<>();

	private static WireUpstream upstream;

	private static GatewayFixture gateway;

	@BeforeAll
	static void start() {
		upstream = new WireUpstream();
		String[] lengths = { "0", "1", "3", "5000", "-1", "+5", "5, 5", "0x5", "5;q=1", " 7", "" };
		for (int i = 0; i < lengths.length; i++) {
			GUESTS.put("length-" + i, both("content-length", lengths[i]));
		}
		GUESTS.put("lengths",
				HeaderGuest.create()
					.set("content-length", "0")
					.add("Content-Length", "5000")
					.setOnResponse("content-length", "1")
					.addOnResponse("content-length", "5000"));
		GUESTS.put("chunked", both("transfer-encoding", "chunked"));
		GUESTS.put("chunked-and-length",
				HeaderGuest.create()
					.set("transfer-encoding", "chunked")
					.set("content-length", "1")
					.setOnResponse("transfer-encoding", "chunked")
					.setOnResponse("content-length", "1"));
		GUESTS.put("identity", both("Transfer-Encoding", "identity"));
		GUESTS.put("gzip", both("transfer-encoding", "gzip, chunked"));
		GUESTS.put("removed", HeaderGuest.create().remove("content-length").remove("transfer-encoding"));
		GUESTS.put("connection", both("connection", "content-length, transfer-encoding, host"));
		GUESTS.put("close", both("connection", "close"));
		GUESTS.put("upgrade", both("upgrade", "websocket"));
		GUESTS.put("trailer", both("trailer", "content-length"));
		GUESTS.put("te", both("te", "trailers, chunked"));
		GUESTS.put("keep-alive", both("keep-alive", "timeout=0"));
		GUESTS.put("proxy-connection", both("proxy-connection", "close"));
		GatewayFixture.Builder builder = GatewayFixture.builder()
			.property("spring.cloud.gateway.server.webflux.httpclient.pool.type", "fixed")
			.property("spring.cloud.gateway.server.webflux.httpclient.pool.max-connections", "1")
			.property("server.http2.enabled", "true");
		GUESTS.forEach((name, guest) -> plugin(builder, name, guest).routeTo(name, upstream.uri(), "Wasm=" + name));
		plugin(builder, "seen", HeaderGuest.create().seeRequestBody().seeResponseBody()).routeTo("seen", upstream.uri(),
				"Wasm=seen");
		plugin(builder, "marked", HeaderGuest.create().seeRequestBody().setOnResponse("x-filter", "yes"))
			.routeTo("marked", upstream.uri(), "Wasm=marked");
		plugin(builder, "none", HeaderGuest.create()).routeTo("none", upstream.uri(), "Wasm=none");
		builder.routeTo("retry", upstream.uri(), "Retry=1", "Wasm=seen");
		builder.routeTo("seen-after", upstream.uri(), "Wasm=length-2", "Wasm=seen");
		builder.routeTo("seen-before", upstream.uri(), "Wasm=seen", "Wasm=length-2");
		builder.routeTo("java-before", upstream.uri(), "SetRequestHeader=Content-Length, 0", "Wasm=none",
				"SetResponseHeader=Content-Length, 1");
		builder.routeTo("java-after", upstream.uri(), "Wasm=none", "SetRequestHeader=Content-Length, 0");
		builder.routeTo("java-wraps", upstream.uri())
			.filter(1, "Wasm", "plugin", "none")
			.filter(2, "CacheRequestBody", "bodyClass", "java.lang.String")
			.filter(3, "SetRequestHeader", "name", "Content-Length", "value", "3");
		builder.routeTo("java-removes", upstream.uri(), "RemoveRequestHeader=Content-Length", "Wasm=none",
				"RemoveResponseHeader=Content-Length");
		builder.routeTo("get", upstream.uri(), "Wasm=get");
		plugin(builder, "get", HeaderGuest.create().set(":method", "GET"));
		plugin(builder, "head", HeaderGuest.create().set(":method", "HEAD")).routeTo("head", upstream.uri(),
				"Wasm=head");
		plugin(builder, "connect", HeaderGuest.create().set(":method", "CONNECT")).routeTo("connect", upstream.uri(),
				"Wasm=connect");
		plugin(builder, "shown",
				HeaderGuest.create()
					.copy("content-length", "x-length")
					.copy("transfer-encoding", "x-coding")
					.copy("connection", "x-connection"))
			.routeTo("shown", upstream.uri(), "Wasm=length-3", "Wasm=connection", "Wasm=shown");
		for (String status : new String[] { "100", "101", "103", "199", "0", "1000", "-200", "abc", "204", "205", "304",
				"200", "404", "599", "999" }) {
			plugin(builder, "status-" + status, HeaderGuest.create().setOnResponse(":status", status))
				.routeTo("status-" + status, upstream.uri(), "Wasm=status-" + status);
		}
		for (int status : new int[] { 100, 103, 199, 0, 1000, 204, 403 }) {
			plugin(builder, "reply-" + status,
					HeaderGuest.create()
						.reply(status,
								pairs("content-length", "1", "transfer-encoding", "chunked", "connection", "upgrade",
										"upgrade", "x", "x-reply", "yes"),
								"answer"))
				.routeTo("reply-" + status, upstream.uri(), "Wasm=reply-" + status);
		}
		plugin(builder, "long",
				HeaderGuest.create().setOnResponse("content-length", "3").replaceResponseBody("replaced"))
			.routeTo("long", upstream.uri(), "Wasm=long");
		gateway = builder.start();
	}

	private static HeaderGuest both(String name, String value) {
		return HeaderGuest.create().set(name, value).setOnResponse(name, value);
	}

	private static GatewayFixture.Builder plugin(GatewayFixture.Builder builder, String name, HeaderGuest guest) {
		return builder.property("gateway.wasm.plugins." + name + ".url", guest.file());
	}

	/** Returns header pairs in the wire format, in ISO 8859-1. */
	private static String pairs(String... namesAndValues) {
		StringBuilder head = new StringBuilder(number(namesAndValues.length / 2));
		StringBuilder content = new StringBuilder();
		for (String text : namesAndValues) {
			head.append(number(text.length()));
			content.append(text).append('\0');
		}
		return head.append(content).toString();
	}

	private static String number(int value) {
		return "" + (char) (value & 0xff) + (char) (value >> 8) + "\0\0";
	}

	@AfterAll
	static void stop() throws IOException {
		gateway.close();
		upstream.close();
	}

	@BeforeEach
	void forget() {
		upstream.forget();
	}

	static Stream<String> guests() {
		return Stream.of("length-0", "length-1", "length-2", "length-3", "length-4", "length-5", "length-6", "length-7",
				"length-8", "length-9", "length-10", "lengths", "chunked", "chunked-and-length", "identity", "gzip",
				"removed", "connection", "close", "upgrade", "trailer", "te", "keep-alive", "proxy-connection", "seen",
				"none", "seen-after", "seen-before", "java-before", "java-after", "java-wraps", "java-removes", "get");
	}

	@ParameterizedTest
	@MethodSource("guests")
	void requestIsOneRequestForTheUpstream(String route) throws IOException {
		try (WireClient client = new WireClient(gateway); WireClient victim = new WireClient(gateway)) {
			client.send("POST /" + route + "/length/2 HTTP/1.1\nContent-Length: " + SMUGGLED.length(), SMUGGLED);
			assertAnswered(client.receive(), 2);
			client.send("POST /" + route + "/length/3 HTTP/1.1\nTransfer-Encoding: chunked",
					Integer.toHexString(SMUGGLED.length()) + "\r\n" + SMUGGLED + "\r\n0\r\n\r\n");
			assertAnswered(client.receive(), 3);
			client.send("GET /" + route + "/length/4 HTTP/1.1\nTransfer-Encoding: chunked",
					Integer.toHexString(SMUGGLED.length()) + "\r\n" + SMUGGLED + "\r\n0\r\n\r\n");
			assertAnswered(client.receive(), 4);
			client.send("GET /" + route + "/length/5 HTTP/1.1", "");
			assertAnswered(client.receive(), 5);
			client.send("DELETE /" + route + "/length/6 HTTP/1.1\nContent-Length: 0", "");
			assertAnswered(client.receive(), 6);
			victim.send("GET /none/length/7 HTTP/1.1", "");
			assertAnswered(victim.receive(), 7);
		}
		List<String> lines = upstream.requests()
			.stream()
			.map((request) -> request.startLine().split(" ")[1] + " " + request.bytes().length)
			.toList();
		int sent = SMUGGLED.length();
		assertThat(lines).containsExactly("/length/2 " + sent, "/length/3 " + sent, "/length/4 " + sent, "/length/5 0",
				"/length/6 0", "/length/7 0");
		upstream.requests().forEach((request) -> {
			assertThat(request.values("content-length").size() + request.values("transfer-encoding").size())
				.as(request.toString())
				.isLessThan(2);
			assertThat(request.values("upgrade")).isEmpty();
			assertThat(request.values("trailer")).isEmpty();
			assertThat(request.values("keep-alive")).isEmpty();
			assertThat(request.values("proxy-connection")).isEmpty();
		});
	}

	private static void assertAnswered(WireMessage response, int length) {
		assertThat(response).isNotNull();
		assertThat(response.status()).as(response + " " + response.body()).isEqualTo(200);
		assertThat(response.bytes()).as(response.toString()).hasSize(length);
	}

	@Test
	void peersOwnFramingIsKeptWithoutBodyCallbacks() {
		WireMessage response = WireClient.exchange(gateway, "POST /length-3/length/70000 HTTP/1.1\nContent-Length: 2",
				"ab");
		assertThat(response.values("content-length")).containsExactly("70000");
		assertThat(upstream.lastRequest().values("content-length")).containsExactly("2");
		WireClient.exchange(gateway, "GET /length-3/x HTTP/1.1", "");
		// The HTTP client of Spring Boot 3.5 sends "content-length: 0"
		assertThat(upstream.lastRequest().values("content-length")).isSubsetOf("0");
		assertThat(upstream.lastRequest().values("transfer-encoding")).isEmpty();
	}

	@Test
	void laterGuestIsShownWhatTheFirstHasSet() {
		WireClient.exchange(gateway, "POST /shown/x HTTP/1.1\nContent-Length: 2", "ab");
		WireMessage request = upstream.lastRequest();
		assertThat(request.values("x-length")).containsExactly("5000");
		assertThat(request.values("x-connection")).containsExactly("content-length, transfer-encoding, host");
		assertThat(request.values("x-coding")).isEmpty();
		assertThat(request.values("content-length")).containsExactly("2");
		assertThat(request.values("host")).hasSize(1);
	}

	@ParameterizedTest
	@CsvSource({ "chunks, abcdef", "parts, abcdef", "close, until the end", "headers-of-304, ''" })
	void responseKeepsItsBody(String kind, String body) throws IOException {
		for (String route : new String[] { "none", "seen", "length-2", "lengths", "chunked-and-length",
				"java-before" }) {
			try (WireClient client = new WireClient(gateway)) {
				client.send("GET /" + route + "/" + kind + " HTTP/1.1", "");
				WireMessage response = client.receive();
				assertThat(response.body()).as(route).isEqualTo(body);
				client.send("GET /none/length/3 HTTP/1.1", "");
				assertAnswered(client.receive(), 3);
			}
		}
	}

	@Test
	void lengthThatAGuestSetsDoesNotEndTheBody() {
		WireMessage response = WireClient.exchange(gateway, "GET /long/parts HTTP/1.1", "");
		assertThat(response.body()).isEqualTo("replaced");
		assertThat(response.values("content-length")).containsExactly("8");
	}

	@ParameterizedTest
	@ValueSource(strings = { "none", "seen", "lengths", "chunked-and-length", "java-before" })
	void http10ClientGetsNoChunks(String route) throws IOException {
		for (String path : new String[] { "length/70000", "length/10", "chunks", "parts" }) {
			for (String keepAlive : new String[] { "Connection: keep-alive", "Accept: */*" }) {
				try (WireClient client = new WireClient(gateway)) {
					client.send("GET /" + route + "/" + path + " HTTP/1.0\n" + keepAlive, "");
					WireMessage response = client.receive();
					assertThat(response.values("transfer-encoding")).as(route + path + response).isEmpty();
					int length = path.startsWith("length") ? Integer.parseInt(path.substring(7)) : 6;
					assertThat(response.bytes()).as(response.toString()).hasSize(length);
				}
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "none", "seen", "lengths" })
	void http10ConnectionIsKeptIfClientAsksAndLengthIsKnown(String route) throws IOException {
		try (WireClient client = new WireClient(gateway)) {
			for (int i = 0; i < 2; i++) {
				client.send("GET /" + route + "/length/10 HTTP/1.0\nConnection: keep-alive", "");
				WireMessage response = client.receive();
				assertThat(response).as("response %d", i).isNotNull();
				assertThat(response.bytes()).hasSize(10);
			}
		}
		try (WireClient client = new WireClient(gateway)) {
			client.send("GET /" + route + "/length/10 HTTP/1.0", "");
			assertThat(client.receive().bytes()).hasSize(10);
			assertThat(client.receive()).isNull();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "none", "seen", "length-2", "lengths", "chunked" })
	void headKeepsTheLengthOfTheResource(String route) throws IOException {
		try (WireClient client = new WireClient(gateway)) {
			client.send("HEAD /" + route + "/length/1234 HTTP/1.1", "");
			WireMessage response = client.receiveHead();
			assertThat(response.values("content-length")).containsExactly("1234");
			client.send("GET /" + route + "/length/3 HTTP/1.1", "");
			assertAnswered(client.receive(), 3);
		}
	}

	@ParameterizedTest
	@CsvSource({ "100, 502", "101, 502", "103, 502", "199, 502", "0, 502", "1000, 502", "-200, 502", "abc, 502",
			"204, 204", "205, 205", "304, 304", "200, 200", "404, 404", "599, 599", "999, 999" })
	void statusEndsTheRequest(String set, int sent) throws IOException {
		try (WireClient client = new WireClient(gateway)) {
			for (String path : new String[] { "length/10", "length/70000", "chunks", "status/204", "headers-of-304",
					"status/500" }) {
				client.send("GET /status-" + set + "/" + path + " HTTP/1.1", "");
				WireMessage response = client.receive();
				assertThat(response.status()).as(path + " " + response).isEqualTo(sent);
				if (sent == 204) {
					assertThat(response.values("content-length")).isEmpty();
				}
			}
			client.send("GET /none/length/3 HTTP/1.1", "");
			assertAnswered(client.receive(), 3);
		}
	}

	@ParameterizedTest
	@CsvSource({ "100, 500, answer", "103, 500, answer", "199, 500, answer", "0, 500, answer", "1000, 500, answer",
			"204, 204, ''", "403, 403, answer" })
	void localResponseIsFramedByTheGateway(int status, int sent, String body) throws IOException {
		try (WireClient client = new WireClient(gateway)) {
			for (int i = 0; i < 2; i++) {
				client.send("GET /reply-" + status + "/x HTTP/1.1", "");
				WireMessage response = client.receive();
				assertThat(response.status()).isEqualTo(sent);
				assertThat(response.body()).isEqualTo(body);
				assertThat(response.values("x-reply")).containsExactly("yes");
				assertThat(response.values("transfer-encoding")).isEmpty();
				assertThat(response.values("upgrade")).isEmpty();
				assertThat(response.values("connection")).isEmpty();
			}
		}
	}

	@ParameterizedTest
	@CsvSource({ "102, early", "103, early", "199, early", "102, early-alone", "103, early-alone" })
	void upstreamsInterimResponseIsIgnored(int status, String path) throws IOException {
		try (WireClient client = new WireClient(gateway)) {
			client.send("GET /none/" + path + "/" + status + " HTTP/1.1", "");
			assertThat(client.receive().status()).isEqualTo(200);
			for (int length = 1; length < 5; length++) {
				client.send("GET /none/length/" + length + " HTTP/1.1", "");
				assertAnswered(client.receive(), length);
			}
		}
	}

	@Test
	void responseToAnotherMethodIsFramedForTheClient() throws IOException {
		try (WireClient client = new WireClient(gateway)) {
			client.send("GET /head/length/1234 HTTP/1.1", "");
			assertAnswered(client.receive(), 0);
			client.send("HEAD /get/length/1234 HTTP/1.1", "");
			assertThat(client.receiveHead().values("content-length")).containsExactly("1234");
			client.send("GET /none/length/3 HTTP/1.1", "");
			assertAnswered(client.receive(), 3);
		}
	}

	@ParameterizedTest
	@CsvSource(nullValues = "none",
			value = { "none, ''", "Connection: close, ''", "'Upgrade: websocket\nConnection: upgrade', ''",
					"Content-Length: 2, ab", "Transfer-Encoding: chunked, '2\r\nab\r\n0\r\n\r\n'" })
	void clientMakesNoTunnel(String headers, String body) {
		for (String route : new String[] { "none", "seen" }) {
			assertThat(gateway.get("/" + route + "/first").statusCode()).isEqualTo(200);
			String request = "CONNECT /" + route + "/tunnel HTTP/1.1" + ((headers != null) ? "\n" + headers : "");
			assertThat(WireClient.exchange(gateway, request, body).status()).isEqualTo(501);
			assertThat(gateway.get("/" + route + "/next").statusCode()).isEqualTo(200);
		}
		assertThat(upstream.requests()).noneMatch((request) -> request.startLine().startsWith("CONNECT"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "zz\r\nabc\r\n0\r\n\r\n", "-1\r\n\r\n", "fffffffff\r\nab", "3\r\nabcXX0\r\n\r\n",
			"0\r\nbad trailer: x\r\n\r\n", "0\r\nx: LARGE\r\n\r\n", "\r\n\r\n", "3;x\0=1\r\nabc\r\n0\r\n\r\n" })
	void malformedBodyIsNotSentAsWhole(String rest) throws IOException {
		for (String route : new String[] { "none", "seen", "retry" }) {
			upstream.forget();
			String body = "5\r\nhello\r\n" + rest.replace("LARGE", "a".repeat(100_000));
			WireMessage response = WireClient.exchange(gateway,
					"POST /" + route + "/x HTTP/1.1\nTransfer-Encoding: chunked", body);
			assertThat(response.status()).isBetween(400, 499);
			assertThat(gateway.get("/" + route + "/next").statusCode()).isEqualTo(200);
			assertThat(upstream.requests()).extracting(WireMessage::startLine)
				.noneMatch((line) -> line.startsWith("POST"));
		}
	}

	@ParameterizedTest
	@CsvSource({ "zz, 400, Bad Request", "0|bad trailer: x|, 400, Bad Request",
			"0|x: LARGE|, 431, Request Header Fields Too Large" })
	void responseToAMalformedBodyPassesThroughTheFilters(String rest, int status, String text) throws IOException {
		String bytes = rest.replace("|", "\r\n").replace("LARGE", "a".repeat(100_000)) + "\r\n";
		try (WireClient client = new WireClient(gateway)) {
			client.send("POST /marked/x HTTP/1.1\nTransfer-Encoding: chunked", "5\r\nhello\r\n" + bytes);
			WireMessage response = client.receive();
			assertThat(response.status()).isEqualTo(status);
			assertThat(response.values("x-filter")).containsExactly("yes");
			assertThat(response.values("connection")).containsExactly("close");
			assertThat(response.body()).isEqualTo(text);
			assertThat(client.receive()).isNull();
		}
	}

	@Test
	void nothingIsReadBehindAMalformedChunk() throws IOException {
		upstream.forget();
		try (WireClient client = new WireClient(gateway)) {
			client.send("POST /marked/x HTTP/1.1\nTransfer-Encoding: chunked", "5\r\nhello\r\n");
			client.raw("zz\r\nGET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n");
			assertThat(client.receive().status()).isEqualTo(400);
			assertThat(client.receive()).isNull();
		}
		assertThat(upstream.requests()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "zz\r\n", "0\r\nbad trailer: x\r\n\r\n" })
	void malformedBodyOfAPipelinedRequestIsNotSentAsWhole(String rest) throws IOException {
		upstream.forget();
		try (WireClient client = new WireClient(gateway)) {
			client.raw("GET /seen/first HTTP/1.1\r\nHost: localhost\r\n\r\n"
					+ "POST /seen/x HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"
					+ rest);
			assertThat(client.receive().status()).isEqualTo(200);
			WireMessage second = client.receive();
			assertThat(second.status()).isEqualTo(400);
			assertThat(client.receive()).isNull();
		}
		assertThat(upstream.requests()).extracting(WireMessage::startLine).noneMatch((line) -> line.startsWith("POST"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "zz\r\n", "0\r\nbad trailer: x\r\n\r\n" })
	void malformedBodyBehindAWholeChunkedRequestIsNotSentAsWhole(String rest) throws IOException {
		upstream.forget();
		String chunked = " HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n";
		try (WireClient client = new WireClient(gateway)) {
			client.raw("GET /seen/first HTTP/1.1\r\nHost: localhost\r\n\r\n" + "POST /seen/whole" + chunked
					+ "0\r\n\r\n" + "POST /seen/malformed" + chunked + rest);
			assertThat(client.receive().status()).isEqualTo(200);
			assertThat(client.receive().status()).isEqualTo(200);
			assertThat(client.receive().status()).isEqualTo(400);
			assertThat(client.receive()).isNull();
		}
		assertThat(upstream.requests()).extracting(WireMessage::startLine)
			.anyMatch((line) -> line.contains("/whole"))
			.noneMatch((line) -> line.contains("/malformed"));
	}

	@Test
	void malformedChunkOfALaterRequestDoesNotEndTheOneBeforeIt() throws IOException {
		upstream.forget();
		String chunked = " HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n";
		try (WireClient client = new WireClient(gateway)) {
			client.raw("GET /seen/first HTTP/1.1\r\nHost: localhost\r\n\r\n" + "POST /seen/whole" + chunked
					+ "0\r\n\r\n" + "POST /seen/malformed" + chunked);
			assertThat(client.receive().status()).isEqualTo(200);
			client.raw("zz\r\n");
			assertThat(client.receive().status()).isEqualTo(200);
			assertThat(client.receive().status()).isEqualTo(400);
			assertThat(client.receive()).isNull();
		}
		assertThat(upstream.requests()).extracting(WireMessage::startLine)
			.noneMatch((line) -> line.contains("/malformed"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "/seen/x#y", "/seen/x?a=b#", "/seen/#/../x", "http://localhost/seen/x#y?z" })
	void targetWithAFragmentIsRefused(String target) throws IOException {
		upstream.forget();
		try (WireClient client = new WireClient(gateway)) {
			client.send("GET " + target + " HTTP/1.1", "");
			assertThat(client.receive().status()).isEqualTo(400);
		}
		assertThat(upstream.requests()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "gzip", "gzip, chunked", "chunked, chunked", "identity, chunked", "x",
			"chunked\nTransfer-Encoding: chunked" })
	void unknownTransferEncodingIsRefused(String encodings) throws IOException {
		for (String route : new String[] { "none", "seen", "retry" }) {
			upstream.forget();
			WireMessage response = WireClient.exchange(gateway,
					"POST /" + route + "/x HTTP/1.1\nTransfer-Encoding: " + encodings, "5\r\nhello\r\n0\r\n\r\n");
			assertThat(response.status()).isIn(400, 501);
			assertThat(gateway.get("/" + route + "/next").statusCode()).isEqualTo(200);
			assertThat(upstream.requests()).extracting(WireMessage::startLine)
				.noneMatch((line) -> line.startsWith("POST"));
		}
	}

	@Test
	void guestMakesNoTunnel() {
		assertThat(gateway.get("/get/first").statusCode()).isEqualTo(200);
		HttpResponse<String> response = gateway.get("/connect/x");
		assertThat(response.statusCode()).isEqualTo(503);
		assertThat(response.body()).isEqualTo("invalid header value for: :method");
		assertThat(upstream.lastRequest().startLine()).startsWith("GET /first ");
	}

	@Test
	void namesThatDifferOnlyInCaseAreNotDoubledByAChange() throws IOException {
		for (String route : new String[] { "none", "get", "length-3", "seen" }) {
			try (WireClient client = new WireClient(gateway)) {
				client.send("POST /" + route + "/x HTTP/1.1\r\nX-A: 1\r\nx-a: 2\r\nCookie: a=1\r\ncookie: b=2"
						+ "\r\nContent-Length: 2", "ok");
				client.receive();
			}
			assertThat(upstream.lastRequest().values("x-a")).containsExactly("1", "2");
			assertThat(upstream.lastRequest().values("cookie")).containsExactly("a=1", "b=2");
		}
	}

	@Test
	void ofTeTheUpstreamGetsTrailersOnly() throws IOException {
		try (WireClient client = new WireClient(gateway)) {
			for (String sent : new String[] { "TE: gzip, Trailers", "TE: gzip\r\nTE: trailers" }) {
				client.send("GET /seen/x HTTP/1.1\r\n" + sent, "");
				client.receive();
				assertThat(upstream.lastRequest().values("te")).as(sent).containsExactly("trailers");
			}
			for (String sent : new String[] { "TE: gzip", "TE: gzip, trailers;q=0.5" }) {
				client.send("GET /seen/x HTTP/1.1\r\n" + sent, "");
				client.receive();
				assertThat(upstream.lastRequest().values("te")).as(sent).isEmpty();
			}
		}
	}

	@Test
	void http2RequestWithoutBodyIsNotChunkedForTheUpstream() throws Exception {
		HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();
		for (String route : new String[] { "none", "seen", "length-3", "lengths", "chunked" }) {
			HttpRequest get = HttpRequest.newBuilder(gateway.uri("/" + route + "/length/70000")).build();
			for (int i = 0; i < 2; i++) {
				assertThat(client.send(get, BodyHandlers.ofString()).body()).hasSize(70000);
			}
			assertThat(upstream.lastRequest().values("transfer-encoding")).isEmpty();
			assertThat(upstream.lastRequest().values("content-length")).isSubsetOf("0");
			HttpRequest post = HttpRequest.newBuilder(gateway.uri("/" + route + "/x"))
				.POST(HttpRequest.BodyPublishers.ofString(SMUGGLED))
				.build();
			assertThat(client.send(post, BodyHandlers.ofString()).body()).isEqualTo(SMUGGLED);
			assertThat(upstream.lastRequest().bytes()).hasSize(SMUGGLED.length());
		}
	}

}
