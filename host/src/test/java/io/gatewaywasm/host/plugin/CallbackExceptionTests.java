package io.gatewaywasm.host.plugin;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.gatewaywasm.host.engine.EngineOptions;
import io.gatewaywasm.host.engine.WasmEngine;
import io.gatewaywasm.host.fixture.FakeExchange;
import io.gatewaywasm.host.fixture.GuestBinary;
import io.gatewaywasm.host.fixture.TestServices;
import io.gatewaywasm.host.spi.Decision;
import io.gatewaywasm.host.spi.FilterStream;
import io.gatewaywasm.host.spi.HttpCallResult;
import io.gatewaywasm.host.spi.RedisResult;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static io.gatewaywasm.host.fixture.Conditions.await;
import static io.gatewaywasm.host.fixture.GuestBinary.DROP;
import static io.gatewaywasm.host.fixture.GuestBinary.I32;
import static io.gatewaywasm.host.fixture.GuestBinary.bytes;
import static io.gatewaywasm.host.fixture.GuestBinary.call;
import static io.gatewaywasm.host.fixture.GuestBinary.i32;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for WebAssembly exceptions that leave a callback of a callout or a queue: the
 * paused stream gets the fail strategy, and the VM is replaced.
 */
class CallbackExceptionTests extends AbstractHostTests {

	/** Three serialized headers. */
	private static final String HEADERS = "\3\0\0\0\7\0\0\0\3\0\0\0\5\0\0\0\1\0\0\0\12\0\0\0\2\0\0\0"
			+ ":method\0GET\0:path\0/\0:authority\0up\0";

	private final List<Decision> decisions = new CopyOnWriteArrayList<>();

	@ParameterizedTest
	@CsvSource({ "proxy_on_http_call_response, 5", "proxy_on_grpc_receive_initial_metadata, 3",
			"proxy_on_grpc_receive, 3", "proxy_on_grpc_receive_trailing_metadata, 3", "proxy_on_grpc_close, 3",
			"proxy_on_redis_call_response, 4", "proxy_on_queue_ready, 2" })
	void uncaughtExceptionCostsThePausedStreamAndTheVm(String callback, int parameters) throws Exception {
		this.services.startRedis();
		byte[] wasm = guest(callback, parameters).toByteArray();
		PluginSpec spec = PluginSpec.builder("exceptions").vms(1).build();
		try (Plugin plugin = this.host.start(spec, WasmEngine.create(EngineOptions.defaults()).compile(wasm))) {
			for (int i = 1; i <= 2; i++) {
				int failures = i;
				FilterStream stream = plugin.openStream(new FakeExchange(Runnable::run), 0);
				stream.requestHeaders(true, this.decisions::add);
				if (!callback.equals("proxy_on_queue_ready")) {
					assertThat(this.decisions).hasSize(i - 1);
				}
				answer(i);
				await(() -> plugin.status().counters().failures() == failures);
				await(() -> this.decisions.size() == failures);
				stream.end();
				await(() -> plugin.status().instances().serving() == 1);
			}
			assertThat(this.decisions)
				.allSatisfy((decision) -> assertThat(decision).isInstanceOfSatisfying(Decision.Respond.class,
						(local) -> assertThat(local.response().status()).isEqualTo(503)));
			assertThat(plugin.status().lastError()).contains(callback).contains("threw an exception");
			assertThat(this.services.failures).containsExactly("trap", "trap");
		}
	}

	/** Starts every kind of callout at a request, and pauses the request. */
	private static GuestBinary guest(String callback, int parameters) {
		GuestBinary module = GuestBinary.importing(List.of("proxy_http_call", "proxy_grpc_stream", "proxy_redis_init",
				"proxy_redis_call", "proxy_register_shared_queue", "proxy_enqueue_shared_queue"), 10, 9, 7, 5, 3, 3);
		module.tag(module.type(new int[] { I32 }, new int[0]));
		byte[] name = bytes(i32(16), i32(2));
		byte[] none = bytes(i32(0), i32(0));
		byte[] headers = HEADERS.getBytes(StandardCharsets.ISO_8859_1);
		byte[] ping = "*1\r\n$4\r\nPING\r\n".getBytes(StandardCharsets.US_ASCII);
		module.function(new int[] { I32, I32 }, new int[] { I32 }, "proxy_on_configure",
				store(16, "up".getBytes(StandardCharsets.US_ASCII)), store(32, headers), store(128, ping), name, none,
				none, i32(1000), call(2), DROP, name, i32(512), call(4), DROP, i32(1));
		module.function(new int[] { I32, I32, I32 }, new int[] { I32 }, "proxy_on_request_headers", name, i32(32),
				i32(headers.length), none, none, i32(1000), i32(516), call(0), DROP, name, name, name, none, i32(520),
				call(1), DROP, name, i32(128), i32(ping.length), i32(524), call(3), DROP, i32(512), 0x28, 2, 0, name,
				call(5), DROP, i32(1));
		int[] types = new int[parameters];
		Arrays.fill(types, I32);
		module.function(types, new int[0], callback, i32(7), 0x08, 0);
		return module;
	}

	private static byte[] store(int address, byte[] bytes) {
		byte[] code = {};
		for (int i = 0; i < bytes.length; i++) {
			code = bytes(code, i32(address + i), i32(bytes[i]), 0x3a, 0, 0);
		}
		return code;
	}

	/** Answers the callouts that the latest request has made. */
	private void answer(int number) {
		assertThat(this.services.calls).hasSize(number);
		assertThat(this.services.grpcCalls).hasSize(number);
		assertThat(this.services.redisCalls).hasSize(number);
		this.services.calls.get(number - 1)
			.result()
			.accept(new HttpCallResult.Response(List.of(), new byte[1], List.of()));
		TestServices.GrpcCallout grpc = this.services.grpcCalls.get(number - 1);
		grpc.listener().initialMetadata(List.of());
		grpc.listener().message(new byte[1]);
		grpc.listener().closed(0, "", List.of());
		this.services.redisCalls.get(number - 1)
			.result()
			.accept(new RedisResult.Reply("+PONG\r\n".getBytes(StandardCharsets.US_ASCII)));
	}

}
