package io.gatewaywasm.boot.gateway;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

import brave.Span.Kind;
import brave.context.slf4j.MDCScopeDecorator;
import brave.handler.MutableSpan;
import brave.handler.SpanHandler;
import brave.propagation.ThreadLocalCurrentTraceContext;
import brave.propagation.TraceContext;
import brave.sampler.Sampler;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.gatewaywasm.boot.fixture.GatewayFixture;
import io.micrometer.observation.ObservationHandler.FirstMatchingCompositeObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.brave.bridge.BraveBaggageManager;
import io.micrometer.tracing.brave.bridge.BraveCurrentTraceContext;
import io.micrometer.tracing.brave.bridge.BravePropagator;
import io.micrometer.tracing.brave.bridge.BraveTracer;
import io.micrometer.tracing.handler.DefaultTracingObservationHandler;
import io.micrometer.tracing.handler.PropagatingReceiverTracingObservationHandler;
import io.micrometer.tracing.handler.PropagatingSenderTracingObservationHandler;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.awaitility.Awaitility.await;

/**
 * Integration tests for the traces and logs of filters, with a real tracer.
 */
@Timeout(180)
class TracingIntegrationTests {

	private static final Logger LOGGER = (Logger) LoggerFactory.getLogger("gateway.wasm.plugin.probe");

	static final Spans SPANS = new Spans();

	private static GatewayFixture gateway;

	@BeforeAll
	static void start() {
		gateway = builder().property("gateway.wasm.observations.enabled", "true").start();
	}

	@AfterAll
	static void stop() {
		gateway.close();
	}

	@BeforeEach
	void clear() {
		SPANS.clear();
	}

	static GatewayFixture.Builder builder() {
		return GatewayFixture.builder()
			.source(TracerConfiguration.class)
			// Exists only in Spring Boot 3, whose own tracer would replace this one.
			.property("spring.autoconfigure.exclude",
					"org.springframework.boot.actuate.autoconfigure.tracing.MicrometerTracingAutoConfiguration")
			.plugin("probe", "probe_rust")
			.property("gateway.wasm.upstreams.upstream.uri", "http://localhost:${upstream.port}")
			.plugin("other", "headers_go")
			.plugin("small", "probe_rust", "limits.local-response", "4B")
			.route("small", "Wasm=small")
			.plugin("buffering", "body_rust", "limits.body-buffer", "1KB", "allow-on-headers-stop-iteration", "true")
			.route("buffering", "Wasm=buffering")
			.route("traced", "Wasm=probe")
			.route("twice", "Wasm=probe", "Wasm=other");
	}

	@Test
	void spanOfFilterIsBelowTheRequests() {
		gateway.get("/traced/x");
		MutableSpan filter = span("wasm probe");
		MutableSpan server = SPANS.server();
		assertThat(filter.traceId()).isEqualTo(server.traceId());
		assertThat(filter.parentId()).isEqualTo(server.id());
		assertThat(filter.tags()).containsEntry("plugin", "probe")
			.containsEntry("route", "traced")
			.containsEntry("outcome", "continue")
			.containsEntry("reason", "none");
	}

	@Test
	void filterTagsTheSpans() {
		gateway.get("/traced/x", "x-probe",
				"set-prop:trace_span_tag.rag_docs~=one\ttwo,set-prop:trace_span_tag.~=nothing,"
						+ "set-prop:trace_span_tag=nothing");
		assertThat(span("wasm probe").tags()).containsEntry("rag_docs", "one\ttwo").doesNotContainValue("nothing");
		assertThat(SPANS.server().tags()).containsEntry("rag_docs", "one\ttwo").doesNotContainValue("nothing");
	}

	@Test
	void traceOfTheCallerContinues() {
		gateway.get("/traced/x", "b3", "80f198ee56343ba864fe8b2a57d3eff7-e457b5a2e4d86bd1-1");
		assertThat(span("wasm probe").traceId()).isEqualTo("80f198ee56343ba864fe8b2a57d3eff7");
	}

	@Test
	void eachFilterHasItsSpan() {
		gateway.get("/twice/x");
		MutableSpan one = span("wasm probe");
		MutableSpan other = span("wasm other");
		assertThat(one.id()).isNotEqualTo(other.id());
		assertThat(one.parentId()).isEqualTo(other.parentId()).isEqualTo(SPANS.server().id());
	}

	@Test
	void spanHasTheOutcomeAndTheReason() {
		gateway.get("/traced/x", "x-probe", "local:403");
		assertThat(span("wasm probe").tags()).containsEntry("outcome", "local_response");
		assertThat(span("wasm probe").error()).isNull();
		SPANS.clear();
		gateway.get("/traced/x", "x-probe", "trap");
		assertThat(span("wasm probe").tags()).containsEntry("outcome", "failure").containsEntry("reason", "trap");
		assertThat(span("wasm probe").error()).hasMessage("The Wasm filter failed: trap");
	}

