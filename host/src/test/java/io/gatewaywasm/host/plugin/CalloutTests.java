package io.gatewaywasm.host.plugin;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.gatewaywasm.host.abi.HeaderPair;
import io.gatewaywasm.host.abi.Status;
import io.gatewaywasm.host.abi.StatusException;
import io.gatewaywasm.host.engine.CompiledModule;
import io.gatewaywasm.host.engine.EngineOptions;
import io.gatewaywasm.host.engine.WasmEngine;
import io.gatewaywasm.host.fixture.CapturedLog;
import io.gatewaywasm.host.fixture.FakeExchange;
import io.gatewaywasm.host.fixture.TestServices.GrpcCallout;
import io.gatewaywasm.host.fixture.TestServices;
import io.gatewaywasm.host.foreign.ProtobufMessage;
import io.gatewaywasm.host.spi.Decision;
import io.gatewaywasm.host.spi.FilterStream;
import io.gatewaywasm.host.spi.HttpCallResult;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for gRPC callouts and foreign functions with a filter built with a real SDK.
 */
class CalloutTests {

	private static CompiledModule module;

	private final TestServices services = new TestServices();

	private final List<Decision> decisions = new CopyOnWriteArrayList<>();

	private Plugin plugin;

	@BeforeAll
	static void compile() throws Exception {
		try (InputStream wasm = CalloutTests.class.getResourceAsStream("/filters/probe_rust.wasm")) {
			module = WasmEngine.create(EngineOptions.defaults()).compile(wasm.readAllBytes());
		}
	}

	@BeforeEach
	void startPlugin() throws Exception {
		this.plugin = new WasmHost(this.services).start(PluginSpec.builder("probe").build(), module);
	}

	@AfterEach
	void close() {
		this.plugin.close();
		this.services.close();
	}

	@Test
	void answerOfAUnaryCallResumesTheStream() {
		FakeExchange exchange = send("grpc-call:auth:pkg.Service/Check:hello");
		assertThat(this.decisions).isEmpty();
		GrpcCallout call = this.services.grpcCalls.get(0);
		assertThat(call.upstream()).isEqualTo("auth");
		assertThat(call.method()).isEqualTo("pkg.Service/Check");
		assertThat(call.timeout()).isEqualTo(Duration.ofSeconds(5));
		assertThat(call.metadata()).containsExactly(new HeaderPair("x-probe-metadata", "from the guest"));
		assertThat(call.actions()).containsExactly("send hello", "half-close");
		call.listener().initialMetadata(List.of(new HeaderPair("a", "b")));
		call.listener().message(bytes("ok"));
		assertThat(this.decisions).isEmpty();
		call.listener().closed(0, "", List.of(new HeaderPair("c", "d")));
		assertThat(this.decisions).containsExactly(Decision.Continue.INSTANCE);
		assertThat(exchange.requestHeaders.get("x-grpc-status")).isEqualTo("0");
		assertThat(exchange.requestHeaders.get("x-grpc-body")).isEqualTo("6f6b");
		assertThat(this.services.callouts).containsExactly("auth response");
	}

	@Test
	void statusOfAFailedUnaryCallResumesTheStream() {
		FakeExchange exchange = send("grpc-call:auth:pkg.Service/Check:hello");
		GrpcCallout call = this.services.grpcCalls.get(0);
		call.listener().message(bytes("not to be seen"));
		call.listener().closed(7, "no way", List.of());
		assertThat(this.decisions).containsExactly(Decision.Continue.INSTANCE);
		assertThat(exchange.requestHeaders.get("x-grpc-status")).isEqualTo("7");
		assertThat(exchange.requestHeaders.get("x-grpc-message")).isEqualTo("no way");
		assertThat(exchange.requestHeaders.toString()).doesNotContain(hex(bytes("not to be seen")).substring(2));
		assertThat(this.services.callouts).containsExactly("auth failure");
	}

	@Test
	void unaryCallThatEndsWithoutAMessageIsAnInternalError() {
		FakeExchange exchange = send("grpc-call:auth:pkg.Service/Check:hello");
		this.services.grpcCalls.get(0).listener().closed(0, "", List.of());
		assertThat(exchange.requestHeaders.get("x-grpc-status")).isEqualTo("13");
	}

