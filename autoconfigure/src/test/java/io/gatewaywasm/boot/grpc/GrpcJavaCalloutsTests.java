package io.gatewaywasm.boot.grpc;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;

import io.gatewaywasm.boot.fixture.Certificates;
import io.gatewaywasm.boot.fixture.GrpcServer;
import io.gatewaywasm.boot.services.Upstream;
import io.gatewaywasm.boot.services.UpstreamAddresses;
import io.gatewaywasm.boot.services.Upstreams;
import io.gatewaywasm.host.abi.HeaderPair;
import io.gatewaywasm.host.spi.GrpcCall;
import io.grpc.ChannelCredentials;
import io.grpc.TlsChannelCredentials;
import io.grpc.TlsServerCredentials;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link GrpcJavaCallouts} with a real server.
 */
@Tag("slow")
class GrpcJavaCalloutsTests {

	private final RecordingListener listener = new RecordingListener();

	private GrpcServer server = new GrpcServer();

	private GrpcJavaCallouts callouts = callouts(UpstreamAddresses.DIRECT, GrpcChannelFactory.DEFAULT);

	private GrpcJavaCallouts callouts(UpstreamAddresses addresses, GrpcChannelFactory factory) {
		URI uri = URI.create("http://localhost:" + this.server.port());
		Map<String, Upstream> declared = Map.of("server", new Upstream(uri, 1024 * 1024), "secure",
				new Upstream(URI.create("https://localhost:" + this.server.port()), 1024 * 1024), "down",
				new Upstream(URI.create("http://localhost:1"), 1024));
		return new GrpcJavaCallouts(new Upstreams(declared, List.of("localhost:*"), true), addresses, factory);
	}

	@AfterEach
	void close() {
		this.callouts.destroy();
		this.server.close();
	}

	@Test
	void unaryCallIsAnswered() throws Exception {
		GrpcCall call = start("server", "Echo", null, new HeaderPair("X-Text", "text"));
		call.send(bytes("hello"));
		call.halfClose();
		this.listener.await();
		call.requestNext();
		assertThat(this.listener.events).containsExactly("initial", "message hello", "closed 0");
		assertThat(this.listener.initialMetadata).contains(new HeaderPair("x-text", "text"));
		assertThat(this.listener.trailingMetadata).containsExactly(new HeaderPair("x-trailer", "bye"),
				new HeaderPair("grpc-status", "0"));
		assertThat(this.server.events()).containsExactly("hello", "half-close");
	}

	@Test
	void messagesAreStreamedBothWays() throws Exception {
		GrpcCall call = start("server", "Echo", null);
		for (String text : List.of("one", "two", "three")) {
			call.send(bytes(text));
			await(() -> this.listener.events.contains("message " + text));
			call.requestNext();
		}
		call.halfClose();
		this.listener.await();
		assertThat(this.listener.events).containsExactly("initial", "message one", "message two", "message three",
				"closed 0");
	}

	@Test
	void emptyMessageIsAMessage() throws Exception {
		GrpcCall call = start("server", "Echo", null);
		call.send(new byte[0]);
		call.halfClose();
		assertThat(this.listener.await().messages).singleElement()
			.satisfies((message) -> assertThat(message).isEmpty());
	}

	@Test
	void binaryMetadataOfTheGuestIsSentInBase64() throws Exception {
		GrpcCall call = start("server", "Echo", null, new HeaderPair("a-bin", "\0\u00ff"),
				new HeaderPair("b-bin", "AP8"), new HeaderPair(":path", "/other"), new HeaderPair("grpc-timeout", "1n"),
				new HeaderPair("bad name", "x"));
		call.halfClose();
		this.listener.await();
		assertThat(this.listener.initialMetadata).contains(new HeaderPair("a-bin", "AP8"),
				new HeaderPair("b-bin", "QVA4"));
		assertThat(this.listener.status).isZero();
	}

	@Test
	void statusAndMessageOfAFailureArrive() throws Exception {
		start("server", "Fail", null).send(bytes("x"));
		this.listener.await();
		assertThat(this.listener.status).isEqualTo(7);
		assertThat(this.listener.statusMessage).isEqualTo("no way");
		assertThat(this.listener.trailingMetadata).containsExactly(new HeaderPair("x-trailer", "sorry"),
				new HeaderPair("grpc-status", "7"));
	}

