package io.gatewaywasm.boot.gateway.message;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import io.gatewaywasm.boot.gateway.body.MessageBody;
import io.gatewaywasm.host.abi.HeaderPair;
import io.gatewaywasm.host.spi.LocalResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.http.HttpMethod;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.web.server.ServerWebExchange;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RequestHeaderMap} and {@link RequestChange}.
 */
class RequestHeaderMapTests {

	private final MockServerWebExchange exchange = MockServerWebExchange
		.from(MockServerHttpRequest.method(HttpMethod.GET, URI.create("http://gateway.example:8080/a%2Fb?x=%20y"))
			.header("Host", "client.example")
			.header("X-Multi", "1", "2")
			.header("Accept", "*/*"));

	private final RequestHeaderMap map = new RequestHeaderMap(this.exchange.getRequest(), new ShownFraming(null),
			MessageFacts.ofRequest(this.exchange.getRequest()));

	@Test
	void forEachListsPseudoHeadersFirstAndHostAsAuthority() {
		assertThat(pairs())
			.startsWith(":authority=client.example", ":path=/a%2Fb?x=%20y", ":method=GET", ":scheme=http")
			.contains("X-Multi=1", "X-Multi=2", "Accept=*/*")
			.noneMatch((pair) -> pair.toLowerCase().startsWith("host"));
		assertThat(this.map.size()).isEqualTo(7);
	}

	@Test
	void getFindsFirstValueWithoutRegardToCase() {
		assertThat(this.map.get("x-multi")).isEqualTo("1");
		assertThat(this.map.get("host")).isEqualTo("client.example");
		assertThat(this.map.get("absent")).isNull();
		assertThat(this.map.get(":status")).isNull();
	}

	@Test
	void valuesThatEnvoyJoinsAreOneAndAreLeftAsTheyCame() {
		MockServerWebExchange several = MockServerWebExchange.from(MockServerHttpRequest.get("http://gateway.example/")
			.header("X-Forwarded-For", "1.1.1.1", "2.2.2.2")
			.header("X-A", "a")
			.header("Cookie", "a=1", "b=2"));
		RequestHeaderMap headers = new RequestHeaderMap(several.getRequest(), new ShownFraming(null),
				MessageFacts.ofRequest(several.getRequest()));
		assertThat(headers.get("x-forwarded-for")).isEqualTo("1.1.1.1,2.2.2.2");
		assertThat(headers.size()).isEqualTo(4 + 4);
		headers.set("x-a", "b");
		assertThat(headers.get("X-FORWARDED-FOR")).isEqualTo("1.1.1.1,2.2.2.2");
		List<String> shown = new ArrayList<>();
		headers.forEach((name, value) -> shown.add(name + "=" + value));
		assertThat(shown).contains("X-Forwarded-For=1.1.1.1,2.2.2.2", "Cookie=a=1", "Cookie=b=2")
			.hasSize(headers.size());
		assertThat(PortableHeaders.values(headers.regular().toHttpHeaders(), "x-forwarded-for"))
			.containsExactly("1.1.1.1", "2.2.2.2");
	}

	@Test
	void readsDoNotChangeExchange() {
		this.map.get("accept");
		this.map.size();
		this.map.remove("absent");
		assertThat(RequestChange.apply(this.exchange, this.map)).isSameAs(this.exchange);
	}

	@Test
	void addKeepsAndSetReplaces() {
		this.map.add("x-multi", "3");
		this.map.set("accept", "text/html");
		this.map.set("x-new", "new");
		ServerWebExchange changed = RequestChange.apply(this.exchange, this.map);
		assertThat(values(changed, "x-multi")).containsExactly("1", "2", "3");
		assertThat(values(changed, "accept")).containsExactly("text/html");
		assertThat(values(changed, "x-new")).containsExactly("new");
		assertThat(values(changed, "host")).containsExactly("client.example");
		assertThat(values(this.exchange, "x-new")).isEmpty();
	}

