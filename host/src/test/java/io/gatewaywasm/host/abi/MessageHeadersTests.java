package io.gatewaywasm.host.abi;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class MessageHeadersTests {

	private final MessageHeaders request = new MessageHeaders(
			pairs("a", "1", ":method", "GET", ":authority", "example.org", "b", "2"));

	private static List<HeaderPair> pairs(String... namesAndValues) {
		return HeaderList.of(namesAndValues).toList();
	}

	@Test
	void pseudoHeadersAreFirst() {
		assertThat(this.request.toList())
			.isEqualTo(pairs(":method", "GET", ":authority", "example.org", "a", "1", "b", "2"));
		assertThat(this.request.size()).isEqualTo(4);
	}

	@Test
	void addAndSetSetAPseudoHeader() {
		this.request.add(":method", "PUT");
		assertThat(this.request.get(":method")).isEqualTo("PUT");
		this.request.set(":method", "POST");
		assertThat(this.request.toList())
			.isEqualTo(pairs(":method", "POST", ":authority", "example.org", "a", "1", "b", "2"));
	}

	@Test
	void aPseudoHeaderThatTheMessageDoesNotHaveIsNotKept() {
		this.request.add(":status", "200");
		this.request.set(":path", "/");
		assertThat(this.request.size()).isEqualTo(4);
		assertThat(this.request.get(":status")).isNull();
	}

	@Test
	void aPseudoHeaderCannotBeRemoved() {
		this.request.remove(":method");
		this.request.remove("a");
		assertThat(this.request.toList()).isEqualTo(pairs(":method", "GET", ":authority", "example.org", "b", "2"));
	}

	@Test
	void replaceAllKeepsPseudoHeadersThatAreNotNamed() {
		this.request.replaceAll(pairs("c", "3", "c", "4", ":method", "PUT", ":path", "/"));
		assertThat(this.request.toList())
			.isEqualTo(pairs(":method", "PUT", ":authority", "example.org", "c", "3", "c", "4"));
	}

	@Test
	void hostIsTheAuthorityOfARequest() {
		assertThat(this.request.get("Host")).isEqualTo("example.org");
		this.request.set("host", "example.com");
		assertThat(this.request.get(":authority")).isEqualTo("example.com");
		this.request.add("host", "example.net");
		this.request.remove("host");
		assertThat(this.request.get("host")).isEqualTo("example.net");
		assertThat(this.request.size()).isEqualTo(4);
	}

	@Test
	void hostOfAResponseIsAHeaderAsAnyOther() {
		MessageHeaders response = new MessageHeaders(pairs(":status", "200"));
		assertThat(response.get("host")).isNull();
		response.add("host", "example.org");
		assertThat(response.toList()).isEqualTo(pairs(":status", "200", "host", "example.org"));
	}

}
