package io.gatewaywasm.boot.reliability;

import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.gatewaywasm.boot.fixture.GatewayFixture;
import io.gatewaywasm.boot.fixture.SmallFilters;
import io.gatewaywasm.boot.fixture.Upstream;
import io.gatewaywasm.host.abi.HeaderPair;
import io.gatewaywasm.host.abi.Status;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Integration tests for what filters cannot reach.
 */
@Tag("slow")
class SandboxIntegrationTests {

	private static GatewayFixture gateway;

	private static Upstream secret;

	/**
	 * The first call loads many classes, which may take a loaded machine more than a
	 * second.
	 */
	@BeforeAll
	static void start() {
		secret = new Upstream();
		gateway = GatewayFixture.builder()
			.property("gateway.wasm.upstreams.auth.uri", "http://localhost:${upstream.port}")
			.plugin("probe", "probe_rust", "environment.greeting", "hello")
			.plugin("restricted", "probe_rust", "allowed-capabilities",
					"proxy_log,proxy_get_buffer_bytes,proxy_get_header_map_value,proxy_get_header_map_pairs,"
							+ "proxy_add_header_map_value,proxy_on_context_create,proxy_on_vm_start,"
							+ "proxy_on_configure,proxy_on_request_headers,proxy_on_done,proxy_on_delete,"
							+ "fd_write,environ_get,environ_sizes_get,random_get,clock_time_get,proc_exit,"
							+ "proxy_set_effective_context,proxy_get_current_time_nanoseconds")
			.plugin("userinfo", "", "url", SmallFilters.file(calling("@localhost:" + secret.port() + "/secret")))
			.plugin("port", "", "url", SmallFilters.file(calling("0@localhost:" + secret.port() + "/secret")))
			.plugin("query", "", "url", SmallFilters.file(calling("?@localhost:" + secret.port() + "/secret")))
			.plugin("calling", "", "url", SmallFilters.file(calling("/called")))
			.route("userinfo", "Wasm=userinfo")
			.route("port", "Wasm=port")
			.route("query", "Wasm=query")
			.route("calling", "Wasm=calling")
			.route("probe", "Wasm=probe")
			.route("restricted", "Wasm=restricted")
			.start();
	}

	@AfterAll
	static void stop() {
		gateway.close();
		secret.close();
	}

	@Test
	void environmentHasOnlyTheDeclaredVariables() {
		assertThat(System.getenv()).containsKeys("PATH", "HOME");
		for (String name : System.getenv().keySet()) {
			if (name.matches("[A-Za-z0-9_]+")) {
				assertThat(report("env:" + name, "x-env")).isEqualTo(name + "=absent");
			}
		}
		assertThat(report("env:greeting", "x-env")).isEqualTo("greeting=hello");
	}

	@Test
	void propertiesDoNotReachTheApplication() {
		for (String path : List.of("PATH", "env.PATH", "environment.PATH", "system.user.home", "user.home",
				"node.metadata", "xds.node.metadata", "server.port", "spring.application.name")) {
			assertThat(report("prop:" + path, "x-prop")).isEqualTo(path + "=absent");
		}
	}

	@Test
	void functionThatIsNotAllowedFails() {
		assertThat(report("restricted", "call:auth:/x", "x-call-error")).isEqualTo("InternalFailure");
		assertThat(report("probe", "shared-set:a=b", "x-shared")).isEqualTo("a=ok");
	}

	@Test
	void callbackThatIsNotAllowedIsNotCalled() {
		HttpResponse<String> response = gateway.get("/restricted/x", "x-probe-resp", "add:x-added=1");
		assertThat(response.headers().firstValue("x-added")).isEmpty();
		response = gateway.get("/probe/x", "x-probe-resp", "add:x-added=1");
		assertThat(response.headers().firstValue("x-added")).hasValue("1");
	}

