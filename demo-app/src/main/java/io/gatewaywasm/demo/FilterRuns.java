package io.gatewaywasm.demo;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

import io.gatewaywasm.host.abi.HeaderPair;
import io.gatewaywasm.host.limits.PluginLimits;
import io.gatewaywasm.host.plugin.PluginStartException;
import io.gatewaywasm.test.FilterStartException;
import io.gatewaywasm.test.FilterUnderTest;
import io.gatewaywasm.test.exchange.Exchange;
import io.gatewaywasm.test.exchange.FilterFailure;
import io.gatewaywasm.test.exchange.FilterRequest;
import io.gatewaywasm.test.exchange.Message;
import io.gatewaywasm.test.exchange.UpstreamResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Component;

/**
 * Runs uploaded modules with the test kit, one at a time. They run on the gateway's host
 * in a simulated environment that the request describes. No module reaches the network or
 * the gateway's own filters, and memory, time and calls are limited.
 */
@Component
final class FilterRuns {

	/** The maximum size of a module. */
	static final int MAX_MODULE = 8 << 20;

	private static final int MAX_CALLS = 5000;

	private static final Duration LONGEST = Duration.ofSeconds(20);

	private static final Duration CALLBACK = Duration.ofSeconds(2);

	private static final Duration START = Duration.ofSeconds(5);

	private static final long MEMORY = 128L << 20;

	private static final Duration STEP = Duration.ofMillis(100);

	private static final Duration PATIENCE = Duration.ofSeconds(10);

	private static final int MAX_BODY = 64 << 10;

	private final AtomicBoolean running = new AtomicBoolean();

	/**
	 * Runs a module. Returns the report, or {@code null} if another module is running.
	 */
	@Nullable RunReport run(RunRequest request) {
		if (!this.running.compareAndSet(false, true)) {
			return null;
		}
		try (FilterUnderTest filter = prepare(request)) {
			return run(filter, request);
		}
		finally {
			this.running.set(false);
		}
	}

	private static FilterUnderTest prepare(RunRequest request) {
		PluginLimits limits = PluginLimits.builder()
			.vm((vm) -> vm.memory(MEMORY))
			.pool((pool) -> pool.totalMemory(2 * MEMORY))
			.vm((vm) -> vm.callbackTimeout(CALLBACK).eventLoopTimeout(CALLBACK).startTimeout(START))
			.build();
		FilterUnderTest filter = FilterUnderTest.of(request.name(), request.module())
			.configuration(request.configuration())
			.rootId(request.rootId())
			.time(Instant.now())
			.bound(MAX_CALLS, LONGEST)
			.spec((spec) -> spec.limits(limits));
		request.upstreams().forEach(filter::upstream);
		return filter;
	}

	private static RunReport run(FilterUnderTest filter, RunRequest request) {
		try {
			filter.start();
		}
		catch (FilterStartException ex) {
			return report(filter, request, RunReport.Outcome.NOT_STARTED,
					new RunReport.Failure("start", message(ex), guestStack(ex), lastLines(filter)), null, 0);
		}
		Exchange exchange = send(filter, request);
		Duration waited = Duration.ZERO;
		while (exchange.isPaused() && waited.compareTo(PATIENCE) < 0) {
			filter.advance(STEP);
			waited = waited.plus(STEP);
		}
		FilterFailure failure = exchange.failure();
		return report(
				filter, request, outcome(exchange), (failure != null) ? new RunReport.Failure(failure.reason(),
						failure.message(), failure.guestStack(), failure.lastLines()) : null,
				exchange, waited.toMillis());
	}

	private static Exchange send(FilterUnderTest filter, RunRequest run) {
		RecordedRequest sent = run.request();
		FilterRequest request = filter.request(sent.method(), sent.path());
		for (RecordedHeader header : sent.headers()) {
			if (header.name().equals("host")) {
				request.authority(header.value());
			}
			else if (!header.name().equals("content-length")) {
				request.header(header.name(), header.value());
			}
		}
		if (!sent.body().isEmpty()) {
			request.body(sent.body());
		}
		UpstreamResponse response = UpstreamResponse.status(run.response().status());
		for (RecordedHeader header : run.response().headers()) {
			response = response.header(header.name(), header.value());
		}
		return request.respond(run.response().body().isEmpty() ? response : response.body(run.response().body()))
			.send();
	}

	private static RunReport.Outcome outcome(Exchange exchange) {
		if (exchange.failure() != null) {
			return RunReport.Outcome.FAILED;
		}
		if (exchange.resetReason() != null) {
			return RunReport.Outcome.RESET;
		}
		if (exchange.localResponse() != null) {
			return RunReport.Outcome.REPLIED;
		}
		return exchange.isPaused() ? RunReport.Outcome.PAUSED : RunReport.Outcome.PASSED;
	}

	private static RunReport report(FilterUnderTest filter, RunRequest request, RunReport.Outcome outcome,
			RunReport.@Nullable Failure failure, @Nullable Exchange exchange, long waited) {
		Message forwarded = (exchange != null) ? exchange.forwarded() : null;
		Message returned = (exchange != null) ? exchange.answered() : null;
		boolean upstreamAnswered = forwarded != null && forwarded.complete();
		return new RunReport(outcome, failure, request.request(), (forwarded != null) ? request(forwarded) : null,
				upstreamAnswered ? request.response() : null, (returned != null) ? response(returned) : null, waited,
				filter.trace()
					.callbacks()
					.stream()
					.map((callback) -> new RunReport.Callback(callback.toString(), callback.lines()))
					.toList(),
				filter.logs().stream().map((line) -> new RunReport.Line(line.level().name(), line.text())).toList());
	}

	/**
	 * Returns the reason. The report has a field for the last log lines, and the page
	 * explains the remedy.
	 */
	private static String message(FilterStartException ex) {
		return (ex.getCause() instanceof PluginStartException start) ? start.problem()
				: String.valueOf(ex.getMessage());
	}

	private static List<String> guestStack(FilterStartException ex) {
		return (ex.getCause() instanceof PluginStartException start) ? start.guestStack() : List.of();
	}

	private static List<String> lastLines(FilterUnderTest filter) {
		List<String> lines = filter.logs().stream().map(Object::toString).toList();
		return lines.subList(Math.max(0, lines.size() - 10), lines.size());
	}

	private static RecordedRequest request(Message message) {
		return new RecordedRequest(String.valueOf(message.header(":method")), String.valueOf(message.header(":path")),
				headers(message), text(message.body()));
	}

	private static RecordedResponse response(Message message) {
		return new RecordedResponse(message.status(), headers(message), text(message.body()));
	}

	private static List<RecordedHeader> headers(Message message) {
		List<RecordedHeader> headers = new ArrayList<>();
		for (HeaderPair pair : message.headers()) {
			if (!pair.name().startsWith(":")) {
				headers.add(new RecordedHeader(pair.name(), pair.value()));
			}
		}
		return headers;
	}

	private static String text(byte[] body) {
		try {
			String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
			return (text.length() <= MAX_BODY) ? text : text.substring(0, MAX_BODY) + "… (" + body.length + " bytes)";
		}
		catch (CharacterCodingException ex) {
			return "(" + body.length + " bytes that are not text)";
		}
	}

}
