package io.gatewaywasm.boot.services;

import java.net.URI;
import java.util.List;
import java.util.Map;

import io.gatewaywasm.host.spi.RouteUpstream;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Upstreams}.
 */
class UpstreamsTests {

	private final Upstream auth = new Upstream(URI.create("http://auth:8080"), 100);

	private final Upstreams upstreams = new Upstreams(Map.of("auth", this.auth, "outbound|80||auth", this.auth),
			List.of("api.example.org:443", "*.internal:8080", "[::1]:80"), true);

	@Test
	void findsNamesAndAliases() {
		assertThat(this.upstreams.find("auth", null)).isSameAs(this.auth);
		assertThat(this.upstreams.find("outbound|80||auth", null)).isSameAs(this.auth);
	}

	@Test
	void findsAllowedTargets() {
		assertThat(this.upstreams.find("API.example.org:443", null).uri())
			.isEqualTo(URI.create("https://api.example.org:443"));
		assertThat(this.upstreams.find("a.internal:8080", null).uri()).isEqualTo(URI.create("http://a.internal:8080"));
		assertThat(this.upstreams.find("[::1]:80", null).uri()).isEqualTo(URI.create("http://[::1]:80"));
	}

	@Test
	void hostsThatAPatternAllowsAreGuarded() {
		assertThat(this.upstreams.find("a.internal:8080", null).guarded()).isTrue();
		assertThat(this.upstreams.find("api.example.org:443", null).guarded()).isFalse();
		assertThat(this.upstreams.find("[::1]:80", null).guarded()).isFalse();
		assertThat(new Upstreams(Map.of(), List.of("*:80"), true).find("169.254.169.254:80", null).guarded()).isTrue();
		assertThat(new Upstreams(Map.of(), List.of("169.254.169.254:80", "*:80"), true).find("169.254.169.254:80", null)
			.guarded()).isFalse();
		assertThat(new Upstreams(Map.of(), List.of("*:80", "169.254.169.254:80"), true).find("169.254.169.254:80", null)
			.guarded()).isFalse();
	}

	@Test
	void findRefusesOthers() {
		for (String name : List.of("", "other", "auth:8080", "a.internal:80", "user@a.internal:8080",
				"evil.example/.internal:8080", "http://a.internal:8080", "a.internal:8080/path", "a b.internal:8080")) {
			assertThat(this.upstreams.find(name, null)).as(name).isNull();
		}
	}

	@Test
	void findAllowsNoTargetByDefault() {
		assertThat(new Upstreams(Map.of(), List.of(), true).find("localhost:80", null)).isNull();
	}

	@Test
	void findsTheUpstreamOfTheRouteUnlessAnotherIsDeclared() {
		RouteUpstream route = new RouteUpstream("orders", URI.create("http://orders:80"));
		assertThat(this.upstreams.find("orders", route))
			.isEqualTo(new Upstream(URI.create("http://orders:80"), 1 << 20, true, UpstreamProtocol.HTTP1));
		assertThat(this.upstreams.find("other", route)).isNull();
		assertThat(this.upstreams.find("auth", new RouteUpstream("auth", URI.create("http://other:80"))))
			.isSameAs(this.auth);
		assertThat(new Upstreams(Map.of(), List.of(), false).find("orders", route)).isNull();
	}

}
