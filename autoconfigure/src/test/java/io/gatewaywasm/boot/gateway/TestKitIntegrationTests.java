package io.gatewaywasm.boot.gateway;

import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.gatewaywasm.boot.fixture.GatewayFixture;
import io.gatewaywasm.boot.fixture.Upstream;
import io.gatewaywasm.host.abi.HeaderPair;
import io.gatewaywasm.host.abi.LogLevel;
import io.gatewaywasm.test.FilterUnderTest;
import io.gatewaywasm.test.callout.HttpCallResponse;
import io.gatewaywasm.test.exchange.Exchange;
import io.gatewaywasm.test.exchange.FilterRequest;
import io.gatewaywasm.test.exchange.Message;
import io.gatewaywasm.test.exchange.UpstreamResponse;
import io.gatewaywasm.test.service.LogLine;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Verifies that a filter behaves in the test kit as it does in a gateway: both handle the
 * same request and the outcomes are compared.
 */
class TestKitIntegrationTests {

	@RegisterExtension
	static FilterUnderTest kitProbe = FilterUnderTest.of("classpath:filters/probe_rust.wasm")
		.logLevel(LogLevel.INFO)
		.environment("REGION", "eu")
		.upstream("auth", HttpCallResponse.status(204));

	@RegisterExtension
	static FilterUnderTest kitBody = FilterUnderTest.of("classpath:filters/body_rust.wasm").logLevel(LogLevel.INFO);

	private static GatewayFixture gateway;

	@BeforeAll
	static void start() {
		GatewayFixture.Builder builder = GatewayFixture.builder();
		gateway = builder.plugin("probe", "probe_rust", "vms", "1", "environment.REGION", "eu")
			.plugin("body", "body_rust", "vms", "1")
			.property("gateway.wasm.upstreams.auth.uri", "http://localhost:${upstream.port}")
			.route("probe", "Wasm=probe")
			.route("body", "Wasm=body")
			.start();
	}

	@AfterAll
	static void stop() {
		gateway.close();
	}

	/** A request. Its path selects an upstream that echoes the body. */
	record Scenario(String filter, String method, String body, Map<String, String> headers) {

		static Scenario of(String filter, String method, String body, String... headers) {
			Map<String, String> map = new LinkedHashMap<>();
			for (int i = 0; i < headers.length; i += 2) {
				map.put(headers[i], headers[i + 1]);
			}
			return new Scenario(filter, method, body, map);
		}

	}

	/** The parts of the outcome that a filter can affect. */
	record Outcome(Forwarded forwarded, int status, Map<String, List<String>> headers, String body, List<String> log) {

	}

	/** The request that the upstream received. */
	record Forwarded(String method, String path, Map<String, List<String>> headers) {

	}

	static List<Scenario> scenarios() {
		return List.of(Scenario.of("probe", "GET", null, "x-probe",
				"add:x-a=1,add:x-a=2,replace:x-b=3,remove:x-c,path:/echo/other?q=1", "x-b", "old", "x-c", "gone"),
				Scenario.of("probe", "GET", null, "x-probe", "method:DELETE,get::path,get::scheme,get:x-missing,eos"),
				Scenario.of("probe", "GET", null, "x-probe",
						"prop:request.path,prop:request.method,prop:plugin_name,prop:my.own,set-prop:my.own=1",
						"x-probe-resp", "prop:my.own,prop:response.code"),
				Scenario.of("probe", "GET", null, "x-probe-resp", "status:202,add:x-late=1,remove:x-upstream"),
				Scenario.of("probe", "POST", "hello", "x-probe", "env:REGION,config,log", "x-probe-body", "count,eos"),
				Scenario.of("probe", "GET", null, "x-probe", "local:418", "x-probe-resp", "add:x-late=1"),
				Scenario.of("probe", "GET", null, "x-probe-resp", "local:502"),
				Scenario.of("probe", "GET", null, "x-probe", "pause-call:auth:/status/204"),
				Scenario.of("probe", "GET", null, "x-probe", "local-from-call:auth:/status/204"),
				Scenario.of("probe", "GET", null, "x-probe", "pause-call:unknown:/"),
				Scenario.of("probe", "GET", null, "x-probe", "shared-incr:counter,shared-get:nothing,counter:hits=2"),
				Scenario.of("probe", "GET", null, "x-probe", "add:x-before=1,resume-inside"),
				Scenario.of("body", "POST", "hello", "x-body", "upper,append:!", "x-body-resp", "prepend:<"),
				Scenario.of("body", "POST", "hello", "x-body", "buffer,count", "x-body-resp", "replace:new,count"),
				Scenario.of("body", "POST", "hello", "x-body", "local:400"),
				Scenario.of("body", "POST", "hello", "x-body-resp", "local-end:500"),
				Scenario.of("probe", "GET", null, "x-probe", "trap"));
	}

