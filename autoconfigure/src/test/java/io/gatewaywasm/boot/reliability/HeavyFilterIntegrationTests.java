package io.gatewaywasm.boot.reliability;

import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;

import io.gatewaywasm.boot.fixture.GatewayFixture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Integration tests for filters that do much honest work in one callback, with the
 * default limits, code that the JVM has not compiled yet, and other work on all
 * processors: not one request is refused.
 */
@Tag("slow")
class HeavyFilterIntegrationTests {

	private static final int REQUESTS = 24;

	private static final int CLIENTS = 3;

	private static final String CARD = "4111 1111 1111 1111";

	private static final AtomicBoolean burning = new AtomicBoolean(true);

	private static KeyPair keys;

	private static GatewayFixture gateway;

	@BeforeAll
	static void start() throws Exception {
		KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
		generator.initialize(new ECGenParameterSpec("secp256r1"));
		keys = generator.generateKeyPair();
		String key = "-----BEGIN PUBLIC KEY-----\n"
				+ Base64.getMimeEncoder().encodeToString(keys.getPublic().getEncoded()).replace("\r", "")
				+ "\n-----END PUBLIC KEY-----\n";
		gateway = GatewayFixture.builder()
			.property("spring.http.codecs.max-in-memory-size", "2MB")
			.plugin("signature", "signature_go", "configuration", key)
			.plugin("rewrite", "body_rewrite", "configuration", CARD + " => ****")
			.route("signature", "Wasm=signature")
			.route("rewrite", "Wasm=rewrite")
			.start();
		for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
			Thread other = new Thread(HeavyFilterIntegrationTests::burn, "other-work");
			other.setDaemon(true);
			other.start();
		}
	}

	private static void burn() {
		while (burning.get()) {
			Thread.onSpinWait();
		}
	}

	@AfterAll
	static void stop() {
		burning.set(false);
		gateway.close();
	}

	@Test
	void signatureIsVerifiedForEveryRequest() throws Exception {
		List<Integer> statuses = fromManyClients((i) -> {
			String signed = "request " + i;
			return gateway.get("/signature/x", "x-signed", signed, "x-signature", sign(signed)).statusCode();
		});
		assertThat(statuses).hasSize(REQUESTS).containsOnly(200);
		assertThat(gateway.upstream().lastRequest().header("x-verified")).isEqualTo("true");
		assertThat(gateway.status("signature").counters().failures()).isZero();
	}

	@Test
	void wrongSignatureIsRefusedByTheFilterAndNotByTheGateway() throws Exception {
		assertThat(gateway.get("/signature/x", "x-signed", "this", "x-signature", sign("that")).statusCode())
			.isEqualTo(401);
	}

	@Test
	void bodyOf490KilobytesIsRewrittenForEveryRequest() throws Exception {
		String part = "{\"card\": \"" + CARD + "\", \"text\": \"" + "0123456789abcdef".repeat(12) + "\"}\n";
		String body = part.repeat(490 * 1024 / part.length());
		List<Integer> statuses = fromManyClients((i) -> {
			var response = gateway.post("/rewrite/x", body);
			assertThat(response.body()).doesNotContain(CARD);
			return response.statusCode();
		});
		assertThat(statuses).hasSize(REQUESTS).containsOnly(200);
		assertThat(gateway.status("rewrite").counters().failures()).isZero();
	}

	private static String sign(String text) throws Exception {
		Signature signature = Signature.getInstance("SHA256withECDSA");
		signature.initSign(keys.getPrivate());
		signature.update(text.getBytes(StandardCharsets.UTF_8));
		return Base64.getEncoder().encodeToString(signature.sign());
	}

	private static List<Integer> fromManyClients(Request request) throws Exception {
		ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
		try {
			List<Callable<Integer>> requests = new ArrayList<>();
			for (int i = 0; i < REQUESTS; i++) {
				int number = i;
				requests.add(() -> request.send(number));
			}
			List<Integer> statuses = new ArrayList<>();
			for (Future<Integer> status : clients.invokeAll(requests)) {
				statuses.add(status.get());
			}
			return statuses;
		}
		finally {
			clients.shutdownNow();
		}
	}

	/** Sends one of many requests. */
	@FunctionalInterface
	private interface Request {

		int send(int number) throws Exception;

	}

}
