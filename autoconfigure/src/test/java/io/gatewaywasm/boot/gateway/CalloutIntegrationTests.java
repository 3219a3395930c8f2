package io.gatewaywasm.boot.gateway;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;

import io.gatewaywasm.boot.fixture.GatewayFixture;
import io.gatewaywasm.host.spi.ForeignFunction;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Integration tests for the calls of filters: to upstreams and to functions of the
 * application.
 */
@Timeout(180)
class CalloutIntegrationTests {

	private static GatewayFixture gateway;

	@BeforeAll
	static void start() {
		gateway = GatewayFixture.builder()
			.source(Functions.class)
			.property("gateway.wasm.upstreams.auth.uri", "http://localhost:${upstream.port}")
			.property("gateway.wasm.upstreams.auth.aliases", "outbound|80||auth.default.svc.cluster.local")
			.property("gateway.wasm.upstreams.refusing.uri", "http://localhost:1")
			.property("gateway.wasm.upstreams.unknown-host.uri", "http://no-such-host.invalid")
			.property("gateway.wasm.upstreams.plain.uri", "https://localhost:${upstream.port}")
			.property("gateway.wasm.upstreams.tiny.uri", "http://localhost:${upstream.port}")
			.property("gateway.wasm.upstreams.tiny.max-response-size", "10B")
			.property("gateway.wasm.upstreams.balanced.uri", "lb://unlisted")
			.property("gateway.wasm.upstreams.service.uri", "lb://orders")
			.property("spring.cloud.discovery.client.simple.instances.orders[0].uri",
					"http://localhost:${upstream.port}")
			.property("gateway.wasm.allowed-call-targets", "localhost:${upstream.port}")
			.plugin("probe", "probe_rust")
			// The first expression loads the library inside the callback.
			.plugin("expressions", "probe_rust", "vms", "1")
			.plugin("ext-auth", "ext_auth", "configuration",
					"{\"upstream\": \"auth\", \"path\": \"/status/200\", \"timeout-ms\": 1000}")
			.plugin("ext-auth-denying", "ext_auth", "configuration",
					"{\"upstream\": \"auth\", \"path\": \"/status/401\", \"timeout-ms\": 1000}")
			.route("probe", "Wasm=probe")
			.route("expressions", "Wasm=expressions")
			.route("allowed", "Wasm=ext-auth")
			.route("denied", "Wasm=ext-auth-denying")
			.start();
	}

	@AfterAll
	static void stop() {
		gateway.close();
	}

	@Test
	void requestContinuesWhenUpstreamHasAllowedIt() {
		assertThat(gateway.get("/allowed/x").statusCode()).isEqualTo(200);
	}

	@Test
	void requestIsDeniedByReplyFromCallback() {
		HttpResponse<String> response = gateway.get("/denied/x");
		assertThat(response.statusCode()).isEqualTo(403);
		assertThat(response.body()).isEqualTo("Access denied\n");
	}

	@Test
	void answerHasStatusFirstAndBody() {
		gateway.get("/probe/x", "x-probe", "pause-call:auth:/text/answer");
		assertThat(gateway.upstream().lastRequest().header("x-call-status")).isEqualTo("200");
		assertThat(gateway.upstream().lastRequest().header("x-call-body")).isEqualTo("answer");
	}

	@Test
	void methodHeadersAndBodyAreSent() {
		gateway.get("/probe/x", "x-probe",
				"call-method:PUT,call-header:x-a=b,call-body:payload,pause-call:auth:/called?q=1");
		assertThat(gateway.upstream().requests())
			.anyMatch((request) -> request.method().equals("PUT") && request.uri().equals("/called?q=1")
					&& request.body().equals("payload") && "b".equals(request.header("x-a"))
					&& "auth".equals(request.header("host")) && "7".equals(request.header("content-length")));
	}

	@Test
	void pathIsSentByteForByte() {
		for (int i = 0; i < 2; i++) {
			gateway.get("/probe/x", "x-probe", "pause-call:auth:/called?q=a|b^{\"c\"}[" + i + "]100%#frag");
			assertThat(gateway.upstream().lastRequest().header("x-call-status")).isEqualTo("200");
			String called = "/called?q=a|b^{\"c\"}[" + i + "]100%#frag";
			assertThat(gateway.upstream().requests()).anyMatch((request) -> request.uri().equals(called));
			// On the same connection the path is again that of the callout.
			gateway.get("/probe/x", "x-probe", "pause-call:auth:/called?plain=" + i);
			String plain = "/called?plain=" + i;
			assertThat(gateway.upstream().requests()).anyMatch((request) -> request.uri().equals(plain));
		}
	}

