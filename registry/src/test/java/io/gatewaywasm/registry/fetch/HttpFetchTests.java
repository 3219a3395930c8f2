package io.gatewaywasm.registry.fetch;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;

import io.gatewaywasm.registry.FetchFailure;
import io.gatewaywasm.registry.FetchObserver;
import io.gatewaywasm.registry.FetchSettings;
import io.gatewaywasm.registry.FetchedModule;
import io.gatewaywasm.registry.ModuleFetchException;
import io.gatewaywasm.registry.ModuleRequest;
import io.gatewaywasm.registry.http.GuardedHttpClient;
import io.gatewaywasm.registry.http.SslContexts;
import io.gatewaywasm.testsupport.StubServer;
import io.netty.resolver.AddressResolver;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.InetNameResolver;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Promise;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static io.gatewaywasm.registry.fetch.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for fetching modules from HTTP servers that mean well, or do not.
 */
class HttpFetchTests {

	private final StubRegistry server = new StubRegistry();

	private final Settings settings = new Settings();

	@AfterEach
	void stop() {
		this.server.close();
	}

	private FetchedModule fetch(String location) {
		return fetch(ModuleRequest.of(location));
	}

	private FetchedModule fetch(ModuleRequest request) {
		try (RemoteModuleFetcher fetcher = this.settings.fetcher()) {
			return fetcher.fetch(request);
		}
	}

	@Test
	void fetchesAModule() {
		this.server.serve("/a.wasm", Settings.smallWasm());
		FetchedModule module = fetch(this.server.url("/a.wasm"));
		assertThat(module.bytes()).isEqualTo(Settings.smallWasm());
		assertThat(module.sha256()).isEqualTo(Settings.SMALL_WASM_SHA256);
		assertThat(module.source()).isEqualTo(this.server.url("/a.wasm"));
		assertThat(module.resolvedDigest()).isNull();
		assertThat(module.fromCache()).isFalse();
	}

	@Test
	void checksTheDigest() {
		this.server.serve("/a.wasm", Settings.smallWasm());
		String url = this.server.url("/a.wasm");
		assertThat(fetch(new ModuleRequest(url, Settings.SMALL_WASM_SHA256.toUpperCase(), null, null)).bytes())
			.hasSize(8);
		assertRefused(FetchFailure.DIGEST_MISMATCH, () -> fetch(new ModuleRequest(url, "0".repeat(64), null, null)));
		assertRefused(FetchFailure.REQUEST, () -> fetch(new ModuleRequest(url, "0", null, null)));
	}

	@Test
	void refusesAVerificationKey() {
		ModuleRequest request = new ModuleRequest(this.server.url("/a.wasm"), null, null, "any");
		ModuleFetchException refusal = assertRefused(FetchFailure.REQUEST, () -> fetch(request));
		assertThat(refusal).hasMessageContaining("only images can be signed");
		assertThat(this.server.seen()).isEmpty();
	}

	@Test
	void refusesWhatIsNotWebAssembly() {
		this.server.serve("/a.wasm", "<html>".getBytes());
		assertRefused(FetchFailure.NOT_WASM, () -> fetch(this.server.url("/a.wasm")));
		assertRefused(FetchFailure.NOT_FOUND, () -> fetch(this.server.url("/b.wasm")));
	}

	@ParameterizedTest
	@ValueSource(strings = { "ftp://localhost/a.wasm", "http://user:password@localhost/a.wasm", "http:///a.wasm",
			"http://local host/", "a.wasm" })
	void refusesLocationsThatAreNone(String location) {
		ModuleFetchException refusal = assertRefused(FetchFailure.REQUEST, () -> fetch(location));
		assertThat(refusal.getMessage()).doesNotContain("password");
	}

	@Test
	void repeatsWhatMayPass() {
		this.server.serve("/a.wasm", Settings.smallWasm()).atFirst("/a.wasm", 2, StubServer.status(503));
		assertThat(fetch(this.server.url("/a.wasm")).bytes()).hasSize(8);
		assertThat(this.server.seen()).hasSize(3);
	}

	@Test
	void givesUpAfterSomeTries() {
		this.server.on("/a.wasm", StubServer.status(503));
		assertRefused(FetchFailure.SOURCE_ERROR, () -> fetch(this.server.url("/a.wasm")));
		assertThat(this.server.seen()).hasSize(3);
	}

	@Test
	void doesNotRepeatWhatIsFinal() {
		this.server.on("/a.wasm", StubServer.status(403));
		assertRefused(FetchFailure.UNAUTHORIZED, () -> fetch(this.server.url("/a.wasm")));
		assertThat(this.server.seen()).hasSize(1);
	}

