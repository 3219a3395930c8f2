package io.gatewaywasm.boot.gateway;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;

import io.gatewaywasm.host.abi.HeaderPair;
import io.gatewaywasm.host.abi.Status;
import io.gatewaywasm.host.abi.StatusException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.http.HttpMethod;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.web.server.ServerWebExchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link RequestHeaderMap} and {@link RequestChange}.
 */
class RequestHeaderMapTests {

	private final MockServerWebExchange exchange = MockServerWebExchange
		.from(MockServerHttpRequest.method(HttpMethod.GET, URI.create("http://gateway.example:8080/a%2Fb?x=%20y"))
			.header("Host", "client.example")
			.header("X-Multi", "1", "2")
			.header("Accept", "*/*"));

	private final RequestHeaderMap map = new RequestHeaderMap(this.exchange.getRequest(), new ShownFraming(null));

	@Test
	void forEachListsPseudoHeadersFirstAndHostAsAuthority() {
		assertThat(pairs())
			.startsWith(":method=GET", ":path=/a%2Fb?x=%20y", ":authority=client.example", ":scheme=http")
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
		RequestHeaderMap next = new RequestHeaderMap(this.exchange.getRequest(), new ShownFraming(this.map.framing()));
		assertThat(next.get("transfer-encoding")).isEqualTo("chunked");
		next.set("transfer-encoding", "gzip");
		assertThat(this.map.get("transfer-encoding")).isEqualTo("chunked");
	}

	@Test
	void replacingAllKeepsTheFramingOfTheMessage() {
		ServerWebExchange post = MockServerWebExchange
			.from(MockServerHttpRequest.post("/").header("Content-Length", "4").header("X-Old", "1"));
		RequestHeaderMap headers = new RequestHeaderMap(post.getRequest(), new ShownFraming(null));
		headers.replaceAll(List.of(new HeaderPair("content-length", "0"), new HeaderPair("x-new", "1")));
		assertThat(headers.get("content-length")).isEqualTo("0");
		ServerWebExchange changed = RequestChange.apply(post, headers);
		assertThat(values(changed, "content-length")).containsExactly("4");
		assertThat(values(changed, "x-new")).containsExactly("1");
		assertThat(values(changed, "x-old")).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "a b", "a\r\nX: y", "user@host", "a/b", "a?b", "a#b", "a\tb", "h\u00f6st" })
	void authorityThatIsNoneIsRefused(String authority) {
		for (String name : new String[] { ":authority", "host", "Host" }) {
			assertThatExceptionOfType(StatusException.class).isThrownBy(() -> this.map.set(name, authority))
				.satisfies((ex) -> assertThat(ex.status()).isEqualTo(Status.BAD_ARGUMENT));
			assertThatExceptionOfType(StatusException.class).isThrownBy(() -> this.map.add(name, authority));
		}
		assertThat(this.map.get(":authority")).isEqualTo("client.example");
	}

	@Test
	void authorityOfTheClientCanBeWrittenBack() {
		this.map.set(":authority", "client.example");
		this.map.set(":authority", "[::1]:8080");
		assertThat(this.map.get("host")).isEqualTo("[::1]:8080");
	}

	@Test
	void setKeepsPositionOfFirst() {
		this.map.set("x-multi", "only");
		List<String> pairs = pairs();
		assertThat(pairs.indexOf("X-Multi=only")).isLessThan(pairs.indexOf("Accept=*/*"));
		assertThat(pairs).doesNotContain("X-Multi=2");
	}

	@Test
	void removeTakesAllValuesButNoPseudoHeader() {
		this.map.remove("x-multi");
		this.map.remove(":path");
		this.map.remove("host");
		assertThat(this.map.get("x-multi")).isNull();
		assertThat(this.map.get(":path")).isEqualTo("/a%2Fb?x=%20y");
		assertThat(this.map.get("host")).isEqualTo("client.example");
	}

	@Test
	void replaceAllKeepsPseudoHeadersThatAreNotNamed() {
		this.map.replaceAll(
				List.of(new HeaderPair(":path", "/new"), new HeaderPair("b", "1"), new HeaderPair(":bogus", "x")));
		assertThat(pairs()).containsExactly(":method=GET", ":path=/new", ":authority=client.example", ":scheme=http",
				"b=1");
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
	void methodIsChangedUnlessInvalid() {
		this.map.set(":method", "PURGE");
		assertThat(RequestChange.apply(this.exchange, this.map).getRequest().getMethod().name()).isEqualTo("PURGE");
		this.map.set(":method", "GET / HTTP/1.1\r\n");
		assertThat(RequestChange.apply(this.exchange, this.map).getRequest().getMethod().name()).isEqualTo("GET");
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
