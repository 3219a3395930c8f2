package io.gatewaywasm.boot.gateway;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.Certificate;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.gatewaywasm.boot.fixture.Certificates;
import io.gatewaywasm.boot.fixture.GatewayFixture;
import io.gatewaywasm.host.abi.PropertyEncoding;
import io.netty.handler.ssl.ClientAuth;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.Http11SslContextSpec;
import reactor.netty.http.server.HttpServer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Integration tests for properties. A filter reads each path in {@code
 * docs/attributes.md} in each phase. The gateway's client and upstream both use TLS and
 * present certificates.
 */
@Tag("slow")
class PropertiesIntegrationTests {

	private static final Path DOCUMENTATION = Path.of("..", "docs", "attributes.md");

	private static final String BODY = "0123456789";

	private static final char[] PASSWORD = Certificates.PASSWORD.toCharArray();

	@TempDir
	private static Path folder;

	private static GatewayFixture gateway;

	private static DisposableServer upstream;

	private static HttpClient client;

	private static final ListAppender<ILoggingEvent> log = new ListAppender<>();

	private static Certificate clientCertificate;

	private static Certificate upstreamCertificate;

	/** The results of the request phases, as received by the upstream. */
	private static volatile Map<String, String> answers;

	@BeforeAll
	static void start() throws Exception {
		Path server = Certificates.keyStore(folder, "server", "dns:localhost,uri:spiffe://test/server");
		Path clientStore = Certificates.keyStore(folder, "client", "dns:client.test,uri:spiffe://test/client");
		KeyStore clientKeys = load(clientStore);
		clientCertificate = clientKeys.getCertificate("client");
		upstreamCertificate = load(server).getCertificate("server");
		upstream = upstream(load(server), load(Certificates.trustStore(folder, "server")));
		gateway = GatewayFixture.builder()
			.plugin("probe", "probe_rust", "root-id", "my-root", "vm-id", "my-vm")
			.property("spring.application.name", "properties-test")
			.property("server.ssl.key-store", server.toString())
			.property("server.ssl.key-store-password", Certificates.PASSWORD)
			.property("server.ssl.trust-store", Certificates.trustStore(folder, "client").toString())
			.property("server.ssl.trust-store-password", Certificates.PASSWORD)
			.property("server.ssl.client-auth", "want")
			.property("spring.cloud.gateway.server.webflux.httpclient.ssl.use-insecure-trust-manager", "true")
			.property("spring.cloud.gateway.server.webflux.httpclient.ssl.key-store", server.toString())
			.property("spring.cloud.gateway.server.webflux.httpclient.ssl.key-store-password", Certificates.PASSWORD)
			.property("spring.cloud.gateway.server.webflux.httpclient.ssl.key-password", Certificates.PASSWORD)
			.routeTo("probe", "https://localhost:" + upstream.port(), "Wasm=probe")
			.property("spring.cloud.gateway.server.webflux.routes[0].metadata.team.name", "edge")
			.start();
		log.list = new CopyOnWriteArrayList<>();
		log.start();
		((Logger) LoggerFactory.getLogger("gateway.wasm.plugin.probe")).addAppender(log);
		client = HttpClient.newBuilder().sslContext(sslContext(clientKeys, load(server))).build();
	}

	@SuppressWarnings("deprecation")
	private static DisposableServer upstream(KeyStore keys, KeyStore trust) throws Exception {
		KeyManagerFactory keyManagers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
		keyManagers.init(keys, PASSWORD);
		TrustManagerFactory trustManagers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
		trustManagers.init(trust);
		return HttpServer.create()
			.host("localhost")
			.port(0)
			.secure((spec) -> spec.sslContext(Http11SslContextSpec.forServer(keyManagers)
				.configure((ssl) -> ssl.trustManager(trustManagers).clientAuth(ClientAuth.REQUIRE))))
			.handle((request, response) -> {
				Map<String, String> seen = new TreeMap<>();
				request.requestHeaders().getAll("x-prop").forEach((answer) -> put(seen, answer));
				answers = seen;
				return request.receive()
					.then(response.header("x-multi", "a").addHeader("x-multi", "b").sendString(Mono.just(BODY)).then());
			})
			.bindNow();
	}

