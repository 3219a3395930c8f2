package io.gatewaywasm.registry.fetch;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import io.gatewaywasm.registry.FetchFailure;
import io.gatewaywasm.registry.FetchObserver;
import io.gatewaywasm.registry.FetchedModule;
import io.gatewaywasm.registry.ImagePullPolicy;
import io.gatewaywasm.registry.ModuleRequest;
import io.gatewaywasm.registry.oci.Digest;
import io.gatewaywasm.registry.oci.Image;
import io.gatewaywasm.testsupport.StubServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static io.gatewaywasm.registry.fetch.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for repeated requests, cached modules, and unavailable sources.
 */
class CachingTests {

	private final StubRegistry server = new StubRegistry();

	private final Settings settings = new Settings();

	private final List<String> observed = new ArrayList<>();

	private final Image old = Images.artifact(Settings.wasm(1));

	private final Image newer = Images.artifact(Settings.wasm(2));

	@BeforeEach
	void configure(@TempDir Path cache) {
		this.settings.cache = cache;
		this.settings.retries = 0;
		this.settings.registry(Settings.insecure(this.server.authority()));
	}

	@AfterEach
	void stop() {
		this.server.close();
	}

	private FetchedModule fetch(String location, String sha256, ImagePullPolicy policy) {
		try (RemoteModuleFetcher fetcher = this.settings.fetcher(new Recorder())) {
			return fetcher.fetch(new ModuleRequest(location, sha256, policy, null));
		}
	}

	private String image(String suffix) {
		return "oci://" + this.server.authority() + "/a" + suffix;
	}

	@Test
	void asksNoMoreForATagThatIsPresent() {
		this.server.push("a", "v1", this.old);
		FetchedModule first = fetch(image(":v1"), null, null);
		this.server.push("a", "v1", this.newer);
		int requests = this.server.seen().size();
		FetchedModule second = fetch(image(":v1"), null, null);
		assertThat(second.bytes()).isEqualTo(Settings.wasm(1));
		assertThat(second.fromCache()).isTrue();
		assertThat(second.stale()).isFalse();
		assertThat(second.fetchedAt()).isEqualTo(first.fetchedAt());
		assertThat(second.rootIds()).containsExactly("hello_world", "b");
		assertThat(this.server.seen()).hasSize(requests);
		assertThat(this.observed).containsExactly("miss", "fetched oci 13", "hit");
	}

	@Test
	void followsATagThatMovesIfToldTo() {
		this.server.push("a", "v1", this.old);
		fetch(image(":v1"), null, ImagePullPolicy.ALWAYS);
		this.server.push("a", "v1", this.newer);
		FetchedModule moved = fetch(image(":v1"), null, ImagePullPolicy.ALWAYS);
		assertThat(moved.bytes()).isEqualTo(Settings.wasm(2));
		assertThat(moved.resolvedDigest()).isEqualTo(this.newer.manifest().digest());
		this.server.seen().clear();
		this.server.push("a", "v1", this.old);
		assertThat(fetch(image(":v1"), null, ImagePullPolicy.ALWAYS).bytes()).isEqualTo(Settings.wasm(1));
		assertThat(this.server.seenPaths()).containsExactly("/v2/a/manifests/v1");
	}

	@Test
	void asksEachTimeForTheLatest() {
		this.server.push("a", "latest", this.old);
		fetch(image(""), null, null);
		this.server.push("a", "latest", this.newer);
		assertThat(fetch(image(""), null, null).bytes()).isEqualTo(Settings.wasm(2));
		assertThat(fetch(image(""), null, ImagePullPolicy.IF_NOT_PRESENT).fromCache()).isTrue();
	}

	@Test
	void asksNeverAgainForADigest() {
		this.server.push("a", "v1", this.old);
		String pinned = image("@" + this.old.manifest().digest());
		fetch(image(":v1"), null, null);
		this.server.close();
		assertThat(fetch(pinned, null, ImagePullPolicy.ALWAYS).stale()).isFalse();
	}

