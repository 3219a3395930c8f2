package io.gatewaywasm.host.conformance;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.gatewaywasm.host.fixture.FakeExchange;
import io.gatewaywasm.host.fixture.ManualScheduler;
import io.gatewaywasm.host.plugin.Plugin;
import io.gatewaywasm.host.plugin.PluginSpec;
import io.gatewaywasm.host.spi.Decision;
import io.gatewaywasm.host.spi.FilterStream;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The time in which the next part of a body must arrive, here 100 ms.
 */
class BodyIdleTests extends AbstractConformanceTests {

	private final ManualScheduler time = new ManualScheduler();

	private FakeExchange exchange;

	private static PluginSpec.Builder idle() {
		return spec().vms(1)
			.limits(limits().streams((streams) -> streams.bodyIdleTimeout(Duration.ofMillis(100))).build())
			.run((run) -> run.withWarmUp(0));
	}

	/** Opens a stream whose time the test lets pass. */
	private FilterStream open(Plugin plugin, FakeExchange exchange) {
		this.services.time = this.time;
		this.services.direct = true;
		this.exchange = exchange;
		FilterStream stream = plugin.openStream(exchange, 0);
		stream.requestHeaders(false, this.decisions::add);
		return stream;
	}

	private FilterStream open(String... headers) {
		return open(start("body_rust", idle()), exchange(headers));
	}

	private void part(FilterStream stream) {
		stream.requestBody(bytes("a"), false, this.decisions::add);
	}

	private void pass(int millis) {
		this.time.pass(Duration.ofMillis(millis));
	}

	private void assertThatNothingIsGivenUp() {
		assertThat(this.exchange.earlyEnds).isEmpty();
		assertThat(this.services.failures).isEmpty();
	}

	private void assertThatItIsGivenUp(int status) {
		assertThat(this.services.failures).containsExactly("body-timeout");
		assertThat(this.exchange.earlyEnds).singleElement()
			.satisfies((end) -> assertThat(((Decision.Respond) end).response().status()).isEqualTo(status));
	}

	@Test
	void eachPartStartsTheTimeAgain() {
		FilterStream stream = open("x-body", "buffer");
		for (int i = 0; i < 5; i++) {
			part(stream);
			pass(60);
		}
		pass(39);
		assertThatNothingIsGivenUp();
		pass(1);
		assertThatItIsGivenUp(408);
		stream.end();
	}

	@Test
	void partsOfTheOtherMessageStartTheTimeAgain() {
		FilterStream stream = open("x-body", "upper", "x-body-resp", "buffer");
		stream.responseHeaders(false, this.decisions::add);
		stream.responseBody(bytes("a"), false, this.decisions::add);
		for (int i = 0; i < 5; i++) {
			pass(60);
			part(stream);
		}
		pass(99);
		assertThatNothingIsGivenUp();
		pass(1);
		assertThatItIsGivenUp(504);
		stream.end();
	}

	@Test
	void partsForOtherFiltersStartTheTimeAgain() {
		FilterStream later = open("x-body", "buffer");
		part(later);
		FilterStream earlier = open(start("body_rust", idle()), this.exchange);
		for (int i = 0; i < 5; i++) {
			pass(60);
			part(earlier);
		}
		assertThatNothingIsGivenUp();
		earlier.end();
		later.end();
	}

	@Test
	void timeDoesNotRunWhileAnotherFilterPauses() {
		FilterStream later = open("x-body", "buffer");
		part(later);
		FilterStream earlier = open(start(
				wat(new WatGuest().export("proxy_on_request_body", "(param i32 i32 i32) (result i32) (i32.const 1)")
					.toString()),
				idle()), this.exchange);
		earlier.requestBody(bytes("a"), true, this.decisions::add);
		pass(1000);
		assertThatNothingIsGivenUp();
		earlier.end();
		pass(100);
		assertThatItIsGivenUp(408);
		later.end();
	}

	@Test
	void requestIsNotGivenUpWhenThereIsAResponse() {
		FilterStream stream = open("x-body", "buffer");
		part(stream);
		stream.responseHeaders(false, this.decisions::add);
		pass(1000);
		assertThatNothingIsGivenUp();
		part(stream);
		pass(1000);
		assertThatNothingIsGivenUp();
		stream.end();
	}