	@Test
	void spanOfAResetHasNoError() {
		assertThatException().isThrownBy(() -> gateway.get("/traced/x", "x-probe", "reset"));
		assertOutcome("wasm probe", "reset", "none");
		SPANS.clear();
		assertThatException().isThrownBy(() -> gateway.get("/traced/x", "x-probe-resp", "reset"));
		assertOutcome("wasm probe", "reset", "none");
		SPANS.clear();
		assertThatException().isThrownBy(() -> gateway.get("/traced/chunks/100000", "x-probe-resp-body", "reset"));
		assertOutcome("wasm probe", "reset", "none");
	}

	@Test
	void responseOfTheGatewayInPlaceOfTheFilterIsAnError() {
		assertThat(gateway.post("/buffering/x", "x".repeat(300_000), "x-body", "hold-headers").statusCode())
			.isEqualTo(413);
		assertOutcome("wasm buffering", "failure", "body-buffer");
		SPANS.clear();
		assertThat(gateway.get("/buffering/length/100000", "x-body-resp", "buffer").statusCode()).isEqualTo(500);
		assertOutcome("wasm buffering", "failure", "body-buffer");
		SPANS.clear();
		assertThat(gateway.get("/small/x", "x-probe", "local:403").statusCode()).isEqualTo(500);
		assertOutcome("wasm small", "failure", "invalid-message");
		SPANS.clear();
		assertThat(gateway.get("/small/x", "x-probe", "remove::method").statusCode()).isEqualTo(503);
		assertOutcome("wasm small", "failure", "invalid-message");
	}

	@Test
	void errorOfTheServerIsAnErrorOfTheCall() {
		gateway.get("/traced/x", "x-probe", "pause-call:upstream:/status/503");
		assertThat(span("wasm call of probe").tags()).containsEntry("outcome", "response")
			.containsEntry("status", "503");
		assertThat(span("wasm call of probe").error()).hasMessage("The callout failed: HTTP status 503");
		SPANS.clear();
		gateway.get("/traced/x", "x-probe", "pause-call:upstream:/status/403");
		assertThat(span("wasm call of probe").tags()).containsEntry("outcome", "response")
			.containsEntry("status", "403");
		assertThat(span("wasm call of probe").error()).isNull();
	}

	@Test
	void httpCallOfAFilterIsAClientSpanWhoseTraceContinues() {
		gateway.get("/traced/x", "x-probe", "pause-call:upstream");
		MutableSpan call = span("wasm call of probe");
		MutableSpan filter = span("wasm probe");
		assertThat(call.kind()).isEqualTo(Kind.CLIENT);
		assertThat(call.traceId()).isEqualTo(filter.traceId());
		assertThat(call.parentId()).isEqualTo(filter.id());
		assertThat(call.remoteServiceName()).isEqualTo("upstream");
		assertThat(call.tags()).containsEntry("upstream", "upstream")
			.containsEntry("outcome", "response")
			.containsEntry("status", "200");
		assertThat(gateway.upstream().requests())
			.anySatisfy((request) -> assertThat(request.header("x-b3-spanid")).isEqualTo(call.id()));
	}

	@Test
	void callThatIsRefusedIsAnErrorInTheTrace() {
		gateway.get("/traced/x", "x-probe", "call:nowhere");
		MutableSpan call = span("wasm call of probe");
		assertThat(call.tags()).containsEntry("outcome", "failure").containsEntry("status", "none");
		assertThat(call.error()).hasMessage("The callout failed: the upstream is not declared");
	}

	@Test
	void linesOfFilterSayWhereTheyComeFrom() {
		Map<String, String> facts = lineOf(gateway, "/traced/x").getMDCPropertyMap();
		assertThat(facts).containsEntry("plugin", "probe")
			.containsEntry("route", "traced")
			.containsKeys("context", "request");
		MutableSpan filter = span("wasm probe");
		assertThat(facts).containsEntry("traceId", filter.traceId()).containsEntry("spanId", filter.id());
	}

	@Test
	void errorOfATrapSaysWhereItHappenedAndQuotesTheFilter() {
		Logger logger = (Logger) LoggerFactory.getLogger("io.gatewaywasm.host.vm.Vm");
		ListAppender<ILoggingEvent> lines = new ListAppender<>();
		lines.start();
		logger.addAppender(lines);
		try {
			gateway.get("/traced/x", "x-probe", "panic:now");
			await().atMost(Duration.ofSeconds(30)).until(() -> !lines.list.isEmpty());
		}
		finally {
			logger.detachAppender(lines);
		}
		ILoggingEvent line = lines.list.get(0);
		MutableSpan filter = span("wasm probe");
		assertThat(line.getMDCPropertyMap()).containsEntry("plugin", "probe")
			.containsEntry("route", "traced")
			.containsEntry("traceId", filter.traceId())
			.containsEntry("spanId", filter.id());
		assertThat(line.getFormattedMessage()).contains("proxy_on_request_headers trapped", "\n    at ",
				"\n  The filter's last lines:\n", "probe panic now");
	}

