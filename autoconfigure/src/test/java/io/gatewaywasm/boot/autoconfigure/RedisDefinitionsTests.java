package io.gatewaywasm.boot.autoconfigure;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.gatewaywasm.boot.redis.RedisServer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.mock.env.MockEnvironment;
import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link RedisDefinitions}.
 */
class RedisDefinitionsTests {

	private final MockEnvironment environment = new MockEnvironment();

	@Test
	void addressHasAllThatAnAddressCanHave() {
		RedisServer server = server("rediss://u%3Ar:se%2Bcret@cache.example:7000/5");
		assertThat(server.host()).isEqualTo("cache.example");
		assertThat(server.port()).isEqualTo(7000);
		assertThat(server.tls()).isTrue();
		assertThat(server.username()).isEqualTo("u:r");
		assertThat(server.password()).isEqualTo("se+cret");
		assertThat(server.database()).isEqualTo(5);
		assertThat(server.toString()).doesNotContain("cret");
	}

	@Test
	void addressCanBeOnlyHost() {
		RedisServer server = server("redis://localhost");
		assertThat(server.port()).isEqualTo(6379);
		assertThat(server.tls()).isFalse();
		assertThat(server.username()).isNull();
		assertThat(server.password()).isNull();
		assertThat(server.database()).isNull();
	}

	@Test
	void propertiesTakePrecedenceOverAddress() {
		RedisServer server = of("redis://u:p@localhost/5", new WasmGatewayProperties.RedisProperties(null, null,
				"other", 6, null, List.of(), DataSize.ofMegabytes(1), Duration.ofSeconds(1)));
		assertThat(server.username()).isNull();
		assertThat(server.password()).isEqualTo("other");
		assertThat(server.database()).isEqualTo(6);
	}

	@Test
	void withoutAddressSpringsServerIsUsed() {
		this.environment.setProperty("spring.data.redis.host", "shared.example");
		this.environment.setProperty("spring.data.redis.password", "secret");
		this.environment.setProperty("spring.data.redis.database", "2");
		this.environment.setProperty("spring.data.redis.ssl.enabled", "true");
		RedisServer server = server(null);
		assertThat(server.host()).isEqualTo("shared.example");
		assertThat(server.password()).isEqualTo("secret");
		assertThat(server.database()).isEqualTo(2);
		assertThat(server.tls()).isTrue();
		this.environment.setProperty("spring.data.redis.url", "redis://:p@other.example:1");
		assertThat(server(null).host()).isEqualTo("other.example");
		assertThat(server(null).password()).isEqualTo("p");
	}

	@Test
	void withoutAnyAddressTheServerIsRefused() {
		assertThatExceptionOfType(InvalidWasmPropertyException.class).isThrownBy(() -> server(null))
			.withMessageContaining("spring.data.redis");
	}

	@ParameterizedTest
	@ValueSource(strings = { "http://localhost", "localhost:6379", "redis:localhost", "redis:///1", "redis://h/x",
			"redis://h?db=1", "redis://u:secret@h/1/2" })
	void invalidAddressIsRefusedWithoutItsPassword(String address) {
		assertThatExceptionOfType(InvalidWasmPropertyException.class).isThrownBy(() -> server(address))
			.satisfies((ex) -> assertThat(ex.getName()).isEqualTo("gateway.wasm.redis.main.uri"))
			.satisfies((ex) -> assertThat(String.valueOf(ex.getValue())).doesNotContain("secret"));
	}

	@Test
	void duplicateAliasIsRefused() {
		WasmGatewayProperties.RedisProperties server = properties("redis://a", List.of("b"));
		assertThatExceptionOfType(InvalidWasmPropertyException.class)
			.isThrownBy(() -> new RedisDefinitions(this.environment, null)
				.of(Map.of("a", server, "b", properties("redis://b", List.of()))));
	}

	@Test
	void bundleThatIsMissingIsRefused() {
		WasmGatewayProperties.RedisProperties server = new WasmGatewayProperties.RedisProperties(
				URI.create("redis://a"), null, null, null, "none", List.of(), DataSize.ofMegabytes(1),
				Duration.ofSeconds(1));
		assertThatExceptionOfType(InvalidWasmPropertyException.class)
			.isThrownBy(() -> new RedisDefinitions(this.environment, null).of(Map.of("main", server)))
			.satisfies((ex) -> assertThat(ex.getName()).isEqualTo("gateway.wasm.redis.main.ssl-bundle"));
	}

	private RedisServer server(@Nullable String address) {
		return of(address, properties(address, List.of()));
	}

	private RedisServer of(@Nullable String address, WasmGatewayProperties.RedisProperties other) {
		WasmGatewayProperties.RedisProperties server = new WasmGatewayProperties.RedisProperties(
				(address != null) ? URI.create(address) : null, other.username(), other.password(), other.database(),
				other.sslBundle(), other.aliases(), other.maxReplySize(), other.connectTimeout());
		return new RedisDefinitions(this.environment, null).of(Map.of("main", server)).get("main");
	}

	private static WasmGatewayProperties.RedisProperties properties(@Nullable String address, List<String> aliases) {
		return new WasmGatewayProperties.RedisProperties((address != null) ? URI.create(address) : null, null, null,
				null, null, aliases, DataSize.ofMegabytes(1), Duration.ofSeconds(1));
	}

}
