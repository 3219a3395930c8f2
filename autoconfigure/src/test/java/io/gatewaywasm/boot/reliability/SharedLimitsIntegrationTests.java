package io.gatewaywasm.boot.reliability;

import java.util.stream.IntStream;

import io.gatewaywasm.boot.fixture.GatewayFixture;
import io.gatewaywasm.boot.fixture.SmallFilters;
import io.gatewaywasm.host.abi.Status;
import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Integration tests for the limits on data that the host keeps for filters: each filter
 * adds an item until one is refused, and responds with the number of items and the status
 * of the refused one.
 */
@Tag("slow")
class SharedLimitsIntegrationTests {

	private static final String SHARED_DATA = """
			(import "env" "proxy_set_shared_data" (func $set (param i32 i32 i32 i32 i32) (result i32)))""";

	private static final String QUEUES = """
			(import "env" "proxy_register_shared_queue" (func $register (param i32 i32 i32) (result i32)))
			(import "env" "proxy_enqueue_shared_queue" (func $enqueue (param i32 i32 i32) (result i32)))""";

	private static final String METRICS = """
			(import "env" "proxy_define_metric" (func $define (param i32 i32 i32 i32) (result i32)))""";

	private static final String FOREIGN = """
			(import "env" "proxy_call_foreign_function" (func $call (param i32 i32 i32 i32 i32 i32) (result i32)))""";

	private static GatewayFixture gateway;

	@BeforeAll
	static void start() {
		gateway = limited().property("gateway.wasm.shared-data.max-values", "7")
			.property("gateway.wasm.shared-data.max-size", "1KB")
			.property("gateway.wasm.shared-queues.max-queues", "115")
			.property("gateway.wasm.shared-queues.max-entries", "5")
			.property("gateway.wasm.shared-queues.max-size", "1KB")
			.property("gateway.wasm.max-expressions", "6")
			.plugin("probe", "probe_rust")
			.plugin("many", "probe_rust", "isolation", "stream", "vms", "1", "limits.metrics", "3")
			.route("probe", "Wasm=probe")
			.route("many", "Wasm=many")
			.start();
	}

	private static GatewayFixture.Builder limited() {
		GatewayFixture.Builder builder = GatewayFixture.builder();
		wanting(builder, "values", SHARED_DATA,
				"(call $set (i32.const 64) (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 0))");
		wanting(builder, "size", SHARED_DATA,
				"(call $set (i32.const 64) (i32.const 1) (i32.const 0) (i32.const 400) (i32.const 0))");
		wanting(builder, "queues", QUEUES, "(call $register (i32.const 64) (i32.const 1) (i32.const 80))");
		wanting(builder, "entries", QUEUES, """
				(block (result i32)
				  (drop (call $register (i32.const 72) (i32.const 1) (i32.const 80)))
				  (call $enqueue (i32.load (i32.const 80)) (i32.const 64) (i32.const 1)))""");
		// Alternates between two queues, which share the limit.
		wanting(builder, "queue-size", QUEUES, """
				(block (result i32)
				  (i32.store8 (i32.const 72) (i32.and (local.get $i) (i32.const 1)))
				  (drop (call $register (i32.const 72) (i32.const 1) (i32.const 80)))
				  (call $enqueue (i32.load (i32.const 80)) (i32.const 0) (i32.const 300)))""");
		wanting(builder, "metrics", METRICS,
				"(call $define (i32.const 0) (i32.const 64) (i32.const 1) (i32.const 80))");
		builder.property("gateway.wasm.plugins.metrics.limits.metrics", "8");
		wanting(builder, "expressions", FOREIGN,
				"""
						(call $call (i32.const 96) (i32.const 11) (i32.const 112) (i32.const 1) (i32.const 80) (i32.const 84))""");
		String eager = guest(QUEUES, "(call $register (i32.const 64) (i32.const 1) (i32.const 80))", """
				(func (export "proxy_on_configure") (param i32 i32) (result i32)
				  (i32.eq (call $want (i32.const 115)) (i32.const 115)))""");
		builder.plugin("eager", "", "url", SmallFilters.file(eager), "vm-id", "eager", "vms", "1")
			.route("eager", "Wasm=eager");
		return builder;
	}

	@AfterAll
	static void stop() {
		gateway.close();
	}

	@Test
	void numberOfSharedValues() {
		refusesAfter("values", 7, Status.INTERNAL_FAILURE);
		// All of them can be changed.
		refusesAfter("values", 7, Status.INTERNAL_FAILURE);
	}

	@Test
	void sizeOfSharedValues() {
		refusesAfter("size", 2, Status.INTERNAL_FAILURE);
		refusesAfter("size", 2, Status.INTERNAL_FAILURE);
	}

	@Test
	void numberOfQueuesIsLimited() {
		refusesAfter("queues", 115, Status.INTERNAL_FAILURE);
		refusesAfter("queues", 115, Status.INTERNAL_FAILURE);
	}

	@Test
	void numberOfEntriesOfAQueueIsLimited() {
		refusesAfter("entries", 5, Status.INTERNAL_FAILURE);
		refusesAfter("entries", 0, Status.INTERNAL_FAILURE);
	}