	/** As in Envoy, such a path is sent to the declared upstream as it is. */
	@ParameterizedTest
	@ValueSource(strings = { "userinfo", "port", "query" })
	void pathOfACallDoesNotLeadToAnotherHost(String route) throws Exception {
		long before = called();
		// The filter answers with 400 and the status of its call.
		assertThat(gateway.get("/" + route + "/x").statusCode()).isEqualTo(400 + Status.OK.code());
		assertThat(gateway.get("/calling/x").statusCode()).isEqualTo(400);
		ReloadIntegrationTests.await(() -> called() > before);
		assertThat(secret.requests()).isEmpty();
	}

	private static long called() {
		return gateway.upstream().requests().stream().filter((request) -> "/called".equals(request.uri())).count();
	}

	@Test
	void callOfThatFilterIsMadeIfItsPathIsOne() throws Exception {
		assertThat(gateway.get("/calling/x").statusCode()).isEqualTo(400);
		ReloadIntegrationTests
			.await(() -> gateway.upstream().requests().stream().anyMatch((request) -> "/called".equals(request.uri())));
	}

	@Test
	void linesOfTheLogCannotBeForged() {
		Logger logger = (Logger) LoggerFactory.getLogger("gateway.wasm.plugin.probe");
		ListAppender<ILoggingEvent> lines = new ListAppender<>();
		lines.start();
		logger.addAppender(lines);
		try {
			gateway.get("/probe/x", "x-probe", "panic:x");
		}
		finally {
			logger.detachAppender(lines);
		}
		assertThat(lines.list).isNotEmpty();
		assertThat(lines.list).extracting(ILoggingEvent::getFormattedMessage)
			.allSatisfy((line) -> assertThat(line).doesNotContain("\n", "\r"))
			.anySatisfy((line) -> assertThat(line).contains("\\nprobe panic x"));
	}

	private static String report(String commands, String header) {
		return report("probe", commands, header);
	}

	private static String report(String route, String commands, String header) {
		gateway.get("/" + route + "/x", "x-probe", commands);
		return gateway.upstream().lastRequest().header(header);
	}

	/**
	 * Calls its upstream with a path, and replies with 400 and the status of the host
	 * call.
	 */
	private static String calling(String path) {
		List<HeaderPair> headers = List.of(new HeaderPair(":method", "GET"), new HeaderPair(":path", path),
				new HeaderPair(":authority", "auth"));
		byte[] pairs = encode(headers);
		StringBuilder data = new StringBuilder();
		for (byte value : pairs) {
			data.append("\\%02x".formatted(value));
		}
		return """
				(module
					(import "env" "proxy_http_call" (func $call
						(param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)))
					(import "env" "proxy_send_local_response" (func $reply
						(param i32 i32 i32 i32 i32 i32 i32 i32) (result i32)))
					(memory (export "memory") 1)
					(data (i32.const 16) "auth")
					(data (i32.const 64) "%s")
					(func (export "malloc") (param i32) (result i32) (i32.const 4096))
					(func (export "proxy_abi_version_0_2_1"))
					(func (export "proxy_on_context_create") (param i32 i32))
					(func (export "proxy_on_request_headers") (param i32 i32 i32) (result i32)
						(drop (call $reply (i32.add (i32.const 400) (call $call
								(i32.const 16) (i32.const 4) (i32.const 64) (i32.const %d) (i32.const 0) (i32.const 0)
								(i32.const 0) (i32.const 0) (i32.const 1000) (i32.const 8)))
							(i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0)
							(i32.const -1)))
						(i32.const 1)))
				""".formatted(data, pairs.length);
	}

	private static byte[] encode(List<HeaderPair> headers) {
		ByteArrayOutputStream out = new ByteArrayOutputStream();
		number(out, headers.size());
		headers.forEach((pair) -> {
			number(out, pair.name().length());
			number(out, pair.value().length());
		});
		headers.forEach((pair) -> {
			out.writeBytes((pair.name() + "\0" + pair.value() + "\0").getBytes(StandardCharsets.ISO_8859_1));
		});
		return out.toByteArray();
	}

	private static void number(ByteArrayOutputStream out, int number) {
		for (int i = 0; i < 4; i++) {
			out.write(number >> (8 * i));
		}
	}

}
