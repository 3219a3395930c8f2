package io.gatewaywasm.boot.gateway;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

import io.gatewaywasm.boot.fixture.GatewayFixture;
import io.gatewaywasm.boot.fixture.SmallFilters;
import io.gatewaywasm.boot.plugin.PluginRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import reactor.core.publisher.Flux;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Integration tests for callouts that are pending when their plugin closes.
 */
@ExtendWith(OutputCaptureExtension.class)
@Timeout(180)
class CancelledCalloutIntegrationTests {

	/** Makes a callout with a timeout of one minute in its first tick. */
	private static final String CALLING = """
			(module
				(import "env" "proxy_set_tick_period_milliseconds" (func $tick (param i32) (result i32)))
				(import "env" "proxy_http_call"
					(func $call (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)))
				(import "env" "proxy_log" (func $log (param i32 i32 i32) (result i32)))
				(memory (export "memory") 1)
				(data (i32.const 0) "silentcallanswered")
				(data (i32.const 64)
					"\\03\\00\\00\\00\\07\\00\\00\\00\\03\\00\\00\\00\\05\\00\\00\\00\\01\\00\\00\\00\\0a\\00\\00\\00\\06\\00\\00\\00"
					":method\\00GET\\00:path\\00/\\00:authority\\00silent\\00")
				(func (export "malloc") (param i32) (result i32) (i32.const 1024))
				(func (export "proxy_abi_version_0_2_1"))
				(func (export "proxy_on_context_create") (param i32 i32))
				(func (export "proxy_on_configure") (param i32 i32) (result i32)
					(drop (call $tick (i32.const 50)))
					(i32.const 1))
				(func (export "proxy_on_tick") (param i32)
					(drop (call $tick (i32.const 0)))
					(drop (call $call (i32.const 0) (i32.const 6) (i32.const 64) (i32.const 66) (i32.const 0)
						(i32.const 0) (i32.const 0) (i32.const 0) (i32.const 60000) (i32.const 512)))
					(drop (call $log (i32.const 2) (i32.const 6) (i32.const 4))))
				(func (export "proxy_on_http_call_response") (param i32 i32 i32 i32 i32)
					(drop (call $log (i32.const 2) (i32.const 10) (i32.const 8)))))
			""";

	@Test
	void callIsCancelledWithItsPlugin(CapturedOutput output) {
		AtomicInteger calls = new AtomicInteger();
		AtomicInteger abandoned = new AtomicInteger();
		DisposableServer silent = HttpServer.create().host("localhost").port(0).handle((request, response) -> {
			request.withConnection((connection) -> connection.onDispose(abandoned::incrementAndGet));
			calls.incrementAndGet();
			return Flux.never();
		}).bindNow();
		try (GatewayFixture gateway = GatewayFixture.builder()
			.property("gateway.wasm.upstreams.silent.uri", "http://localhost:" + silent.port())
			.property("gateway.wasm.plugins.calling.url", SmallFilters.file(CALLING))
			.property("gateway.wasm.plugins.calling.vms", "1")
			.start()) {
			await().atMost(Duration.ofSeconds(30)).until(() -> calls.get() == 1);
			assertThat(abandoned).hasValue(0);
			PluginRegistry registry = gateway.context().getBean(PluginRegistry.class);
			registry.reload(registry.plugin("calling"));
			await().atMost(Duration.ofSeconds(30)).until(() -> abandoned.get() == 1);
			// The new version makes a callout of its own.
			await().atMost(Duration.ofSeconds(30)).until(() -> calls.get() == 2);
			assertThat(abandoned).hasValue(1);
			assertThat(gateway.status("calling").counters().failures()).isZero();
			assertThat(output).contains("gateway.wasm.plugin.calling").doesNotContain(": answered");
		}
		finally {
			silent.disposeNow();
		}
	}

}