	@ParameterizedTest
	@MethodSource("scenarios")
	void testKitAndGatewayGiveTheSameResult(Scenario scenario) {
		assertThat(inKit(scenario)).isEqualTo(inGateway(scenario));
	}

	@Test
	void comparedResultHasHeadersPathAndLog() {
		Outcome outcome = inGateway(scenarios().get(0));
		assertThat(outcome.forwarded().headers()).containsEntry("x-a", List.of("1", "2"));
		assertThat(outcome.forwarded().path()).isEqualTo("/echo/other?q=1");
		assertThat(inGateway(scenarios().get(4)).log()).contains("INFO probe at Info");
	}

	private static Outcome inKit(Scenario scenario) {
		FilterUnderTest filter = scenario.filter().equals("probe") ? kitProbe : kitBody;
		filter.spec((spec) -> spec.name(scenario.filter()));
		FilterRequest request = filter.request(scenario.method(), "/echo/x").respondLater();
		scenario.headers().forEach(request::header);
		if (scenario.body() != null) {
			request.body(scenario.body());
		}
		Exchange exchange = request.send();
		Message forwarded = exchange.forwarded();
		if (forwarded != null && exchange.answered() == null) {
			UpstreamResponse response = UpstreamResponse.status(200).header("x-upstream", "yes");
			exchange.respond(forwarded.body().length > 0 ? response.chunks(forwarded.text()) : response);
		}
		assertThat(exchange.failure() != null).isEqualTo(scenario.headers().containsValue("trap"));
		Message answered = exchange.answered();
		List<String> log = lines(filter.logs().stream().map(LogLine::toString));
		return new Outcome(
				(forwarded != null) ? new Forwarded(forwarded.header(":method"), forwarded.header(":path"),
						own(forwarded.headers())) : null,
				answered.status(), own(answered.headers()), answered.text(), log);
	}

	private static Outcome inGateway(Scenario scenario) {
		ListAppender<ILoggingEvent> appender = new ListAppender<>();
		Logger logger = (Logger) LoggerFactory.getLogger("gateway.wasm.plugin." + scenario.filter());
		appender.start();
		logger.addAppender(appender);
		int before = gateway.upstream().requests().size();
		List<String> headers = new ArrayList<>();
		scenario.headers().forEach((name, value) -> headers.addAll(List.of(name, value)));
		HttpResponse<String> response = gateway.send(scenario.method(), "/" + scenario.filter() + "/echo/x",
				scenario.body(), headers.toArray(String[]::new));
		logger.detachAppender(appender);
		List<Upstream.Request> arrived = gateway.upstream().requests();
		Map<String, List<String>> received = own(response.headers().map());
		Upstream.Request last = (arrived.size() > before) ? arrived.get(arrived.size() - 1) : null;
		List<String> log = lines(
				appender.list.stream().map((event) -> event.getLevel() + " " + event.getFormattedMessage()));
		return new Outcome((last != null) ? new Forwarded(last.method(), last.uri(), own(last.headers())) : null,
				response.statusCode(), received, response.body(), log);
	}

	private static Map<String, List<String>> own(List<HeaderPair> headers) {
		Map<String, List<String>> map = new LinkedHashMap<>();
		headers.forEach((pair) -> map.computeIfAbsent(pair.name(), (name) -> new ArrayList<>()).add(pair.value()));
		return own(map);
	}

	/**
	 * Returns the headers that the filter may have changed, without those of the client
	 * and the gateway.
	 */
	private static Map<String, List<String>> own(Map<String, List<String>> headers) {
		Map<String, List<String>> own = new TreeMap<>(headers);
		own.keySet().removeIf((name) -> !name.startsWith("x-") && !name.equals("content-type"));
		// Contexts are counted over the lifetime of a VM.
		own.remove("x-call-context");
		return own;
	}

	/**
	 * Returns the log lines of the phases, without those of the end of streams, which
	 * come later in a gateway.
	 */
	private static List<String> lines(Stream<String> lines) {
		return lines.filter((line) -> !line.matches("INFO probe (root|done|log|delete) #\\d+"))
			.map((line) -> line.replaceFirst("^CRITICAL ", "ERROR "))
			.map((line) -> line.replaceAll("#\\d+", "#").replaceAll("context: \\d+", "context:"))
			.toList();
	}

}
