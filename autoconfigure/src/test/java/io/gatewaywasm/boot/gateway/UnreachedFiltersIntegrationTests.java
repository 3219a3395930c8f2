package io.gatewaywasm.boot.gateway;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.gatewaywasm.boot.fixture.GatewayFixture;
import io.gatewaywasm.boot.fixture.HeaderGuest;
import io.gatewaywasm.boot.fixture.SmallFilters;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Integration tests for filters that an exchange does not reach, because it is answered
 * ahead of them.
 */
@Timeout(180)
class UnreachedFiltersIntegrationTests {

	/** Logs the request's {@code x-user}, and the status of the response. */
	private static final String LOGGING = """
			(module
				(import "env" "proxy_log" (func $log (param i32 i32 i32) (result i32)))
				(import "env" "proxy_get_header_map_value"
					(func $get (param i32 i32 i32 i32 i32) (result i32)))
				(import "env" "proxy_add_header_map_value"
					(func $add (param i32 i32 i32 i32 i32) (result i32)))
				(memory (export "memory") 1)
				(global $heap (mut i32) (i32.const 1024))
				(data (i32.const 0) "x-user:status")
				(func (export "malloc") (param $size i32) (result i32)
					(global.get $heap)
					(global.set $heap (i32.add (global.get $heap) (local.get $size))))
				(func (export "proxy_abi_version_0_2_1"))
				(func (export "proxy_on_context_create") (param i32 i32))
				(func $line (param $map i32) (param $name i32) (param $length i32)
					(i32.store (i32.const 40) (i32.const 0))
					(i32.store (i32.const 44) (i32.const 0))
					(drop (call $get (local.get $map) (local.get $name) (local.get $length)
						(i32.const 40) (i32.const 44)))
					(drop (call $log (i32.const 2) (i32.load (i32.const 40)) (i32.load (i32.const 44)))))
				(func (export "proxy_on_log") (param i32)
					(call $line (i32.const 0) (i32.const 0) (i32.const 6))
					(call $line (i32.const 2) (i32.const 6) (i32.const 7)))
			%s)
			""";

	private static final String REQUEST = """
			(func (export "proxy_on_request_headers") (param i32 i32 i32) (result i32)
				(drop (call $log (i32.const 2) (i32.const 0) (i32.const 6)))
				(i32.const 0))
			""";

	private static final String NAMING = """
			(data (i32.const 16) "dave")
			(func (export "proxy_on_request_headers") (param i32 i32 i32) (result i32)
				(drop (call $add (i32.const 0) (i32.const 0) (i32.const 6) (i32.const 16) (i32.const 4)))
				(i32.const 0))
			""";

	private static final String TRAPPING = """
			(module
				(memory (export "memory") 1)
				(func (export "malloc") (param i32) (result i32) (i32.const 1024))
				(func (export "proxy_abi_version_0_2_1"))
				(func (export "proxy_on_context_create") (param i32 i32))
				(func (export "proxy_on_log") (param i32) (unreachable)))
			""";

	private static final ListAppender<ILoggingEvent> log = new ListAppender<>();

	private static GatewayFixture gateway;

	@BeforeAll
	static void start() {
		String logging = SmallFilters.file(LOGGING.formatted(REQUEST));
		gateway = GatewayFixture.builder()
			.property("gateway.wasm.before-routing", "gate,front")
			.property("gateway.wasm.global-filters", "probe,everywhere")
			.property("gateway.wasm.plugins.front.url", logging)
			.property("gateway.wasm.plugins.everywhere.url", logging)
			.property("gateway.wasm.plugins.last.url", logging)
			.property("gateway.wasm.plugins.first.url", logging)
			.property("gateway.wasm.plugins.naming.url", SmallFilters.file(LOGGING.formatted(NAMING)))
			.property("gateway.wasm.plugins.trapping.url", SmallFilters.file(TRAPPING))
			.property("gateway.wasm.plugins.gate.url", HeaderGuest.create().denyBody().file())
			.plugin("probe", "probe_rust")
			.plugin("deny", "probe_rust", "configuration", "probe=add:x-user=alice,local:403")
			.route("open", "Wasm=last")
			.route("denied", "Wasm=deny", "AddRequestHeader=X-User, bob", "Wasm=last")
			.route("java", "RedirectTo=302, http://localhost/", "Wasm=last")
			.route("trapping", "Wasm=deny", "Wasm=trapping", "Wasm=last")
			.route("retry", "Wasm=last", "Retry=1, SERVICE_UNAVAILABLE, GET, 1ms, 1ms, 1, false", "Wasm=first",
					"Wasm=naming")
			.start();
		log.start();
		((Logger) LoggerFactory.getLogger("gateway.wasm.plugin")).addAppender(log);
	}

