package io.gatewaywasm.boot.grpc;

import java.util.HexFormat;
import java.util.List;
import java.util.Map;

import io.gatewaywasm.boot.actuate.WasmEndpoint;
import io.gatewaywasm.boot.fixture.GatewayFixture;
import io.gatewaywasm.boot.fixture.GrpcServer;
import io.gatewaywasm.boot.fixture.Upstream.Request;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Integration tests for gRPC calls that a filter makes from a running gateway.
 */
@Tag("slow")
class GrpcIntegrationTests {

	private static final String ALIAS = "outbound|9090||auth.default.svc.cluster.local";

	private static GrpcServer server;

	private static GatewayFixture gateway;

	@BeforeAll
	static void start() {
		server = new GrpcServer();
		gateway = GatewayFixture.builder()
			.plugin("probe", "probe_rust")
			.property("gateway.wasm.upstreams.auth.uri", "grpc://localhost:" + server.port())
			.property("gateway.wasm.upstreams.auth.aliases", ALIAS)
			.property("gateway.wasm.upstreams.down.uri", "http://localhost:1")
			.route("probe", "Wasm=probe")
			.start();
	}

	@AfterAll
	static void stop() {
		gateway.close();
		server.close();
	}

	@Test
	void unaryCallIsAnswered() {
		Request request = probe("grpc-call:auth:test.Service/Echo:hello");
		assertThat(request.header("x-grpc-status")).isEqualTo("0");
		assertThat(request.header("x-grpc-body")).isEqualTo(hex("hello"));
	}

	@Test
	void upstreamIsFoundByItsAlias() {
		Request request = probe("grpc-call:" + ALIAS + ":test.Service/Echo:hello");
		assertThat(request.header("x-grpc-body")).isEqualTo(hex("hello"));
	}

	@Test
	void failureOfAUnaryCallArrives() {
		Request request = probe("grpc-call:auth:test.Service/Fail:hello");
		assertThat(request.header("x-grpc-status")).isEqualTo("7");
		assertThat(request.header("x-grpc-message")).isEqualTo("no way");
		request = probe("grpc-call:down:test.Service/Echo:hello");
		assertThat(request.header("x-grpc-status")).isEqualTo("14");
		assertThat(request.header("x-grpc-message")).containsIgnoringCase("refused");
	}

	@Test
	void deadlineEndsAUnaryCall() {
		Request request = probe("call-timeout:200,grpc-call:auth:test.Service/Never:hello");
		assertThat(request.header("x-grpc-status")).isEqualTo("4");
	}

	@Test
	void streamGetsMetadataMessagesAndStatus() {
		Request request = probe("grpc-stream:auth:test.Service/Echo:hi:3");
		assertThat(request.header("x-grpc-sent")).isEqualTo("3");
		assertThat(request.header("x-grpc-initial")).contains("x-probe-metadata=from the guest");
		assertThat(request.header("x-grpc-body")).isEqualTo(String.join(";", List.of(hex("hi"), hex("hi"), hex("hi"))));
		assertThat(request.header("x-grpc-trailing")).isEqualTo("x-trailer=bye;grpc-status=0");
		assertThat(request.header("x-grpc-status")).isEqualTo("0");
	}

	@Test
	void failureOfAStreamArrives() {
		Request request = probe("grpc-stream:auth:test.Service/Fail:hi:1");
		assertThat(request.header("x-grpc-status")).isEqualTo("7");
		assertThat(request.header("x-grpc-message")).isEqualTo("no way");
		assertThat(request.header("x-grpc-trailing")).isEqualTo("x-trailer=sorry;grpc-status=7");
	}

	@Test
	void callIsCancelled() {
		Request request = probe("grpc-cancel:auth:test.Service/Never:cancel-me");
		assertThat(request.header("x-grpc-cancel")).isEqualTo("cancelled");
	}

	@Test
	void streamIsClosed() {
		Request request = probe("grpc-close:auth:test.Service/Echo:close-me:2");
		assertThat(request.header("x-grpc-close")).isEqualTo("closed");
	}

	@Test
	void unknownUpstreamIsRefused() {
		assertThat(probe("grpc-call:unlisted:test.Service/Echo:hello").header("x-grpc-error"))
			.isEqualTo("ParseFailure");
	}

	@Test
	void endpointSaysThatCallsCanBeMade() {
		Map<String, String> features = gateway.context().getBean(WasmEndpoint.class).plugins().features();
		assertThat(features).containsEntry("grpc", "available").containsEntry("cel", "available");
		assertThat(gateway.get("/actuator/wasm").body()).contains("\"grpc\":\"available\"");
	}

	private static Request probe(String commands) {
		assertThat(gateway.get("/probe/x", "x-probe", commands).statusCode()).isEqualTo(200);
		return gateway.upstream().lastRequest();
	}

	private static String hex(String text) {
		return HexFormat.of().formatHex(text.getBytes());
	}

}