	@Test
	void streamGetsAllCallbacksAndAsksForEachMessage() {
		FakeExchange exchange = send("grpc-stream:auth:pkg.Service/Chat:hi:2");
		GrpcCallout call = this.services.grpcCalls.get(0);
		assertThat(call.timeout()).isNull();
		assertThat(call.actions()).containsExactly("send hi", "send hi", "half-close");
		call.listener().initialMetadata(List.of(new HeaderPair("a", "b")));
		call.listener().message(bytes("one"));
		call.listener().message(bytes("two"));
		assertThat(call.actions()).endsWith("next", "next");
		call.listener().closed(0, "", List.of(new HeaderPair("c", "d")));
		assertThat(this.decisions).containsExactly(Decision.Continue.INSTANCE);
		assertThat(exchange.requestHeaders.get("x-grpc-sent")).isEqualTo("2");
		assertThat(exchange.requestHeaders.get("x-grpc-initial")).isEqualTo("a=b");
		assertThat(exchange.requestHeaders.get("x-grpc-trailing")).isEqualTo("c=d");
		assertThat(exchange.requestHeaders.get("x-grpc-body")).isEqualTo("6f6e65;74776f");
		assertThat(exchange.requestHeaders.get("x-grpc-status")).isEqualTo("0");
	}

	@Test
	void cancelledCallHasNoFurtherCallbacks() {
		FakeExchange exchange = send("grpc-cancel:auth:pkg.Service/Check:hello");
		GrpcCallout call = this.services.grpcCalls.get(0);
		assertThat(call.actions()).endsWith("cancel");
		call.listener().message(bytes("late"));
		call.listener().closed(1, "cancelled", List.of());
		assertThat(this.decisions).containsExactly(Decision.Continue.INSTANCE);
		assertThat(exchange.requestHeaders.get("x-grpc-cancel")).isEqualTo("cancelled");
		assertThat(this.services.callouts).isEmpty();
	}

	@Test
	void closeEndsTheGuestsSideOnly() {
		send("grpc-close:auth:pkg.Service/Chat:hi:1");
		assertThat(this.services.grpcCalls.get(0).actions()).contains("half-close").doesNotContain("cancel");
	}

	@Test
	void callsAreCancelledWithThePlugin() {
		send("grpc-call:auth:pkg.Service/Check:hello");
		this.plugin.close();
		assertThat(this.services.grpcCalls.get(0).actions()).endsWith("cancel");
	}

	@Test
	void unknownUpstreamIsRefused() {
		FakeExchange exchange = send("grpc-call:unknown:pkg.Service/Check:hello");
		assertThat(this.decisions).containsExactly(Decision.Continue.INSTANCE);
		assertThat(exchange.requestHeaders.get("x-grpc-error")).isEqualTo("ParseFailure");
	}

	@Test
	void unknownUpstreamOfAMessageIsAnInternalFailureAndClosesTheCall() {
		String message = "\n\t\n\u0007unknown";
		FakeExchange exchange = send("grpc-call:" + message + ":pkg.Service/Check:hello");
		assertThat(this.decisions).containsExactly(Decision.Continue.INSTANCE);
		assertThat(exchange.requestHeaders.get("x-grpc-error")).isEqualTo("InternalFailure");
		assertThat(this.services.failures).isEmpty();
	}

	@Test
	void callOfAnInvalidMethodIsNotSentAndLogged() {
		String method = "pkg.Service/Che ck";
		Logger logger = (Logger) LoggerFactory.getLogger("io.gatewaywasm.host.vm.hostcall");
		ListAppender<ILoggingEvent> log = new ListAppender<>();
		log.start();
		logger.addAppender(log);
		FakeExchange exchange = send("grpc-call:auth:" + method + ":hello,grpc-call:auth:" + method + ":hello");
		logger.detachAppender(log);
		assertThat(exchange.requestHeaders.get("x-grpc-error")).isNull();
		assertThat(this.services.grpcCalls).isEmpty();
		assertThat(log.list).singleElement()
			.asString()
			.contains("called the method '" + method
					+ "' of 'auth' by gRPC; the call was not sent and ends with status 14");
	}

	@ParameterizedTest
	@ValueSource(strings = { "pkg.Service/Check/It", "/Check", "pkg.Service/" })
	void methodsWithOtherSlashesAreSent(String method) {
		send("grpc-call:auth:" + method + ":hello");
		assertThat(this.services.grpcCalls).hasSize(1);
	}

	@Test
	void httpCallOfACallbackThatTrapsIsNotCancelled() {
		send("call:auth:/,trap");
		assertThat(this.services.failures).containsExactly("trap");
		assertThat(this.services.calls).hasSize(1);
		assertThat(this.services.cancelled).isEmpty();
		this.services.calls.get(0).result().accept(new HttpCallResult.Failure("late"));
		send("none");
		assertThat(this.services.failures).containsExactly("trap");
	}