	@AfterAll
	static void stop() {
		((Logger) LoggerFactory.getLogger("gateway.wasm.plugin")).detachAppender(log);
		gateway.close();
	}

	@BeforeEach
	void clear() {
		log.list.clear();
	}

	@Test
	void filterThatIsReachedLogsOnce() {
		assertThat(gateway.get("/open/x", "x-user", "carol").statusCode()).isEqualTo(200);
		assertLines("last", "x-user", "carol", "200");
		assertLines("everywhere", "x-user", "carol", "200");
		assertLines("front", "x-user", "carol", "200");
	}

	@Test
	void eachAttemptOfRetryLogsTheRequestAsItsLastFilterLeftIt() {
		assertThat(gateway.get("/retry/status/503").statusCode()).isEqualTo(503);
		assertLines("naming", "dave", "", "dave", "503");
		await().atMost(Duration.ofSeconds(60)).until(() -> lines("first").size() >= 6);
		assertThat(lines("first")).containsExactlyInAnyOrder("x-user", "x-user", "dave", "", "dave", "503");
		assertLines("last", "x-user", "dave", "503");
	}

	@Test
	void filterBehindOneThatAnswersLogsTheRequestAsThatOneLeftIt() {
		assertThat(gateway.get("/denied/x").statusCode()).isEqualTo(403);
		assertLines("last", "alice", "403");
		assertLines("everywhere", "x-user", "alice", "403");
	}

	@Test
	void filterBehindAnotherFilterThatAnswersLogs() {
		assertThat(gateway.get("/java/x", "x-user", "carol").statusCode()).isEqualTo(302);
		assertLines("last", "carol", "302");
	}

	@Test
	void filtersOfAllRoutesAndOfTheRouteLogInTheirOrder() {
		assertThat(gateway.get("/open/x", "x-user", "carol", "x-probe", "local:401").statusCode()).isEqualTo(401);
		assertLines("last", "carol", "401");
		assertLines("everywhere", "carol", "401");
		assertThat(plugins()).containsSubsequence("front", "everywhere", "last");
	}

	@Test
	void filtersBeforeRoutingLogWithoutThoseOfRoutes() {
		assertThat(gateway.post("/open/x", "body", "x-user", "carol").statusCode()).isEqualTo(403);
		assertLines("front", "carol", "403");
		assertThat(plugins()).containsOnly("front");
	}

	@Test
	void filterThatTrapsInItsLogChangesNothingElse() {
		long failures = gateway.status("trapping").counters().failures();
		HttpResponse<String> response = gateway.get("/trapping/x");
		assertThat(response.statusCode()).isEqualTo(403);
		assertThat(response.body()).isEqualTo("local reply\n");
		assertLines("last", "alice", "403");
		await().atMost(Duration.ofSeconds(60))
			.until(() -> gateway.status("trapping").counters().failures() == failures + 1);
	}

	/** Waits for as many lines as are expected, and checks them. */
	private static void assertLines(String plugin, String... lines) {
		await().atMost(Duration.ofSeconds(60)).until(() -> lines(plugin).size() >= lines.length);
		assertThat(lines(plugin)).containsExactly(lines);
		await().atMost(Duration.ofSeconds(60)).until(() -> gateway.status(plugin).counters().activeStreams() == 0);
	}

	private static List<String> lines(String plugin) {
		return List.copyOf(log.list)
			.stream()
			.filter((event) -> event.getLoggerName().equals("gateway.wasm.plugin." + plugin))
			.map(ILoggingEvent::getFormattedMessage)
			.toList();
	}

	private static List<String> plugins() {
		return List.copyOf(log.list)
			.stream()
			.map((event) -> event.getLoggerName().substring("gateway.wasm.plugin.".length()))
			.filter(List.of("front", "everywhere", "last")::contains)
			.toList();
	}

}