	@Test
	void unknownMethodIsUnimplemented() throws Exception {
		GrpcCall call = start("server", "Other", null);
		call.halfClose();
		assertThat(this.listener.await().status).isEqualTo(12);
	}

	@Test
	void callEndsAtItsDeadline() throws Exception {
		RecordingListener first = new RecordingListener();
		this.callouts.start("test", "server", "test.Service/Echo", List.of(), null, first).halfClose();
		// The server hears of the end only of a call that has reached it.
		first.await();
		start("server", "Never", Duration.ofSeconds(2)).halfClose();
		assertThat(this.listener.await().status).isEqualTo(4);
		await(() -> this.server.events().contains("cancel"));
	}

	@Test
	void upstreamThatIsDownIsUnavailable() throws Exception {
		start("down", "Echo", Duration.ofSeconds(60)).halfClose();
		this.listener.await();
		assertThat(this.listener.status).isEqualTo(14);
		assertThat(this.listener.statusMessage).containsIgnoringCase("refused");
	}

	@Test
	void messageThatIsTooLargeEndsTheCall() throws Exception {
		start("server", "Large", null).send(bytes("x"));
		this.listener.await();
		assertThat(this.listener.status).isEqualTo(8);
		assertThat(this.listener.messages).isEmpty();
	}

	@Test
	void cancelReachesTheServer() throws Exception {
		GrpcCall call = start("server", "Never", null);
		call.send(bytes("x"));
		await(() -> this.server.events().contains("x"));
		call.cancel();
		call.cancel();
		call.send(bytes("ignored"));
		call.halfClose();
		await(() -> this.server.events().contains("cancel"));
		assertThat(this.server.events()).containsExactly("x", "cancel");
		assertThat(this.listener.await().status).isEqualTo(1);
	}

	@Test
	void nothingIsSentAfterTheGuestsSideWasClosed() throws Exception {
		GrpcCall call = start("server", "Echo", null);
		call.halfClose();
		call.halfClose();
		call.send(bytes("late"));
		this.listener.await();
		assertThat(this.server.events()).containsExactly("half-close");
	}

	@Test
	void slowGuestHoldsBackAFastServer() throws Exception {
		GrpcCall call = start("server", "Many", null);
		call.send(bytes("go"));
		call.halfClose();
		await(() -> this.listener.messages.size() == 1);
		Thread.sleep(300);
		assertThat(this.listener.messages).hasSize(1);
		assertThat(this.server.sent()).isLessThan(GrpcServer.MANY);
		for (int i = 2; i <= GrpcServer.MANY; i++) {
			int expected = i;
			call.requestNext();
			await(() -> this.listener.messages.size() >= expected);
		}
		assertThat(this.listener.await().status).isZero();
		assertThat(this.listener.messages).hasSize(GrpcServer.MANY);
	}

	@Test
	void messagesThatTheServerDoesNotTakeAreBounded() throws Exception {
		GrpcCall call = start("server", "Deaf", null);
		call.send(bytes("x"));
		await(() -> this.listener.events.contains("initial"));
		byte[] message = new byte[1024 * 1024];
		for (int i = 0; i < 100 && this.listener.status < 0; i++) {
			call.send(message);
		}
		assertThat(this.listener.await().status).isEqualTo(8);
		assertThat(this.listener.statusMessage).contains("bytes are buffered");
		await(() -> this.server.events().contains("cancel"));
		assertThat(this.listener.events).containsOnlyOnce("closed 8");
	}

	@Test
	void allowedTargetNeedsNoDeclaration() throws Exception {
		GrpcCall call = start("localhost:" + this.server.port(), "Echo", null);
		call.send(bytes("hello"));
		call.halfClose();
		assertThat(this.listener.await().status).isZero();
	}

	@Test
	void unknownUpstreamIsRefused() {
		assertThat(start("other", "Echo", null)).isNull();
		assertThat(this.listener.events).isEmpty();
	}