	@Test
	void responsePhaseCanCall() {
		HttpResponse<String> response = gateway.get("/probe/x", "x-probe-resp", "pause-call:auth:/text/answer");
		assertThat(response.headers().firstValue("x-call-body")).hasValue("answer");
	}

	@Test
	void targetIsCalledByNameAliasOrAllowedAddress() {
		assertThat(callStatus("outbound|80||auth.default.svc.cluster.local:/text/a")).isEqualTo("200");
		assertThat(callStatus("localhost:" + gateway.upstream().port() + ":/text/a")).isEqualTo("200");
	}

	@Test
	void instanceOfServiceIsCalled() {
		gateway.get("/probe/x", "x-probe", "pause-call:service:/text/answer");
		assertThat(gateway.upstream().lastRequest().header("x-call-status")).isEqualTo("200");
		assertThat(gateway.upstream().lastRequest().header("x-call-body")).isEqualTo("answer");
	}

	@Test
	void otherTargetIsRefused() {
		gateway.get("/probe/x", "x-probe", "pause-call:localhost:22:/x");
		assertThat(gateway.upstream().lastRequest().header("x-call-error")).isEqualTo("BadArgument");
		gateway.get("/probe/x", "x-probe", "pause-call:unlisted:/x");
		assertThat(gateway.upstream().lastRequest().header("x-call-error")).isEqualTo("BadArgument");
	}

	@Test
	void failureIsNotRedirectOrError() {
		assertThat(callStatus("auth:/status/302")).isEqualTo("302");
		assertThat(callStatus("auth:/status/500")).isEqualTo("500");
	}

	@Test
	void failureHasReason() {
		assertThat(callFailure("refusing:/x")).contains("connection failed");
		assertThat(callFailure("unknown-host:/x")).contains("unknown host");
		assertThat(callFailure("plain:/x")).contains("TLS failure");
		assertThat(callFailure("tiny:/length/100")).contains("larger than 10 bytes");
		assertThat(callFailure("balanced:/x")).contains("unlisted");
	}

	@Test
	void timeoutIsFailure() {
		gateway.get("/probe/x", "x-probe", "call-timeout:100,pause-call:auth:/delay/5000");
		assertThat(gateway.upstream().lastRequest().header("x-call-status")).isEqualTo("504");
		assertThat(gateway.upstream().lastRequest().header("x-call-body")).isEqualTo("upstream request timeout");
	}

	@Test
	void severalPendingCallsResumeTheRequest() {
		gateway.get("/probe/x", "x-probe",
				"pause-call:auth:/text/a,pause-call:auth:/text/b,pause-call:refusing:/x,pause-call:auth:/delay/50");
		assertThat(gateway.upstream().lastRequest().headers().get("x-call-status")).hasSize(4);
	}

	@Test
	void functionOfApplicationIsCalled() {
		gateway.get("/probe/x", "x-probe", "foreign:shout=hello,foreign:nothing=hello");
		assertThat(gateway.upstream().lastRequest().headers().get("x-foreign")).containsExactly("shout=HELLO probe",
				"nothing=!NotFound");
	}

	@Test
	void expressionIsCreatedEvaluatedAndDeleted() {
		gateway.get("/expressions/x", "x-probe", "foreign:expr_create=request.method + request.headers['x-user'],"
				+ "foreign:expr_evaluate=0x00000000,foreign:expr_create=1 +", "x-user", "alice");
		assertThat(gateway.upstream().lastRequest().headers().get("x-foreign"))
			.containsExactly("expr_create=\\x00\\x00\\x00\\x00", "expr_evaluate=GETalice", "expr_create=!BadArgument");
		gateway.get("/expressions/x", "x-probe",
				"foreign:expr_evaluate=0x00000000,foreign:expr_delete=0x00000000,foreign:expr_evaluate=0x00000000",
				"x-user", "bob");
		assertThat(gateway.upstream().lastRequest().headers().get("x-foreign")).containsExactly("expr_evaluate=GETbob",
				"expr_delete=", "expr_evaluate=!NotFound");
	}

	private String callStatus(String target) {
		gateway.get("/probe/x", "x-probe", "pause-call:" + target);
		return gateway.upstream().lastRequest().header("x-call-status");
	}

	private String callFailure(String target) {
		gateway.get("/probe/x", "x-probe", "pause-call:" + target);
		assertThat(gateway.upstream().lastRequest().header("x-call-status")).isEqualTo("503");
		return gateway.upstream().lastRequest().header("x-call-body");
	}

	@Configuration(proxyBeanMethods = false)
	static class Functions {

		@Bean
		ForeignFunction shout() {
			return (call,
					arguments) -> (new String(arguments, StandardCharsets.UTF_8).toUpperCase() + " " + call.plugin())
						.getBytes(StandardCharsets.UTF_8);
		}

	}

}
