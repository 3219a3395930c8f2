package io.gatewaywasm.boot.gateway.message;

import java.util.ArrayList;
import java.util.List;

import io.gatewaywasm.host.abi.HeaderPair;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.http.HttpStatus;
import org.springframework.mock.http.server.reactive.MockServerHttpResponse;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ResponseHeaderMap}.
 */
class ResponseHeaderMapTests {

	private final MockServerHttpResponse response = new MockServerHttpResponse();

	private final ShownFraming framing = new ShownFraming(null);

	private final HeaderChanges changes = new HeaderChanges();

	private final ResponseHeaderMap map = new ResponseHeaderMap(this.response, this.framing, this.changes);

	@Test
	void statusIsFirstAndOkUnlessSet() {
		this.response.getHeaders().add("a", "1");
		assertThat(pairs()).containsExactly(":status=200", "a=1");
		this.response.setStatusCode(HttpStatus.NOT_FOUND);
		assertThat(this.map.get(":status")).isEqualTo("404");
	}

	@Test
	void valuesThatEnvoyJoinsAreOne() {
		this.response.getHeaders().add("Vary", "a");
		this.response.getHeaders().add("Vary", "b");
		this.response.getHeaders().add("Set-Cookie", "a");
		this.response.getHeaders().add("Set-Cookie", "b");
		assertThat(this.map.get("vary")).isEqualTo("a,b");
		assertThat(pairs()).containsExactly(":status=200", "vary=a,b", "set-cookie=a", "set-cookie=b");
		assertThat(this.map.size()).isEqualTo(4);
	}

	@Test
	void connectionHeadersOfTheUpstreamAreShownAndNotSent() {
		DefaultHttpHeaders upstream = new DefaultHttpHeaders();
		upstream.add("Connection", "keep-alive").add("Keep-Alive", "timeout=5").add("Trailer", "x-t");
		this.response.getHeaders().add("content-length", "5");
		UpstreamFraming.show(upstream, false, this.response.getHeaders(), this.framing);
		assertThat(this.map.get("connection")).isEqualTo("keep-alive");
		assertThat(pairs()).containsExactly(":status=200", "content-length=5", "connection=keep-alive", "trailer=x-t");
		assertThat(this.response.getHeaders().getFirst("connection")).isNull();
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void changesHaveNoEffectWhenAnotherResponseIsSent(boolean committed) {
		this.response.getHeaders().add("x-a", "1");
		if (committed) {
			this.response.setComplete().block();
		}
		else {
			this.changes.end();
		}
		this.map.add("x-b", "2");
		this.map.set("x-a", "2");
		this.map.set(":status", "418");
		this.map.remove("x-a");
		this.map.replaceAll(List.of(new HeaderPair("x-c", "3")));
		assertThat(pairs()).containsExactly(":status=200", "x-a=1");
	}

	@Test
	void statusIsSet() {
		this.map.set(":status", "418");
		assertThat(this.response.getStatusCode().value()).isEqualTo(418);
		assertThat(this.framing.refusal()).isNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "nonsense", "", "99", "100", "199", "0", "-200", "1000" })
	void invalidStatusIsShownAndRefused(String status) {
		this.map.set(":status", status);
		assertThat(this.map.get(":status")).isEqualTo(status);
		assertThat(this.framing.refusal()).isEqualTo("missing required header: :status");
		this.map.set(":status", "200");
		assertThat(this.framing.refusal()).isNull();
	}

	@Test
	void responseWithoutStatusIsRefused() {
		this.map.remove(":status");
		assertThat(this.map.get(":status")).isNull();
		assertThat(pairs()).isEmpty();
		assertThat(this.framing.refusal()).isEqualTo("missing required header: :status");
	}

	@Test
	void statusThatIsAddedIsJoined() {
		this.map.add(":status", "500");
		assertThat(this.map.get(":status")).isEqualTo("200,500");
		assertThat(this.framing.refusal()).isEqualTo("missing required header: :status");
	}

	@Test
	void firstChangeThatNoResponseCanCarryIsTheRefusal() {
		this.map.refuse("first");
		this.map.refuse("second");
		assertThat(this.framing.refusal()).isEqualTo("first");
		this.framing.reset();
		assertThat(this.framing.refusal()).isNull();
	}

	@Test
	void changesTakeEffectAtOnce() {
		this.map.add("set-cookie", "a=1");
		this.map.add("set-cookie", "b=2");
		this.map.set("x-one", "1");
		this.map.set("X-One", "2");
		assertThat(pairs()).containsExactly(":status=200", "set-cookie=a=1", "set-cookie=b=2", "x-one=2");
		this.map.remove("Set-Cookie");
		assertThat(this.response.getHeaders().getFirst("set-cookie")).isNull();
		assertThat(this.map.size()).isEqualTo(2);
	}

	@Test
	void replaceAllRemovesStatusThatIsNotNamed() {
		this.response.setStatusCode(HttpStatus.CREATED);
		this.map.add("old", "1");
		this.map.replaceAll(List.of(new HeaderPair("new", "2"), new HeaderPair(":path", "/x")));
		assertThat(pairs()).containsExactly("new=2");
		this.map.replaceAll(List.of(new HeaderPair("newer", "3"), new HeaderPair(":status", "202")));
		assertThat(pairs()).containsExactly(":status=202", "newer=3");
	}

	private List<String> pairs() {
		List<String> pairs = new ArrayList<>();
		this.map.forEach((name, value) -> pairs.add(name.toLowerCase() + "=" + value));
		return pairs;
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void whatReactorNettyAddsToAResponseOfHttp2IsNotShown(boolean http2) {
		DefaultHttpHeaders upstream = new DefaultHttpHeaders();
		upstream.add("transfer-encoding", "chunked");
		PortableHeaders.set(this.response.getHeaders(), "transfer-encoding", "chunked");
		PortableHeaders.set(this.response.getHeaders(), "x-http2-stream-id", "3");
		UpstreamFraming.show(upstream, http2, this.response.getHeaders(), this.framing);
		assertThat(this.map.get("transfer-encoding")).isEqualTo(http2 ? null : "chunked");
		assertThat(this.map.get("x-http2-stream-id")).isEqualTo(http2 ? null : "3");
		assertThat(PortableHeaders.first(this.response.getHeaders(), "transfer-encoding")).isEqualTo("chunked");
	}

	@Test
	void transferCodingThatTheUpstreamHasNotSentIsNotShown() {
		PortableHeaders.set(this.response.getHeaders(), "transfer-encoding", "chunked");
		UpstreamFraming.show(new DefaultHttpHeaders(), false, this.response.getHeaders(), this.framing);
		assertThat(this.map.get("transfer-encoding")).isNull();
	}

}