	@Test
	void levelOfOnePluginChangesImmediately() {
		gateway.get("/traced/x", "x-probe", "log-level");
		assertThat(gateway.upstream().lastRequest().header("x-log-level")).isEqualTo("2");
		level("DEBUG");
		gateway.get("/traced/x", "x-probe", "log-level");
		assertThat(gateway.upstream().lastRequest().header("x-log-level")).isEqualTo("1");
		level("ERROR");
		gateway.get("/traced/x", "x-probe", "log-level");
		assertThat(gateway.upstream().lastRequest().header("x-log-level")).isEqualTo("4");
		level("INFO");
	}

	static ILoggingEvent lineOf(GatewayFixture gateway, String path) {
		ListAppender<ILoggingEvent> lines = new ListAppender<>();
		lines.start();
		LOGGER.addAppender(lines);
		try {
			gateway.get(path, "x-probe", "get:host");
			await().atMost(Duration.ofSeconds(30)).until(() -> !lines.list.isEmpty());
			return lines.list.get(0);
		}
		finally {
			LOGGER.detachAppender(lines);
		}
	}

	private static void level(String level) {
		assertThat(gateway
			.post("/actuator/loggers/gateway.wasm.plugin.probe", "{\"configuredLevel\":\"" + level + "\"}",
					"content-type", "application/json")
			.statusCode()).isEqualTo(204);
	}

	private static void assertOutcome(String name, String outcome, String reason) {
		MutableSpan filter = span(name);
		assertThat(filter.tags()).containsEntry("outcome", outcome).containsEntry("reason", reason);
		if (outcome.equals("failure")) {
			assertThat(filter.error()).hasMessage("The Wasm filter failed: " + reason);
		}
		else {
			assertThat(filter.error()).isNull();
		}
	}

	private static MutableSpan span(String name) {
		return SPANS.await((span) -> name.equals(span.name()));
	}

	/** Keeps the finished spans. */
	static final class Spans extends SpanHandler {

		private final List<MutableSpan> finished = new CopyOnWriteArrayList<>();

		private final AtomicInteger open = new AtomicInteger();

		@Override
		public boolean begin(TraceContext context, MutableSpan span, TraceContext parent) {
			this.open.incrementAndGet();
			return true;
		}

		@Override
		public boolean end(TraceContext context, MutableSpan span, Cause cause) {
			if (cause == Cause.FINISHED) {
				this.finished.add(span);
			}
			this.open.decrementAndGet();
			return true;
		}

		List<MutableSpan> finished() {
			return this.finished;
		}

		/**
		 * Forgets the spans of earlier requests, some of which finish after their clients
		 * have the responses.
		 */
		void clear() {
			Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> this.open.get() == 0);
			this.finished.clear();
		}

		MutableSpan server() {
			return await((span) -> span.kind() == Kind.SERVER);
		}

		private MutableSpan await(Predicate<MutableSpan> wanted) {
			return Awaitility.await()
				.atMost(Duration.ofSeconds(30))
				.until(() -> this.finished.stream().filter(wanted).findFirst(), Optional::isPresent)
				.get();
		}

	}

	/**
	 * A tracer like an application's, without classes that only one version of Spring
	 * Boot has.
	 */
	@Configuration(proxyBeanMethods = false)
	static class TracerConfiguration {

		@Bean
		SmartInitializingSingleton tracer(ObservationRegistry registry) {
			ThreadLocalCurrentTraceContext current = ThreadLocalCurrentTraceContext.newBuilder()
				.addScopeDecorator(MDCScopeDecorator.get())
				.build();
			brave.Tracing tracing = brave.Tracing.newBuilder()
				.currentTraceContext(current)
				.sampler(Sampler.ALWAYS_SAMPLE)
				.addSpanHandler(SPANS)
				.build();
			BraveTracer tracer = new BraveTracer(tracing.tracer(), new BraveCurrentTraceContext(current),
					new BraveBaggageManager());
			BravePropagator propagator = new BravePropagator(tracing);
			return () -> registry.observationConfig()
				.observationHandler(new FirstMatchingCompositeObservationHandler(
						new PropagatingReceiverTracingObservationHandler<>(tracer, propagator),
						new PropagatingSenderTracingObservationHandler<>(tracer, propagator),
						new DefaultTracingObservationHandler(tracer)));
		}

	}

}
