package io.gatewaywasm.boot.gateway;

import java.net.URI;
import java.util.List;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.http.HttpMethod;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link HandlerPaths}.
 */
class HandlerPathsTests {

	private final HandlerPaths paths = HandlerPaths.of(List.of("/api/**", "/admin"));

	@ParameterizedTest
	@CsvSource({ "/api/x, true", "/API/x, true", "/admin, true", "/admin/, true", "/Admin/, true", "/admin;a=b, true",
			"/admin/x, false", "//api/x, true", "/other/..//api/x, true", "/./api/x, true", "/api%2Fx, true",
			"/%2e/api/x, true", "/api%3Bx, false", "/other/%252e%252e/api/x, false", "/x/api/y, false", "/other, false",
			"/, false" })
	void pathsMatchInAnyCaseAndWithASlashAtTheEnd(String path, boolean contained) {
		assertThat(this.paths.contain(MockServerWebExchange
			.from(MockServerHttpRequest.method(HttpMethod.GET, URI.create("http://a" + path))))).isEqualTo(contained);
	}

}