	@Test
	void framingHeadersAreShownAndNotSent() {
		this.map.set("content-length", "5");
		this.map.add("Transfer-Encoding", "chunked");
		this.map.set("connection", "accept");
		assertThat(this.map.get("Content-Length")).isEqualTo("5");
		assertThat(pairs()).contains("content-length=5", "Transfer-Encoding=chunked", "connection=accept");
		assertThat(this.map.size()).isEqualTo(10);
		assertThat(RequestChange.apply(this.exchange, this.map)).isSameAs(this.exchange);
		this.map.remove("content-length");
		assertThat(this.map.get("content-length")).isNull();
		RequestHeaderMap next = new RequestHeaderMap(this.exchange.getRequest(), new ShownFraming(this.map.framing()),
				MessageFacts.ofRequest(this.exchange.getRequest()));
		assertThat(next.get("transfer-encoding")).isEqualTo("chunked");
		next.set("transfer-encoding", "gzip");
		assertThat(this.map.get("transfer-encoding")).isEqualTo("chunked");
	}

	@Test
	void replacingAllKeepsTheFramingOfTheMessage() {
		ServerWebExchange post = MockServerWebExchange
			.from(MockServerHttpRequest.post("/").header("Content-Length", "4").header("X-Old", "1"));
		RequestHeaderMap headers = new RequestHeaderMap(post.getRequest(), new ShownFraming(null),
				MessageFacts.ofRequest(post.getRequest()));
		headers.replaceAll(List.of(new HeaderPair("content-length", "0"), new HeaderPair("x-new", "1")));
		assertThat(headers.get("content-length")).isEqualTo("0");
		ServerWebExchange changed = RequestChange.apply(post, headers);
		assertThat(values(changed, "content-length")).containsExactly("4");
		assertThat(values(changed, "x-new")).containsExactly("1");
		assertThat(values(changed, "x-old")).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "a b", "a\r\nX: y", "user@host", "a/b", "a?b", "a#b", "a\tb", "h\u00f6st" })
	void invalidAuthorityIsAnError(String authority) {
		for (String name : new String[] { ":authority", "host", "Host" }) {
			this.map.set(name, authority);
			assertThat(this.map.get(name)).isEqualTo(authority);
			assertThat(error()).isEqualTo("503 invalid header value for: :authority");
		}
		this.map.set("host", "good.example");
		assertThat(this.map.error()).isNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "no-slash", "*", "http://other.example/x" })
	void invalidPathIsAnError(String path) {
		this.map.set(":path", path);
		assertThat(error()).isEqualTo("503 invalid header value for: :path");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "A B", "CONNECT", "connect", "GET / HTTP/1.1", "(GET)", ":GET" })
	void invalidMethodIsAnError(String method) {
		this.map.set(":method", method);
		assertThat(error()).isEqualTo("503 invalid header value for: :method");
	}

	@Test
	void requestWithoutPathHasNoRoute() {
		this.map.remove(":path");
		assertThat(this.map.get(":path")).isNull();
		assertThat(pairs()).noneMatch((pair) -> pair.startsWith(":path"));
		assertThat(error()).isEqualTo("404 ");
	}

	@Test
	void requestWithoutMethodIsAnError() {
		this.map.remove(":method");
		assertThat(error()).isEqualTo("503 missing required header: :method");
	}

	@Test
	void firstChangeThatNoRequestCanCarryIsTheError() {
		assertThat(this.map.error()).isNull();
		this.map.refuse("first");
		this.map.refuse("second");
		assertThat(error()).isEqualTo("503 first");
	}

	@Test
	void pseudoHeaderThatIsAddedIsJoined() {
		this.map.add(":path", "/second");
		assertThat(this.map.get(":path")).isEqualTo("/a%2Fb?x=%20y,/second");
		this.map.add(":method", "PUT");
		assertThat(error()).isEqualTo("503 invalid header value for: :method");
	}

	@Test
	void headersOfTheConnectionAreHidden() {
		ServerWebExchange exchange = MockServerWebExchange.from(MockServerHttpRequest.get("/")
			.header("Connection", "keep-alive")
			.header("Keep-Alive", "timeout=5")
			.header("Proxy-Connection", "close")
			.header("Transfer-Encoding", "chunked")
			.header("TE", "gzip;q=0.5, Trailers")
			.header("Expect", "100-continue")
			.header("Upgrade", "h2c")
			.header("Trailer", "x-t")
			.header("X-A", "1"));
		RequestHeaderMap headers = new RequestHeaderMap(exchange.getRequest(), new ShownFraming(null),
				MessageFacts.ofRequest(exchange.getRequest()));
		List<String> pairs = new ArrayList<>();
		headers.forEach((name, value) -> pairs.add(name + "=" + value));
		assertThat(pairs.subList(4, pairs.size())).containsExactly("TE=trailers", "Trailer=x-t", "X-A=1");
		assertThat(headers.size()).isEqualTo(pairs.size());
		assertThat(headers.get("connection")).isNull();
		assertThat(headers.get("expect")).isNull();
		assertThat(headers.get("te")).isEqualTo("trailers");
		headers.set("connection", "close");
		assertThat(headers.get("connection")).isEqualTo("close");
		assertThat(headers.get("upgrade")).isNull();
		headers.set("x-b", "2");
		assertThat(values(RequestChange.apply(exchange, headers), "connection")).containsExactly("keep-alive");
		RequestHeaderMap upgrade = new RequestHeaderMap(exchange.getRequest(), new ShownFraming(null), new MessageFacts(
				"GET", MessageFacts.Protocol.HTTP_1_1, MessageBody.NONE, MessageFacts.WebSocket.HANDSHAKE, false));
		assertThat(upgrade.get("connection")).isEqualTo("keep-alive");
		assertThat(upgrade.get("upgrade")).isEqualTo("h2c");
		assertThat(upgrade.get("keep-alive")).isNull();
	}

	@ParameterizedTest
	@CsvSource({ "HTTP_1_1, http, true, true", "HTTP_2, http, false, false", "HTTP_2, https, false, false",
			"HTTP_2, mine, false, true" })
	void headersThatNettyAddsForHttp2AreHidden(MessageFacts.Protocol protocol, String scheme, boolean streamShown,
			boolean schemeShown) {
		ServerWebExchange exchange = MockServerWebExchange
			.from(MockServerHttpRequest.get("/").header("x-http2-stream-id", "1").header("x-http2-scheme", scheme));
		RequestHeaderMap headers = new RequestHeaderMap(exchange.getRequest(), new ShownFraming(null),
				new MessageFacts("GET", protocol, MessageBody.NONE, MessageFacts.WebSocket.NONE, false));
		assertThat(headers.get("x-http2-stream-id")).isEqualTo(streamShown ? "1" : null);
		assertThat(headers.get("x-http2-scheme")).isEqualTo(schemeShown ? scheme : null);
		assertThat(headers.size()).isEqualTo(4 + (streamShown ? 1 : 0) + (schemeShown ? 1 : 0));
	}

	@ParameterizedTest
	@ValueSource(strings = { "x-http2-scheme", "X-HTTP2-Stream-Id" })
	void headersThatNettyAddsForHttp2CanBeRemoved(String name) {
		ServerWebExchange exchange = MockServerWebExchange
			.from(MockServerHttpRequest.get("/").header("x-http2-stream-id", "1").header("x-http2-scheme", "http"));
		RequestHeaderMap headers = new RequestHeaderMap(exchange.getRequest(), new ShownFraming(null), new MessageFacts(
				"GET", MessageFacts.Protocol.HTTP_2, MessageBody.NONE, MessageFacts.WebSocket.NONE, false));
		headers.remove(name);
		assertThat(values(RequestChange.apply(exchange, headers), name)).isEmpty();
	}

	@Test
	void schemeHeaderOfAClientOfHttp2IsReadAndRemoved() {
		ServerWebExchange exchange = MockServerWebExchange
			.from(MockServerHttpRequest.get("/").header("x-http2-scheme", "http", "mine"));
		RequestHeaderMap headers = new RequestHeaderMap(exchange.getRequest(), new ShownFraming(null), new MessageFacts(
				"GET", MessageFacts.Protocol.HTTP_2, MessageBody.NONE, MessageFacts.WebSocket.NONE, false));
		assertThat(headers.get("X-Http2-Scheme")).isEqualTo("mine");
		headers.remove("x-http2-scheme");
		assertThat(headers.get("x-http2-scheme")).isNull();
		assertThat(values(RequestChange.apply(exchange, headers), "x-http2-scheme")).isEmpty();
	}

	@Test
	void authorityOfTheClientCanBeWrittenBack() {
		this.map.set(":authority", "client.example");
		this.map.set(":authority", "[::1]:8080");
		assertThat(this.map.get("host")).isEqualTo("[::1]:8080");
	}

	@Test
	void setMovesToTheEndAsInEnvoy() {
		this.map.set("x-multi", "only");
		assertThat(pairs()).endsWith("Accept=*/*", "x-multi=only").doesNotContain("X-Multi=2");
	}

	@Test
	void removeTakesAllValues() {
		this.map.remove("x-multi");
		assertThat(this.map.get("x-multi")).isNull();
		assertThat(pairs()).noneMatch((pair) -> pair.startsWith("X-Multi"));
	}

	@Test
	void upstreamGetsItsOwnAuthorityIfThatOfTheRequestIsRemoved() {
		this.exchange.getAttributes().put(ServerWebExchangeUtils.PRESERVE_HOST_HEADER_ATTRIBUTE, true);
		this.map.remove("host");
		assertThat(this.map.get(":authority")).isNull();
		assertThat(this.map.error()).isNull();
		ServerWebExchange changed = RequestChange.apply(this.exchange, this.map);
		assertThat(values(changed, "host")).isEmpty();
		assertThat(changed.<Boolean>getAttribute(ServerWebExchangeUtils.PRESERVE_HOST_HEADER_ATTRIBUTE)).isFalse();
	}

	@Test
	void replaceAllRemovesPseudoHeadersThatAreNotNamed() {
		this.map.replaceAll(
				List.of(new HeaderPair(":path", "/new"), new HeaderPair("b", "1"), new HeaderPair(":bogus", "x")));
		assertThat(pairs()).containsExactly(":path=/new", "b=1");
		assertThat(this.map.error()).extracting(LocalResponse::status).isEqualTo(503);
	}

	@Test
	void replaceAllShowsPseudoHeadersInTheirOrder() {
		this.map.replaceAll(List.of(new HeaderPair(":scheme", "http"), new HeaderPair(":method", "PUT"),
				new HeaderPair("b", "1"), new HeaderPair(":path", "/new"), new HeaderPair("host", "other.example")));
		assertThat(pairs()).containsExactly(":scheme=http", ":method=PUT", ":path=/new", ":authority=other.example",
				"b=1");
		assertThat(this.map.error()).isNull();
	}

	@Test
	void pathIsTakenRaw() {
		this.map.set(":path", "/new%2F/%41?q=a%20b&c=|\"%zz");
		URI uri = RequestChange.apply(this.exchange, this.map).getRequest().getURI();
		assertThat(uri.getRawPath()).isEqualTo("/new%2F/%41");
		assertThat(uri.getRawQuery()).isEqualTo("q=a%20b&c=%7C%22%25zz");
		assertThat(uri.getHost()).isEqualTo("gateway.example");
	}

	@Test
	void pathChangesUrlThatIsChosenAlready() {
		this.exchange.getAttributes()
			.put(ServerWebExchangeUtils.GATEWAY_REQUEST_URL_ATTR, URI.create("http://upstream:9090/a%2Fb?x=%20y"));
		this.map.set(":path", "/new");
		ServerWebExchange changed = RequestChange.apply(this.exchange, this.map);
		assertThat(changed.<URI>getAttribute(ServerWebExchangeUtils.GATEWAY_REQUEST_URL_ATTR))
			.isEqualTo(URI.create("http://upstream:9090/new"));
	}

	@Test
	void authorityBecomesHostAndIsKept() {
		this.map.set("host", "other.example");
		ServerWebExchange changed = RequestChange.apply(this.exchange, this.map);
		assertThat(values(changed, "host")).containsExactly("other.example");
		assertThat(changed.<Boolean>getAttribute(ServerWebExchangeUtils.PRESERVE_HOST_HEADER_ATTRIBUTE)).isTrue();
	}

	@Test
	void methodIsChanged() {
		this.map.set(":method", "PURGE");
		assertThat(RequestChange.apply(this.exchange, this.map).getRequest().getMethod().name()).isEqualTo("PURGE");
	}

	private String error() {
		LocalResponse error = Objects.requireNonNull(this.map.error());
		return error.status() + " " + new String(error.body(), StandardCharsets.ISO_8859_1);
	}

	private List<String> pairs() {
		List<String> pairs = new ArrayList<>();
		this.map.forEach((name, value) -> pairs.add(name + "=" + value));
		return pairs;
	}

	private static List<String> values(ServerWebExchange exchange, String name) {
		List<String> values = new ArrayList<>();
		PortableHeaders.forEach(exchange.getRequest().getHeaders(), (key, value) -> {
			if (key.equalsIgnoreCase(name)) {
				values.add(value);
			}
		});
		return values;
	}

}