	@Test
	void partThatWaitsForTheVmHasArrived() {
		List<Runnable> later = new ArrayList<>();
		List<FilterStream> others = new ArrayList<>();
		List<Runnable> work = new ArrayList<>();
		this.services.foreignFunctions.put("busy", (call, arguments) -> {
			work.forEach(Runnable::run);
			return new byte[0];
		});
		Plugin plugin = start(wat(new WatGuest()
			.function("env.proxy_call_foreign_function", "$foreign", "(param i32 i32 i32 i32 i32 i32) (result i32)")
			.with("(data (i32.const 64) \"busy\")")
			.onRequestHeaders("""
					(drop (call $foreign (i32.const 64) (i32.const 4) (i32.const 0) (i32.const 0) (i32.const 80)
					  (i32.const 84)))""")
			.export("proxy_on_request_body", "(param i32 i32 i32) (result i32) (i32.const 1)")
			.toString()), idle());
		for (int i = 0; i < 20; i++) {
			others.add(open(plugin, new FakeExchange(later::add)));
		}
		FilterStream stream = open(plugin, new FakeExchange(later::add));
		part(stream);
		pass(50);
		// More work than a thread does before it releases the VM
		others.forEach((other) -> work.add(() -> part(other)));
		work.add(() -> part(stream));
		FilterStream busy = plugin.openStream(exchange(), 0);
		busy.requestHeaders(true, this.decisions::add);
		work.clear();
		pass(1000);
		assertThat(later).isNotEmpty();
		while (!later.isEmpty()) {
			later.remove(0).run();
		}
		assertThat(this.exchange.earlyEnds).isEmpty();
		busy.end();
		others.forEach(FilterStream::end);
		stream.end();
	}

	@Test
	void injectionStartsTheTimeAgain() {
		Plugin plugin = start(wat(new WatGuest()
			.function("env.proxy_inject_encoded_data_to_filter_chain", "$inject", "(param i32 i32 i32) (result i32)")
			.function("env.proxy_set_effective_context", "$effective", "(param i32) (result i32)")
			.with("(data (i32.const 1024) \"event\") (global $first (mut i32) (i32.const 0))")
			.export("proxy_on_request_headers", """
					(param i32 i32 i32) (result i32)
					(if (i32.eqz (global.get $first))
					  (then (global.set $first (local.get 0)))
					  (else (drop (call $effective (global.get $first)))
					    (drop (call $inject (i32.const 1024) (i32.const 5) (i32.const 0)))))
					(i32.const 0)""")
			.export("proxy_on_response_body", "(param i32 i32 i32) (result i32) (i32.const 1)")
			.toString()), idle());
		FilterStream stream = open(plugin, exchange());
		stream.responseHeaders(false, this.decisions::add);
		stream.responseBody(bytes("a"), false, this.decisions::add);
		for (int i = 0; i < 5; i++) {
			pass(60);
			run(plugin);
			assertThat(this.decisions).filteredOn(Decision.Inject.class::isInstance).hasSize(i + 1);
		}
		pass(99);
		assertThatNothingIsGivenUp();
		pass(1);
		assertThatItIsGivenUp(504);
		stream.end();
	}

	@Test
	void bodyThatIsBufferedAfterAResumeIsLimited() {
		Plugin plugin = start(
				wat(new WatGuest().function("env.proxy_continue_stream", "$continue", "(param i32) (result i32)")
					.function("env.proxy_set_effective_context", "$effective", "(param i32) (result i32)")
					.with("(global $first (mut i32) (i32.const 0))")
					.export("proxy_on_request_headers", """
							(param i32 i32 i32) (result i32)
							(if (result i32) (i32.eqz (global.get $first))
							  (then (global.set $first (local.get 0)) (i32.const 3))
							  (else (drop (call $effective (global.get $first)))
							    (drop (call $continue (i32.const 0))) (i32.const 0)))""")
					.export("proxy_on_request_body", "(param i32 i32 i32) (result i32) (i32.const 1)")
					.toString()),
				idle());
		FilterStream stream = open(plugin, exchange());
		part(stream);
		pass(60);
		run(plugin);
		pass(99);
		assertThatNothingIsGivenUp();
		pass(1);
		assertThatItIsGivenUp(408);
		stream.end();
	}

	@Test
	void timerEndsWithTheWait() {
		Plugin plugin = start("body_rust", idle());
		FilterStream complete = open(plugin, exchange("x-body", "buffer"));
		part(complete);
		assertThat(this.time.isIdle()).isFalse();
		complete.requestBody(bytes("b"), true, this.decisions::add);
		assertThat(this.time.isIdle()).isTrue();
		complete.end();
		FilterStream ended = open(plugin, exchange("x-body", "buffer"));
		part(ended);
		assertThat(this.time.isIdle()).isFalse();
		ended.end();
		assertThat(this.time.isIdle()).isTrue();
	}

}