	@Test
	void callWaitsForTheAddress() throws Exception {
		Sinks.One<URI> address = Sinks.one();
		this.callouts.destroy();
		this.callouts = callouts((upstream) -> address.asMono(), GrpcChannelFactory.DEFAULT);
		GrpcCall call = start("server", "Echo", Duration.ofSeconds(60));
		call.send(bytes("hello"));
		call.halfClose();
		assertThat(this.listener.events).isEmpty();
		address.tryEmitValue(URI.create("http://localhost:" + this.server.port()));
		this.listener.await();
		assertThat(this.listener.events).containsExactly("initial", "message hello", "closed 0");
	}

	@Test
	void callWithoutAnAddressEndsOnce() throws Exception {
		this.callouts.destroy();
		this.callouts = callouts((upstream) -> Mono.never(), GrpcChannelFactory.DEFAULT);
		start("server", "Echo", Duration.ofMillis(100)).send(bytes("x"));
		assertThat(this.listener.await().status).isEqualTo(4);
		RecordingListener other = new RecordingListener();
		this.callouts.destroy();
		this.callouts = callouts((upstream) -> Mono.error(new IllegalStateException("no instance")),
				GrpcChannelFactory.DEFAULT);
		this.callouts.start("test", "server", "test.Service/Echo", List.of(), null, other).halfClose();
		assertThat(other.await().events).containsExactly("closed 14");
		assertThat(other.statusMessage).contains("no instance");
	}

	@Test
	void secureUpstreamIsCalledByTls(@TempDir Path folder) throws Exception {
		Path keyStore = Certificates.keyStore(folder, "server", "dns:localhost");
		Path certificate = Certificates.certificate(folder, "server");
		this.callouts.destroy();
		this.server.close();
		this.server = new GrpcServer(TlsServerCredentials.newBuilder().keyManager(keyManagers(keyStore)).build());
		this.callouts = callouts(UpstreamAddresses.DIRECT,
				(address) -> GrpcChannelFactory.newChannelBuilder(address, trusting(certificate)));
		GrpcCall call = start("secure", "Echo", null);
		call.send(bytes("hello"));
		call.halfClose();
		assertThat(this.listener.await().status).isZero();
	}

	@Test
	void untrustedCertificateIsRefused(@TempDir Path folder) throws Exception {
		Path keyStore = Certificates.keyStore(folder, "server", "dns:localhost");
		this.callouts.destroy();
		this.server.close();
		this.server = new GrpcServer(TlsServerCredentials.newBuilder().keyManager(keyManagers(keyStore)).build());
		this.callouts = callouts(UpstreamAddresses.DIRECT, GrpcChannelFactory.DEFAULT);
		start("secure", "Echo", Duration.ofSeconds(60)).halfClose();
		assertThat(this.listener.await().status).isEqualTo(14);
	}

	@Test
	void callsEndWithTheGateway() throws Exception {
		GrpcCall call = start("server", "Never", null);
		call.send(bytes("x"));
		await(() -> this.server.events().contains("x"));
		this.callouts.destroy();
		assertThat(this.listener.await().status).isEqualTo(14);
		RecordingListener late = new RecordingListener();
		this.callouts.start("test", "server", "test.Service/Echo", List.of(), null, late);
		assertThat(late.await().status).isEqualTo(14);
	}

	private GrpcCall start(String upstream, String method, Duration timeout, HeaderPair... metadata) {
		return this.callouts.start("test", upstream, "test.Service/" + method, List.of(metadata), timeout,
				this.listener);
	}

	private static KeyManager[] keyManagers(Path keyStore) throws Exception {
		KeyStore store = KeyStore.getInstance("PKCS12");
		try (InputStream stream = Files.newInputStream(keyStore)) {
			store.load(stream, Certificates.PASSWORD.toCharArray());
		}
		KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
		factory.init(store, Certificates.PASSWORD.toCharArray());
		return factory.getKeyManagers();
	}

	private static ChannelCredentials trusting(Path certificate) {
		try {
			return TlsChannelCredentials.newBuilder().trustManager(certificate.toFile()).build();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	private static void await(BooleanSupplier condition) throws InterruptedException {
		long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
		while (!condition.getAsBoolean()) {
			if (System.nanoTime() > end) {
				throw new AssertionError("waited in vain");
			}
			Thread.sleep(2);
		}
	}

}