	@Test
	void repeatsWhenTheConnectionBreaksWithinTheBody() {
		this.server.serve("/a.wasm", Settings.smallWasm()).atFirst("/a.wasm", 1, (exchange) -> {
			exchange.sendResponseHeaders(200, 8);
			exchange.getResponseBody().write(0);
			exchange.getResponseBody().flush();
		});
		assertThat(fetch(this.server.url("/a.wasm")).bytes()).hasSize(8);
		assertThat(this.server.seen()).hasSize(2);
	}

	@Test
	void waitsNoLongerThanTheReadTimeout() {
		this.settings.readTimeout = Duration.ofMillis(500);
		this.settings.retries = 0;
		this.server.on("/a.wasm", (exchange) -> sleep(5000));
		assertRefused(FetchFailure.TIMEOUT, () -> fetch(this.server.url("/a.wasm")));
	}

	@Test
	void waitsNoLongerThanTheWholeTimeoutForWhatTrickles() {
		this.settings.timeout = Duration.ofMillis(900);
		this.server.on("/a.wasm", (exchange) -> {
			exchange.sendResponseHeaders(200, 1000);
			for (int count = 0; count < 1000; count++) {
				exchange.getResponseBody().write(0);
				exchange.getResponseBody().flush();
				sleep(100);
			}
		});
		long start = System.nanoTime();
		assertRefused(FetchFailure.TIMEOUT, () -> fetch(this.server.url("/a.wasm")));
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(60));
	}

	@Test
	void refusesWhatSaysThatItIsTooLarge() {
		this.server.on("/a.wasm", (exchange) -> exchange.sendResponseHeaders(200, 10_000_000_000L));
		ModuleFetchException refusal = assertRefused(FetchFailure.TOO_LARGE, () -> fetch(this.server.url("/a.wasm")));
		assertThat(refusal).hasMessageContaining("10000000000 bytes");
		assertThat(refusal.getRemedy()).contains("gateway.wasm.fetch.max-module-size");
	}

	@Test
	void refusesWhatTurnsOutToBeTooLarge() {
		this.server.on("/a.wasm", (exchange) -> {
			exchange.sendResponseHeaders(200, 0);
			for (int count = 0; count < 10_000; count++) {
				exchange.getResponseBody().write(new byte[64 * 1024]);
			}
		});
		assertRefused(FetchFailure.TOO_LARGE, () -> fetch(this.server.url("/a.wasm")));
	}

	@Test
	void followsRedirects() {
		this.server.serve("/a.wasm", Settings.smallWasm())
			.on("/b.wasm", StubServer.redirect("/a.wasm"))
			.on("/c.wasm", StubServer.redirect("http://" + this.server.otherAuthority() + "/b.wasm"));
		assertThat(fetch(this.server.url("/c.wasm")).bytes()).hasSize(8);
	}

	@Test
	void refusesRedirectsThatRepeat() {
		this.server.on("/a.wasm", StubServer.redirect("/a.wasm"));
		assertRefused(FetchFailure.PROTOCOL, () -> fetch(this.server.url("/a.wasm")));
		assertThat(this.server.seen()).hasSize(6);
	}

	@ParameterizedTest
	@ValueSource(strings = { "file:///etc/passwd", "classpath:a.wasm", "gopher://localhost/", "http://u:p@localhost/",
			"::" })
	void refusesRedirectsToInvalidLocations(String location) {
		this.server.on("/a.wasm", StubServer.redirect(location));
		assertRefused(FetchFailure.PROTOCOL, () -> fetch(this.server.url("/a.wasm")));
	}

	@ParameterizedTest
	@ValueSource(strings = { "http://169.254.169.254/latest/meta-data", "http://[fe80::1]/", "http://[fd00:ec2::254]/",
			"http://[::ffff:169.254.169.254]/", "http://[::ffff:a9fe:a9fe]/", "http://2852039166/",
			"http://[64:ff9b::a9fe:a9fe]/" })
	void connectsToNoBlockedAddressWhetherAskedToOrRedirected(String location) {
		assertRefused(FetchFailure.BLOCKED_ADDRESS, () -> fetch(location));
		this.server.on("/a.wasm", StubServer.redirect(location));
		assertRefused(FetchFailure.BLOCKED_ADDRESS, () -> fetch(this.server.url("/a.wasm")));
	}

	@Test
	void connectsToNoAddressThatTheSettingsBlock() {
		this.settings.blocked.add("127.0.0.0/8");
		this.settings.blocked.add("::1/128");
		ModuleFetchException refusal = assertRefused(FetchFailure.BLOCKED_ADDRESS,
				() -> fetch(this.server.url("/a.wasm")));
		assertThat(refusal).hasMessageContaining("which is blocked");
		assertThat(this.server.seen()).isEmpty();
	}

	@Test
	void looksAtTheAddressThatANameHasWhenItIsConnectedTo() {
		this.server.serve("/a.wasm", Settings.smallWasm());
		String url = "http://rebind.example.org:" + this.server.port() + "/a.wasm";
		Names names = new Names(List.of("127.0.0.1"), List.of("169.254.169.254"));
		FetchSettings settings = this.settings.build();
		GuardedHttpClient client = new GuardedHttpClient(settings, new SslContexts(settings, null), names);
		try (RemoteModuleFetcher fetcher = new RemoteModuleFetcher(settings, client, FetchObserver.NONE)) {
			assertThat(fetcher.fetch(ModuleRequest.of(url)).bytes()).hasSize(8);
			assertRefused(FetchFailure.BLOCKED_ADDRESS, () -> fetcher.fetch(ModuleRequest.of(url)));
		}
	}

	@Test
	void looksAtEachAddressOfAName() throws Exception {
		int closed;
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			closed = socket.getLocalPort();
		}
		this.settings.retries = 0;
		Names names = new Names(List.of("127.0.0.1", "fd00:ec2::254", "169.254.169.254"));
		FetchSettings settings = this.settings.build();
		GuardedHttpClient client = new GuardedHttpClient(settings, new SslContexts(settings, null), names);
		try (RemoteModuleFetcher fetcher = new RemoteModuleFetcher(settings, client, FetchObserver.NONE)) {
			assertRefused(FetchFailure.BLOCKED_ADDRESS,
					() -> fetcher.fetch(ModuleRequest.of("http://mixed.example.org:" + closed + "/a.wasm")));
		}
	}

	@Test
	void fetchesOnceForManyUsers() {
		List<Thread> threads = new CopyOnWriteArrayList<>();
		this.server.on("/a.wasm", (exchange) -> {
			while (threads.size() < 8 || !threads.stream().allMatch(HttpFetchTests::isWaiting)) {
				sleep(5);
			}
			StubServer.body(Settings.smallWasm()).handle(exchange);
		});
		try (RemoteModuleFetcher fetcher = this.settings.fetcher()) {
			ModuleRequest request = ModuleRequest.of(this.server.url("/a.wasm"));
			List<CompletableFuture<FetchedModule>> users = IntStream.range(0, 8)
				.mapToObj((user) -> new CompletableFuture<FetchedModule>())
				.toList();
			users.forEach((user) -> new Thread(() -> {
				threads.add(Thread.currentThread());
				user.complete(fetcher.fetch(request));
			}).start());
			users.forEach((user) -> assertThat(user.join().bytes()).hasSize(8));
		}
		assertThat(this.server.seen()).hasSize(1);
	}

	private static boolean isWaiting(Thread thread) {
		return thread.getState() == Thread.State.WAITING || thread.getState() == Thread.State.TIMED_WAITING;
	}

	@Test
	void reportsAnUnreachableServer() throws Exception {
		this.server.close();
		assertRefused(FetchFailure.UNREACHABLE, () -> fetch(this.server.url("/a.wasm")));
		assertRefused(FetchFailure.UNREACHABLE, () -> fetch("http://nowhere.invalid/a.wasm"));
	}

	private static void sleep(long millis) {
		try {
			Thread.sleep(millis);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * Resolves any name, each time to other addresses.
	 */
	private static final class Names extends AddressResolverGroup<InetSocketAddress> {

		private final Deque<List<String>> answers = new ArrayDeque<>();

		@SafeVarargs
		@SuppressWarnings("varargs")
		Names(List<String>... answers) {
			this.answers.addAll(List.of(answers));
		}

		private List<InetAddress> next() throws Exception {
			List<InetAddress> addresses = new ArrayList<>();
			for (String address : this.answers.remove()) {
				addresses.add(InetAddress.getByName(address));
			}
			return addresses;
		}

		@Override
		protected AddressResolver<InetSocketAddress> newResolver(EventExecutor executor) {
			return new InetNameResolver(executor) {

				@Override
				protected void doResolve(String name, Promise<InetAddress> promise) throws Exception {
					promise.setSuccess(next().get(0));
				}

				@Override
				protected void doResolveAll(String name, Promise<List<InetAddress>> promise) throws Exception {
					promise.setSuccess(next());
				}

			}.asAddressResolver();
		}

	}

}