	private static KeyStore load(Path file) throws Exception {
		KeyStore store = KeyStore.getInstance("PKCS12");
		try (InputStream stream = Files.newInputStream(file)) {
			store.load(stream, PASSWORD);
		}
		return store;
	}

	private static SSLContext sslContext(KeyStore keys, KeyStore trusted) throws Exception {
		KeyManagerFactory keyManagers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
		keyManagers.init(keys, PASSWORD);
		KeyStore trust = KeyStore.getInstance("PKCS12");
		trust.load(null, null);
		trust.setCertificateEntry("server", trusted.getCertificate("server"));
		TrustManagerFactory trustManagers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
		trustManagers.init(trust);
		SSLContext context = SSLContext.getInstance("TLS");
		context.init(keyManagers.getKeyManagers(), trustManagers.getTrustManagers(), null);
		return context;
	}

	@AfterAll
	static void stop() {
		((Logger) LoggerFactory.getLogger("gateway.wasm.plugin.probe")).detachAppender(log);
		gateway.close();
		upstream.disposeNow();
	}

	@Test
	void eachDocumentedPropertyIsReadInItsPhases() throws Exception {
		Map<String, Expected> expected = expected();
		assertThat(documented().keySet()).isEqualTo(new TreeSet<>(expected.keySet()));
		for (Map.Entry<String, Expected> entry : expected.entrySet()) {
			String path = entry.getKey();
			String phase = documented().get(path);
			Answers read = read(path);
			entry.getValue().assertBytes(path, read.atEnd());
			if (phase.equals("request")) {
				entry.getValue().assertBytes(path, read.inRequest());
			}
			else {
				assertThat(read.inRequest()).as(path + " in the request").isEqualTo("absent");
			}
			// Paths that change while the body is streamed are only checked in the log.
			if (phase.equals("end")) {
				assertThat(read.inResponse()).as(path + " in the response").isEqualTo("absent");
			}
			else {
				entry.getValue().assertBytes(path, read.inResponse());
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "connection.id", "connection_id" })
	void connectionIsTheSameWhenItsResponseWasWritten(String path) throws Exception {
		Answers read = read(path);
		assertThat(read.atEnd()).isEqualTo(read.inResponse()).isEqualTo(read.inRequest());
	}

	@Test
	void absentPropertiesAreAbsent() throws Exception {
		for (String path : List.of("nope", "request.nope", "xds.upstream_host_name", "connection.termination_details",
				"xds.virtual_host_name", "route_metadata.filter_metadata.nope.name")) {
			Answers read = read(path);
			assertThat(read.inRequest()).as(path).isEqualTo("absent");
			assertThat(read.inResponse()).as(path).isEqualTo("absent");
		}
	}

	@Test
	void propertyOfAFilterIsFilterState() throws Exception {
		HttpResponse<String> response = send("set-prop:mine=yes,prop:mine,prop:filter_state~wasm.mine,prop:mine.",
				"prop:mine,prop:filter_state~wasm.mine");
		assertThat(answers).containsEntry("mine", hex("yes")).containsEntry("filter_state~wasm.mine", hex("yes"));
		assertThat(response.headers().allValues("x-prop")).containsExactly("mine=" + hex("yes"),
				"filter_state~wasm.mine=" + hex("yes"));
	}

	/** The expected value of each documented path. */
	private static Map<String, Expected> expected() throws Exception {
		Map<String, Expected> all = new TreeMap<>();
		String authority = "localhost:" + gateway.port();
		all.put("request.path", text("/x?a=1&b=%20"));
		all.put("request.url_path", text("/x"));
		all.put("request.query", text("a=1&b=%20"));
		all.put("request.host", text(authority));
		all.put("request.scheme", text("https"));
		all.put("request.method", text("POST"));
		all.put("request.headers", new Expected("pairs", (bytes) -> {
			assertThat(new String(bytes, StandardCharsets.ISO_8859_1)).contains("x-multi\u0000a,b\u0000")
				.contains(":method\u0000POST\u0000");
			assertThat(number(bytes) & 0xffffffffL).isLessThan(100);
		}));
		all.put("request.headers.<name>", text("a,b"));
		all.put("request.headers_bytes", numberBetween(100, 10_000));
		all.put("request.referer", text("https://test/from"));
		all.put("request.useragent", text("test-agent"));
		all.put("request.id", text("my-request"));
		all.put("request.protocol", text("HTTP/1.1"));
		all.put("request.time",
				numberBetween(Instant.now().minusSeconds(60).getEpochSecond() * 1_000_000_000L, Long.MAX_VALUE / 2));
		all.put("request.duration", numberBetween(0, 60_000_000_000L));
		all.put("request.size", number(4));
		all.put("request.total_size", numberBetween(100, 10_000));
		all.put("response.code", number(200));
		all.put("response.code_details", text("via_upstream"));
		all.put("response.backend_latency", numberBetween(1, 60_000_000_000L));
		all.put("response.flags", number(0));
		all.put("response.grpc_status", number(2));
		all.put("response.headers",
				new Expected("pairs",
						(bytes) -> assertThat(new String(bytes, StandardCharsets.ISO_8859_1))
							.contains(":status\u0000200\u0000")
							.contains("x-multi\u0000a,b\u0000")));
		all.put("response.headers.<name>", text("a,b"));
		all.put("response.headers_bytes", numberBetween(10, 10_000));
		all.put("response.size", numberBetween(0, BODY.length()));
		all.put("upstream.num_endpoints", number(1));
		all.put("response.total_size", numberBetween(0, 10_000));
		all.put("plugin_vm_memory", numberBetween(65_536, 1L << 32));
		all.put("source.address",
				new Expected("address", (bytes) -> assertThat(new String(bytes, StandardCharsets.UTF_8))
					.matches("(127\\.0\\.0\\.1|\\[.*:1]):\\d+")));
		all.put("source.port", numberBetween(1, 65535));
		all.put("destination.address", new Expected("address",
				(bytes) -> assertThat(new String(bytes, StandardCharsets.UTF_8)).endsWith(":" + gateway.port())));
		all.put("destination.port", number(gateway.port()));
		tls(all, "connection.", "CN=client,O=Test", "client", clientCertificate);
		all.put("connection.id", numberBetween(1, 1_000_000));
		all.put("connection_id", numberBetween(1, 1_000_000));
		all.put("connection.mtls", new Expected("true", (bytes) -> assertThat(bytes).containsExactly(1)));
		all.put("connection.requested_server_name", text("localhost"));
		tls(all, "upstream.", "CN=server,O=Test", "server", upstreamCertificate);
		all.put("upstream.address", new Expected("address",
				(bytes) -> assertThat(new String(bytes, StandardCharsets.UTF_8)).endsWith(":" + upstream.port())));
		all.put("upstream.port", number(upstream.port()));
		all.put("upstream.local_address", new Expected("address",
				(bytes) -> assertThat(new String(bytes, StandardCharsets.UTF_8)).matches(".*:\\d+")));
		all.put("upstream.cx_pool_ready_duration", numberBetween(1, 60_000_000_000L));
		all.put("upstream.request_attempt_count", numberBetween(0, 1));
		all.put("plugin_name", text("probe"));
		all.put("plugin_root_id", text("my-root"));
		all.put("plugin_vm_id", text("my-vm"));
		for (String prefix : List.of("", "xds.")) {
			all.put(prefix + "route_name", text("probe"));
			all.put(prefix + "cluster_name", text("localhost:" + upstream.port()));
			all.put(prefix + "route_metadata.filter_metadata.<name>.<key>", text("edge"));
			all.put(prefix + "listener_direction", number(1));
			all.put(prefix + "node.id", text("properties-test"));
			all.put(prefix + "node.cluster", text("properties-test"));
		}
		return all;
	}

	private static void tls(Map<String, Expected> all, String prefix, String peer, String name, Certificate certificate)
			throws Exception {
		all.put(prefix + "tls_version", text("TLSv1.3"));
		all.put(prefix + "subject_local_certificate", text("CN=server,O=Test"));
		all.put(prefix + "subject_peer_certificate", text(peer));
		all.put(prefix + "dns_san_local_certificate", text("localhost"));
		all.put(prefix + "dns_san_peer_certificate", text(name.equals("client") ? "client.test" : "localhost"));
		all.put(prefix + "uri_san_local_certificate", text("spiffe://test/server"));
		all.put(prefix + "uri_san_peer_certificate", text("spiffe://test/" + name));
		all.put(prefix + "sha256_peer_certificate_digest",
				text(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()))));
		all.put(prefix + "peer_certificate",
				new Expected("PEM",
						(bytes) -> assertThat(new String(bytes, StandardCharsets.UTF_8))
							.startsWith("-----BEGIN%20CERTIFICATE-----%0A")
							.endsWith("-----END%20CERTIFICATE-----%0A")
							.matches("[A-Za-z0-9%-]+")));
	}

	/** The paths in the documentation's tables, and the phase from which each exists. */
	private static Map<String, String> documented() throws IOException {
		Map<String, String> phases = new TreeMap<>();
		Matcher row = Pattern.compile("^\\| `([^`]+)` \\| (request|response|end) \\|", Pattern.MULTILINE)
			.matcher(Files.readString(DOCUMENTATION));
		while (row.find()) {
			phases.put(row.group(1), row.group(2));
		}
		return phases;
	}

	private static Answers read(String path) throws Exception {
		String probed = path.replace("headers.<name>", "headers.x-multi").replace("<name>.<key>", "team.name");
		log.list.clear();
		HttpResponse<String> response = send("prop:" + probed, "prop:" + probed);
		Map<String, String> inResponse = new TreeMap<>();
		response.headers().allValues("x-prop").forEach((answer) -> put(inResponse, answer));
		return new Answers(answers.get(probed), inResponse.get(probed), inLog(probed));
	}

	/**
	 * Returns the line that the filter logs in {@code on_log}, after the end of the
	 * exchange.
	 */
	private static String inLog(String path) throws InterruptedException {
		long end = System.nanoTime() + 60_000_000_000L;
		Pattern line = Pattern.compile("probe log #\\d+ x-prop: " + Pattern.quote(path) + "=(.*)");
		while (System.nanoTime() < end) {
			for (ILoggingEvent event : List.copyOf(log.list)) {
				Matcher matcher = line.matcher(event.getFormattedMessage());
				if (matcher.find()) {
					return matcher.group(1);
				}
			}
			Thread.sleep(10);
		}
		return null;
	}

	private static HttpResponse<String> send(String inRequest, String inResponse) throws Exception {
		HttpRequest request = HttpRequest
			.newBuilder(URI.create("https://localhost:" + gateway.port() + "/probe/x?a=1&b=%20"))
			.version(HttpClient.Version.HTTP_1_1)
			.POST(HttpRequest.BodyPublishers.ofString("body"))
			.headers("x-probe", inRequest, "x-probe-resp", inResponse, "x-probe-log", inResponse, "referer",
					"https://test/from", "user-agent", "test-agent", "x-request-id", "my-request", "x-multi", "a",
					"x-multi", "b")
			.build();
		HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
		assertThat(response.statusCode()).isEqualTo(200);
		return response;
	}

	private static void put(Map<String, String> answers, String answer) {
		int separator = answer.lastIndexOf('=');
		answers.put(answer.substring(0, separator), answer.substring(separator + 1));
	}

	private static Expected text(String text) {
		return new Expected(text, (bytes) -> assertThat(new String(bytes, StandardCharsets.UTF_8)).isEqualTo(text));
	}

	private static Expected number(long number) {
		return new Expected(Long.toString(number),
				(bytes) -> assertThat(bytes).isEqualTo(PropertyEncoding.encode(number)));
	}

	private static Expected numberBetween(long from, long to) {
		return new Expected("from " + from + " to " + to, (bytes) -> {
			assertThat(bytes).hasSize(Long.BYTES);
			assertThat(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong()).isBetween(from, to);
		});
	}

	private static long number(byte[] bytes) {
		return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt();
	}

	private static String hex(String text) {
		return HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
	}

	/**
	 * The values that the filter read in the callbacks for request headers, response
	 * headers and log, in hexadecimal or {@code absent}.
	 */
	private record Answers(String inRequest, String inResponse, String atEnd) {

	}

	/**
	 * An expected value, with a description for messages and an assertion on its bytes.
	 */
	private record Expected(String description, Consumer<byte[]> assertion) {

		void assertBytes(String path, String hex) {
			assertThat(hex).as(path + " shall be " + this.description).isNotNull().isNotEqualTo("absent");
			this.assertion.accept(HexFormat.of().parseHex(hex));
		}

	}

}