	@Test
	void sizeOfAllQueuesIsLimited() {
		refusesAfter("queue-size", 3, Status.INTERNAL_FAILURE);
		refusesAfter("queue-size", 0, Status.INTERNAL_FAILURE);
	}

	@Test
	void numberOfMetricsIsLimited() {
		refusesAfter("metrics", 8, Status.BAD_ARGUMENT);
		refusesAfter("metrics", 8, Status.BAD_ARGUMENT);
	}

	@Test
	void metricsBeyondTheirNumberCountForTheFilterAndAreNotShown() {
		// Restored after each request, its VM does not know that it has defined others.
		IntStream.range(0, 6).forEach((number) -> {
			gateway.get("/many/x", "x-probe", "counter:total" + number + "=2,counter-get:total" + number);
			assertThat(gateway.upstream().lastRequest().headers().get("x-metric")).last()
				.isEqualTo("total" + number + "=2");
		});
		assertThat(shownMetrics("many")).isEqualTo(3);
		assertThat(gateway.status("many").counters().failures()).isZero();
	}

	@Test
	void numberOfExpressionsIsLimited() {
		refusesAfter("expressions", 6, Status.INTERNAL_FAILURE);
		refusesAfter("expressions", 0, Status.INTERNAL_FAILURE);
	}

	/**
	 * It registers as many queues when it is configured, at first in a sandbox, and would
	 * not start if it did not get them.
	 */
	@Test
	void greaterLimitHoldsForTheCheckBeforeTheStartAsWell() {
		refusesAfter("eager", 115, Status.INTERNAL_FAILURE);
	}

	private static void refusesAfter(String plugin, int number, Status status) {
		assertThat(gateway.get("/" + plugin + "/x").body()).isEqualTo("%03d %02d".formatted(number, status.code()));
		assertThat(gateway.status(plugin).counters().failures()).isZero();
		gateway.get("/probe/x", "x-probe", "shared-set:a=b");
		assertThat(gateway.upstream().lastRequest().header("x-shared")).isEqualTo("a=ok");
	}

	private static long shownMetrics(String plugin) {
		return gateway.context()
			.getBean(MeterRegistry.class)
			.getMeters()
			.stream()
			.filter((meter) -> meter.getId().getName().startsWith("wasm.plugin.")
					&& plugin.equals(meter.getId().getTag("plugin")))
			.count();
	}

	private static void wanting(GatewayFixture.Builder builder, String plugin, String imports, String one) {
		// The first expression loads many classes, which may take a loaded machine a
		// second.
		builder
			.plugin(plugin, "", "url", SmallFilters.file(guest(imports, one, "")), "vm-id", plugin, "vms", "1",
					"limits.callback-timeout", "10s", "limits.event-loop-timeout", "10s")
			.route(plugin, "Wasm=" + plugin);
	}

	/**
	 * A filter that does one thing again and again, with another name at address 64 each
	 * time, as often as it succeeds but at most 200 times, and answers requests with the
	 * number of times and the status of the last.
	 */
	private static String guest(String imports, String one, String more) {
		return """
				(module
				  %s
				  (import "env" "proxy_send_local_response"
				    (func $reply (param i32 i32 i32 i32 i32 i32 i32 i32) (result i32)))
				  (memory (export "memory") 1)
				  (data (i32.const 96) "expr_create")
				  (data (i32.const 112) "1")
				  (global $status (mut i32) (i32.const 0))
				  (func (export "malloc") (param i32) (result i32) (i32.const 1024))
				  (func (export "proxy_abi_version_0_2_1"))
				  (func $want (param $most i32) (result i32) (local $i i32)
				    (block $refused
				      (loop $next
				        (i32.store8 (i32.const 64) (i32.add (local.get $i) (i32.const 1)))
				        (global.set $status %s)
				        (br_if $refused (global.get $status))
				        (local.set $i (i32.add (local.get $i) (i32.const 1)))
				        (br_if $next (i32.lt_u (local.get $i) (local.get $most)))))
				    (local.get $i))
				  (func $digits (param $end i32) (param $count i32) (param $number i32)
				    (loop $next
				      (i32.store8 (local.get $end)
				        (i32.add (i32.const 48) (i32.rem_u (local.get $number) (i32.const 10))))
				      (local.set $number (i32.div_u (local.get $number) (i32.const 10)))
				      (local.set $end (i32.sub (local.get $end) (i32.const 1)))
				      (local.set $count (i32.sub (local.get $count) (i32.const 1)))
				      (br_if $next (local.get $count))))
				  (func (export "proxy_on_request_headers") (param i32 i32 i32) (result i32)
				    (call $digits (i32.const 2002) (i32.const 3) (call $want (i32.const 200)))
				    (i32.store8 (i32.const 2003) (i32.const 32))
				    (call $digits (i32.const 2005) (i32.const 2) (global.get $status))
				    (drop (call $reply (i32.const 200) (i32.const 0) (i32.const 0) (i32.const 2000) (i32.const 6)
				      (i32.const 0) (i32.const 0) (i32.const -1)))
				    (i32.const 1))
				  %s)
				""".formatted(imports, one, more);
	}

}
