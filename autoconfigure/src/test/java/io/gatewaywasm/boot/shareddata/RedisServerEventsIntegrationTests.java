package io.gatewaywasm.boot.shareddata;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import io.gatewaywasm.boot.fixture.GatewayFixture;
import io.gatewaywasm.boot.fixture.RedisProcess;
import io.gatewaywasm.boot.fixture.TcpRelay;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static io.gatewaywasm.boot.shareddata.StoreGateways.await;
import static io.gatewaywasm.boot.shareddata.StoreGateways.shared;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Integration tests for shared data in a Redis that fails over, whose disk is full, or
 * that loads its data.
 */
@Tag("slow")
@Timeout(300)
class RedisServerEventsIntegrationTests {

	/** Starts a gateway whose server is that of Spring, and not the declared one. */
	private static GatewayFixture gateway(int port) {
		return StoreGateways.builder(RedisProcess.freePort())
			.property("gateway.wasm.shared-data.server", "")
			.property("spring.data.redis.url", "redis://127.0.0.1:" + port)
			.start();
	}

	@Test
	void failoverIsAFailureUntilTheAddressLeadsToThePrimary() {
		try (RedisProcess primary = RedisProcess.start();
				RedisProcess replica = RedisProcess.start("--replicaof", "127.0.0.1", Integer.toString(primary.port()));
				TcpRelay address = new TcpRelay(primary.port());
				GatewayFixture gateway = gateway(address.port())) {
			assertThat(shared(gateway, "strict", "shared-set:n=41")).isEqualTo("n=ok");
			assertThat(shared(gateway, "lenient", "shared-set:k=before")).isEqualTo("k=ok");
			await(() -> assertThat(primary.command("WAIT 1 1000")).isEqualTo(":1"));
			primary.close();
			address.leadTo(replica.port());
			// The gateway may already read from the replica, which refuses to write.
			assertThat(shared(gateway, "lenient", "shared-set:k=between")).isEqualTo("k=ok");
			assertThat(shared(gateway, "lenient", "shared-get:k")).isEqualTo("k=between");
			assertThat(gateway.get("/strict/x", "x-probe", "shared-get:n").statusCode()).isEqualTo(503);
			assertThat(replica.command("REPLICAOF NO ONE")).isEqualTo("+OK");
			await(() -> assertThat(shared(gateway, "strict", "shared-get:n")).isEqualTo("n=41"));
			assertThat(shared(gateway, "strict", "shared-incr:n")).isEqualTo("n=42");
			assertThat(shared(gateway, "lenient", "shared-get:k")).isEqualTo("k=before");
		}
	}

	@Test
	void fullDiskIsAFailureUntilAWriteSucceeds(@TempDir Path folder) throws IOException {
		Path data = Files.createDirectory(folder.resolve("data"));
		try (RedisProcess redis = RedisProcess.start("--dir", data.toString(), "--save", "3600 1");
				GatewayFixture gateway = gateway(redis.port())) {
			assertThat(shared(gateway, "strict", "shared-set:k=v")).isEqualTo("k=ok");
			// A snapshot that cannot be written has the same effect as a full disk.
			Files.delete(data);
			redis.command("BGSAVE");
			await(() -> assertThat(redis.command("SET other 1")).startsWith("-MISCONF"));
			assertThat(gateway.get("/strict/x", "x-probe", "shared-set:k=w").statusCode()).isEqualTo(503);
			assertThat(gateway.get("/strict/x", "x-probe", "shared-get:k").statusCode()).isEqualTo(503);
			assertReason(gateway, "MISCONF");
			redis.command("CONFIG SET stop-writes-on-bgsave-error no");
			await(() -> assertThat(shared(gateway, "strict", "shared-get:k")).isEqualTo("k=v"));
		}
	}

	@Test
	void serverThatLoadsIsAFailureUntilItHasLoaded(@TempDir Path folder) {
		int port;
		try (RedisProcess redis = RedisProcess.start("--dir", folder.toString());
				GatewayFixture gateway = gateway(redis.port())) {
			port = redis.port();
			assertThat(shared(gateway, "strict", "shared-set:k=v")).isEqualTo("k=ok");
			for (int i = 0; i < 100; i++) {
				redis.command("SET filling" + i + " " + "x".repeat(2000));
			}
			assertThat(redis.command("SAVE")).isEqualTo("+OK");
			redis.close();
			try (RedisProcess loading = RedisProcess.startAt(port, "--dir", folder.toString(), "--rdbcompression", "no",
					"--loading-process-events-interval-bytes", "1024", "--key-load-delay", "1000000")) {
				await(() -> {
					assertThat(gateway.get("/strict/x", "x-probe", "shared-get:k").statusCode()).isEqualTo(503);
					assertThat(loading.command("GET filling1")).startsWith("-LOADING");
				});
				assertThat(shared(gateway, "lenient", "shared-get:k")).isEqualTo("k=absent");
				assertThat(loading.command("CONFIG SET key-load-delay 0")).isEqualTo("+OK");
				await(() -> assertThat(shared(gateway, "strict", "shared-get:k")).isEqualTo("k=v"));
			}
		}
	}

	private static void assertReason(GatewayFixture gateway, String reason) {
		if (!GatewayFixture.isSpringBoot3()) {
			assertThat(gateway.get("/actuator/health").body()).contains("\"state\":\"down\"").contains(reason);
		}
	}

}
