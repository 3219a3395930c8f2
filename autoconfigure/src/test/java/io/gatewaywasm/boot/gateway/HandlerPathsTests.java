package io.gatewaywasm.boot.gateway;

import java.util.List;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
			"/admin/x, false", "/other, false", "/, false" })
	void pathsMatchInAnyCaseAndWithASlashAtTheEnd(String path, boolean contained) {
		assertThat(this.paths.contain(MockServerWebExchange.from(MockServerHttpRequest.get(path))))
			.isEqualTo(contained);
	}

}