	@Test
	void usesTheCopyAndSaysSoWhileTheRegistryIsDown() {
		this.server.push("a", "v1", this.old);
		FetchedModule first = fetch(image(":v1"), null, ImagePullPolicy.ALWAYS);
		this.server.on("/v2/a/manifests/v1", StubServer.status(503));
		FetchedModule stale = fetch(image(":v1"), null, ImagePullPolicy.ALWAYS);
		assertThat(stale.bytes()).isEqualTo(Settings.wasm(1));
		assertThat(stale.stale()).isTrue();
		assertThat(stale.fetchedAt()).isEqualTo(first.fetchedAt());
		this.server.close();
		assertThat(fetch(image(":v1"), null, ImagePullPolicy.ALWAYS).stale()).isTrue();
		assertThat(this.observed).containsExactly("miss", "fetched oci 13", "failed oci SOURCE_ERROR", "stale",
				"failed oci UNREACHABLE", "stale");
	}

	@Test
	void usesNoCopyOfWhatTheRegistryNoLongerHas() {
		this.server.push("a", "v1", this.old);
		fetch(image(":v1"), null, ImagePullPolicy.ALWAYS);
		this.server.on("/v2/a/manifests/v1", StubServer.status(404));
		assertRefused(FetchFailure.NOT_FOUND, () -> fetch(image(":v1"), null, ImagePullPolicy.ALWAYS));
	}

	@Test
	void doesNotUseACopyWithAnotherDigest() {
		this.server.push("a", "v1", this.old);
		fetch(image(":v1"), null, null);
		this.server.push("a", "v1", this.newer);
		String wanted = Digest.sha256(Settings.wasm(2)).hex();
		assertThat(fetch(image(":v1"), wanted, null).bytes()).isEqualTo(Settings.wasm(2));
		this.server.close();
		assertRefused(FetchFailure.UNREACHABLE, () -> fetch(image(":v1"), "0".repeat(64), null));
	}

	@Test
	void asksAnHttpServerWhetherItHasAnotherVersion() {
		this.server.on("/a.wasm", (exchange) -> {
			exchange.getResponseHeaders().set("etag", "\"1\"");
			if ("\"1\"".equals(exchange.getRequestHeaders().getFirst("if-none-match"))) {
				exchange.sendResponseHeaders(304, -1);
				return;
			}
			StubServer.body(Settings.wasm(1)).handle(exchange);
		});
		String url = this.server.url("/a.wasm");
		assertThat(fetch(url, null, null).fromCache()).isFalse();
		assertThat(fetch(url, null, null).fromCache()).isTrue();
		this.server.serve("/a.wasm", Settings.wasm(2));
		assertThat(fetch(url, null, null).bytes()).isEqualTo(Settings.wasm(2));
		this.server.close();
		assertThat(fetch(url, null, null).stale()).isTrue();
	}

	@Test
	void asksAnHttpServerNoMoreForWhatIsKnownByDigest() {
		this.server.serve("/a.wasm", Settings.smallWasm());
		String url = this.server.url("/a.wasm");
		fetch(url, Settings.SMALL_WASM_SHA256, null);
		assertThat(fetch(url, Settings.SMALL_WASM_SHA256, null).fromCache()).isTrue();
		assertThat(this.server.seen()).hasSize(1);
	}

	private final class Recorder implements FetchObserver {

		@Override
		public void cacheHit(boolean stale) {
			CachingTests.this.observed.add(stale ? "stale" : "hit");
		}

		@Override
		public void cacheMiss() {
			CachingTests.this.observed.add("miss");
		}

		@Override
		public void fetched(String scheme, long bytes, long nanos) {
			CachingTests.this.observed.add("fetched " + scheme + " " + bytes);
		}

		@Override
		public void failed(String scheme, FetchFailure failure) {
			CachingTests.this.observed.add("failed " + scheme + " " + failure);
		}

	}

}
