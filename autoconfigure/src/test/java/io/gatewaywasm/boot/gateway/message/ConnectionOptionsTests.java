package io.gatewaywasm.boot.gateway.message;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.http.HttpHeaders;
import org.springframework.util.LinkedMultiValueMap;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ConnectionOptions}.
 */
class ConnectionOptionsTests {

	@ParameterizedTest
	@ValueSource(strings = { "close", "keep-alive", "Upgrade", "TE, close", "", " , " })
	void optionsOfTheConnectionRemoveNothing(String connection) {
		assertThat(ConnectionOptions.withoutNamed(headers("Connection", connection, "TE", "trailers"))).isNull();
	}

	@Test
	void requestWithoutTheHeaderIsLeftAsItIs() {
		assertThat(ConnectionOptions.withoutNamed(headers("X-A", "1"))).isNull();
	}

	@Test
	void namedHeadersAreRemovedInAnyCaseAndFromEachLine() {
		HttpHeaders changed = ConnectionOptions.withoutNamed(headers("Connection", "close, X-TENANT", "connection",
				"authorization ,upgrade", "x-tenant", "a", "Authorization", "b", "X-Other", "c"));
		assertThat(changed).isNotNull();
		assertThat(PortableHeaders.values(changed, "x-tenant")).isEmpty();
		assertThat(PortableHeaders.values(changed, "authorization")).isEmpty();
		assertThat(PortableHeaders.values(changed, "x-other")).containsExactly("c");
		assertThat(PortableHeaders.values(changed, "connection")).containsExactly("close, upgrade");
	}

	@Test
	void manyHeadersAreRemovedInOnePass() {
		AtomicInteger passes = new AtomicInteger();
		LinkedMultiValueMap<String, String> counting = new LinkedMultiValueMap<>() {

			@Override
			public Set<Map.Entry<String, List<String>>> entrySet() {
				passes.incrementAndGet();
				return super.entrySet();
			}

		};
		List<String> names = IntStream.range(0, 100).mapToObj((i) -> "x-" + i).toList();
		names.forEach((name) -> counting.add(name.toUpperCase(Locale.ROOT), "1"));
		counting.add("x-other", "1");
		PortableHeaders.removeAll(new HttpHeaders(counting), names);
		assertThat(counting).containsOnlyKeys("x-other");
		assertThat(passes).hasValueLessThan(10);
	}

	@Test
	void namesOfHeadersToComeAreForgotten() {
		HttpHeaders changed = ConnectionOptions.withoutNamed(headers("Connection", "x-user"));
		assertThat(changed).isNotNull();
		assertThat(PortableHeaders.contains(changed, "connection")).isFalse();
	}

	@Test
	void framingAndHostStay() {
		HttpHeaders changed = ConnectionOptions
			.withoutNamed(headers("Connection", "host, content-length, transfer-encoding, trailer", "Host", "a",
					"Content-Length", "1", "Transfer-Encoding", "chunked", "Trailer", "x"));
		assertThat(changed).isNotNull();
		assertThat(PortableHeaders.values(changed, "host")).containsExactly("a");
		assertThat(PortableHeaders.values(changed, "content-length")).containsExactly("1");
		assertThat(PortableHeaders.values(changed, "transfer-encoding")).containsExactly("chunked");
		assertThat(PortableHeaders.values(changed, "trailer")).containsExactly("x");
		assertThat(PortableHeaders.contains(changed, "connection")).isFalse();
	}

	private static HttpHeaders headers(String... pairs) {
		HttpHeaders headers = new HttpHeaders();
		for (int i = 0; i < pairs.length; i += 2) {
			headers.add(pairs[i], pairs[i + 1]);
		}
		return headers;
	}

}