	@Test
	void foreignFunctionOfTheApplicationIsCalled() {
		this.services.foreignFunctions.put("greet", (call, arguments) -> bytes(call.plugin() + " "
				+ call.property(List.of("plugin_name")) + " " + new String(arguments, StandardCharsets.UTF_8)));
		FakeExchange exchange = send("foreign:greet=hello");
		assertThat(exchange.requestHeaders.get("x-foreign")).isEqualTo("greet=probe probe hello");
	}

	@Test
	void foreignFunctionThatThrowsCostsAStatusOnly() {
		this.services.foreignFunctions.put("broken", (call, arguments) -> {
			throw new IllegalStateException("broken");
		});
		this.services.foreignFunctions.put("empty", (call, arguments) -> {
			throw StatusException.of(Status.SERIALIZATION_FAILURE);
		});
		FakeExchange exchange = send("foreign:broken=x,foreign:empty=x,foreign:missing=x");
		assertThat(exchange.requestHeaders.toString()).contains("broken=!InternalFailure")
			.contains("empty=!SerializationFailure")
			.contains("missing=!NotFound");
		assertThat(this.plugin.status().counters().failures()).isZero();
	}

	@Test
	void foreignFunctionThatThrowsIsLoggedOnceAMinute() {
		for (String name : List.of("broken", "failing")) {
			this.services.foreignFunctions.put(name, (call, arguments) -> {
				throw new IllegalStateException(name);
			});
		}
		try (CapturedLog log = CapturedLog.of("vm.hostcall")) {
			for (int i = 0; i < 5; i++) {
				send("foreign:broken=x,foreign:failing=x,foreign:broken=y");
			}
			assertThat(log.lines).hasSize(2);
			assertThat(log.lines.get(0).text()).contains("'probe'").contains("'broken'");
			assertThat(log.lines.get(1).text()).contains("'probe'").contains("'failing'");
		}
	}

	@Test
	void applicationReplacesEnvoysFunctions() {
		this.services.foreignFunctions.put("compress", (call, arguments) -> bytes("mine"));
		assertThat(send("foreign:compress=x").requestHeaders.get("x-foreign")).isEqualTo("compress=mine");
	}

	@Test
	void envoysFunctionsAreAvailableWithoutTheApplication() {
		FakeExchange exchange = send("foreign:uncompress=0x789c4b4c4a0600024d0127,foreign:clear_route_cache=");
		assertThat(exchange.requestHeaders.toString()).contains("uncompress=abc").contains("clear_route_cache=");
		assertThat(exchange.routeCacheCleared).isTrue();
	}

	@Test
	void declaredPropertyIsReadOnly() {
		byte[] declaration = ProtobufMessage.builder().text(1, "mine").flag(2, true).toByteArray();
		byte[] state = ProtobufMessage.builder().text(1, "other").text(2, "value").toByteArray();
		FakeExchange exchange = send("foreign:declare_property=" + hex(declaration) + ",foreign:set_envoy_filter_state="
				+ hex(state) + ",prop:filter_state.other,set-prop:mine=a,prop:mine");
		assertThat(exchange.requestHeaders.toString()).contains("declare_property=")
			.contains("filter_state.other=" + hex(bytes("value")).substring(2))
			.contains("mine=ok")
			.contains("mine=61");
		assertThat(this.plugin.status().counters().failures()).isZero();
	}

	@Test
	void readOnlyPropertyIsNotSetAgain() {
		byte[] declaration = ProtobufMessage.builder().text(1, "mine").flag(2, true).toByteArray();
		FakeExchange exchange = send(
				"foreign:declare_property=" + hex(declaration) + ",set-prop:mine=a,set-prop:mine=b");
		// The SDK panics.
		assertThat(this.decisions).singleElement().isInstanceOf(Decision.Respond.class);
		assertThat((byte[]) exchange.properties.get("mine")).asString().isEqualTo("a");
	}

	private FakeExchange send(String commands) {
		FakeExchange exchange = new FakeExchange(Runnable::run, "x-probe", commands);
		FilterStream stream = this.plugin.openStream(exchange, 0);
		stream.requestHeaders(true, this.decisions::add);
		return exchange;
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	/** Returns bytes in the hexadecimal form of the probe's commands. */
	private static String hex(byte[] bytes) {
		return "0x" + HexFormat.of().formatHex(bytes);
	}

}
