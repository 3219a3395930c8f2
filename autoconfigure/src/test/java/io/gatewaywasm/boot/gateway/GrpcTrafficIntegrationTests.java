package io.gatewaywasm.boot.gateway;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import javax.net.ssl.KeyManagerFactory;

import io.gatewaywasm.boot.fixture.Certificates;
import io.gatewaywasm.boot.fixture.GatewayFixture;
import io.gatewaywasm.boot.fixture.GrpcServer;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.TlsServerCredentials;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledIf;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Integration tests for gRPC calls over HTTP/2 that pass through the gateway and its
 * filters, with a real gRPC client and server.
 */
@Timeout(180)
class GrpcTrafficIntegrationTests {

	private static final String NO_TRAILERS = "Spring Cloud Gateway 4 does not pass on the trailers of an upstream";

	private static GrpcServer server;

	private static GatewayFixture gateway;

	private static ManagedChannel channel;

	@BeforeAll
	static void start(@TempDir Path folder) throws Exception {
		Path keys = Certificates.keyStore(folder, "server", "dns:localhost");
		KeyStore store = KeyStore.getInstance("PKCS12");
		try (InputStream stream = Files.newInputStream(keys)) {
			store.load(stream, Certificates.PASSWORD.toCharArray());
		}
		KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
		factory.init(store, Certificates.PASSWORD.toCharArray());
		server = new GrpcServer(TlsServerCredentials.newBuilder().keyManager(factory.getKeyManagers()).build());
		gateway = GatewayFixture.builder()
			.property("server.http2.enabled", "true")
			.property("spring.cloud.gateway.server.webflux.httpclient.ssl.use-insecure-trust-manager", "true")
			.plugin("probe", "probe_rust")
			.property("spring.cloud.gateway.server.webflux.routes[0].id", "grpc")
			.property("spring.cloud.gateway.server.webflux.routes[0].uri", "https://localhost:" + server.port())
			.property("spring.cloud.gateway.server.webflux.routes[0].predicates[0]", "Path=/test.Service/**")
			.property("spring.cloud.gateway.server.webflux.routes[0].filters[0]", "Wasm=probe")
			.start();
		channel = Grpc.newChannelBuilder("localhost:" + gateway.port(), InsecureChannelCredentials.create()).build();
	}

	@AfterAll
	static void stop() {
		channel.shutdownNow();
		gateway.close();
		server.close();
	}

	@AfterEach
	void streamsHaveEnded() {
		await().atMost(Duration.ofSeconds(30)).until(() -> gateway.status("probe").counters().activeStreams() == 0);
	}

	@Test
	void streamIsNotHeldUp() throws Exception {
		Call call = new Call("Echo");
		for (String message : List.of("one", "two", "three")) {
			call.send(message);
			assertThat(call.received.poll(60, TimeUnit.SECONDS)).isEqualTo(message);
		}
		call.halfClose();
		assertThat(call.status().getCode()).isEqualTo(Status.Code.OK);
	}

	@Test
	@DisabledIf(value = "io.gatewaywasm.boot.fixture.GatewayFixture#isSpringBoot3", disabledReason = NO_TRAILERS)
	void trailersAreReadAndAdded() throws Exception {
		Call call = new Call("Echo", "x-probe-resp", "add:x-wasm=seen", "x-probe-resp-trailers",
				"trailer:x-wasm=last,trailer-get:grpc-status,trailer-get:x-trailer");
		call.send("hello");
		call.halfClose();
		assertThat(call.status().getCode()).isEqualTo(Status.Code.OK);
		assertThat(call.received.poll()).isEqualTo("hello");
		assertThat(call.headers.get(key("x-wasm"))).isEqualTo("seen");
		assertThat(call.trailer("x-wasm")).isEqualTo("last");
		assertThat(call.trailer("x-trailer")).isEqualTo("bye");
		assertThat(call.trailers.getAll(key("x-trailer-get"))).containsExactly("grpc-status=0", "x-trailer=bye");
	}

	@Test
	@DisabledIf(value = "io.gatewaywasm.boot.fixture.GatewayFixture#isSpringBoot3", disabledReason = NO_TRAILERS)
	void failureOfServerReachesClient() throws Exception {
		Call call = new Call("Fail", "x-probe-resp-trailers", "trailer:x-wasm=last");
		call.send("hello");
		call.halfClose();
		assertThat(call.status().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
		assertThat(call.status().getDescription()).isEqualTo("no way");
		assertThat(call.trailer("x-wasm")).isEqualTo("last");
	}

	@Test
	void replyOfFilterIsStatus() throws Exception {
		for (String header : List.of("x-probe", "x-probe-resp")) {
			Call call = new Call("Echo", header, "local-grpc:7=not you");
			call.send("hello");
			call.halfClose();
			assertThat(call.status().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
			assertThat(call.status().getDescription()).isEqualTo("not you");
		}
	}

	private static Metadata.Key<String> key(String name) {
		return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
	}

	/** A call whose messages are texts. */
	private static final class Call extends ClientCall.Listener<byte[]> {

		private final ClientCall<byte[], byte[]> call;

		private final BlockingQueue<String> received = new LinkedBlockingQueue<>();

		private final BlockingQueue<Status> closed = new LinkedBlockingQueue<>();

		private Metadata headers = new Metadata();

		private Metadata trailers = new Metadata();

		private Status status;

		Call(String method, String... metadata) {
			this.call = channel.newCall(MethodDescriptor.<byte[], byte[]>newBuilder()
				.setType(MethodDescriptor.MethodType.BIDI_STREAMING)
				.setFullMethodName("test.Service/" + method)
				.setRequestMarshaller(GrpcServer.BYTES)
				.setResponseMarshaller(GrpcServer.BYTES)
				.build(), CallOptions.DEFAULT);
			Metadata sent = new Metadata();
			for (int i = 0; i < metadata.length; i += 2) {
				sent.put(key(metadata[i]), metadata[i + 1]);
			}
			this.call.start(this, sent);
			this.call.request(100);
		}

		void send(String message) {
			this.call.sendMessage(message.getBytes());
		}

		void halfClose() {
			this.call.halfClose();
		}

		Status status() throws InterruptedException {
			if (this.status == null) {
				this.status = this.closed.poll(60, TimeUnit.SECONDS);
			}
			return this.status;
		}

		String trailer(String name) {
			return this.trailers.get(key(name));
		}

		@Override
		public void onHeaders(Metadata initial) {
			this.headers = initial;
		}

		@Override
		public void onMessage(byte[] message) {
			this.received.add(new String(message));
		}

		@Override
		public void onClose(Status end, Metadata last) {
			this.trailers = last;
			this.closed.add(end);
		}

	}

}
