package io.gatewaywasm.host.abi;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link FramingHeaders}.
 */
class FramingHeadersTests {

	@ParameterizedTest
	@ValueSource(strings = { "content-length", "Content-Length", "TRANSFER-ENCODING", "connection", "upgrade", "TE",
			"trailer", "Keep-Alive", "proxy-connection" })
	void headerBelongsToTheGateway(String name) {
		assertThat(FramingHeaders.owns(name)).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "content-type", "content-lengt", "host", ":status", "x-content-length", "X-Frame-Options",
			"xx", "Content-Typo-A", "" })
	void headerBelongsToTheGuest(String name) {
		assertThat(FramingHeaders.owns(name)).isFalse();
	}

	@Test
	void statusesFrom200EndARequest() {
		for (int status : new int[] { -1, 0, 99, 100, 101, 103, 199, 1000 }) {
			assertThat(FramingHeaders.isFinalStatus(status)).as("%d", status).isFalse();
		}
		for (int status : new int[] { 200, 204, 304, 404, 599, 999 }) {
			assertThat(FramingHeaders.isFinalStatus(status)).as("%d", status).isTrue();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "example.com", "example.com:8080", "127.0.0.1:80", "[::1]:8080", "a_b.internal", "a%20b",
			"outbound|80||service.default.svc.cluster.local", "x", "EXAMPLE" })
	void authorityIsAHostWithOrWithoutPort(String authority) {
		assertThat(FramingHeaders.isAuthority(authority)).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "a b", "a\tb", "a\r\nX: y", "a\n", "a\u0000", "user@host", "a/b", "a?b", "a#b",
			"a\\b", "h\u00f6st", "a\u007f", "<a>", "a\"b", "{a}", "a^b", "a`b", "\u2025", " a", "a " })
	void authorityIsRefused(String authority) {
		assertThat(FramingHeaders.isAuthority(authority)).isFalse();
	}

}
