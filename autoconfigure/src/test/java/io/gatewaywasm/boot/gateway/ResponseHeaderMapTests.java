package io.gatewaywasm.boot.gateway;

import java.util.ArrayList;
import java.util.List;

import io.gatewaywasm.host.abi.HeaderPair;
import org.junit.jupiter.api.Test;

import org.springframework.http.HttpStatus;
import org.springframework.mock.http.server.reactive.MockServerHttpResponse;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ResponseHeaderMap}.
 */
class ResponseHeaderMapTests {

	private final MockServerHttpResponse response = new MockServerHttpResponse();

	private final ResponseHeaderMap map = new ResponseHeaderMap(this.response, new ShownFraming(null));

	@Test
	void statusIsFirstAndOkUnlessSet() {
		this.response.getHeaders().add("a", "1");
		assertThat(pairs()).containsExactly(":status=200", "a=1");
		this.response.setStatusCode(HttpStatus.NOT_FOUND);
		assertThat(this.map.get(":status")).isEqualTo("404");
	}

	@Test
	void statusIsSetUnlessInvalid() {
		this.map.set(":status", "418");
		this.map.add(":status", "nonsense");
		this.map.set(":status", "99");
		this.map.remove(":status");
		assertThat(this.response.getStatusCode().value()).isEqualTo(418);
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
	void replaceAllKeepsStatusThatIsNotNamed() {
		this.response.setStatusCode(HttpStatus.CREATED);
		this.map.add("old", "1");
		this.map.replaceAll(List.of(new HeaderPair("new", "2"), new HeaderPair(":path", "/x")));
		assertThat(pairs()).containsExactly(":status=201", "new=2");
	}

	private List<String> pairs() {
		List<String> pairs = new ArrayList<>();
		this.map.forEach((name, value) -> pairs.add(name.toLowerCase() + "=" + value));
		return pairs;
	}

}
