package io.gatewaywasm.host.conformance;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Stream;

import io.gatewaywasm.host.fixture.FakeExchange;
import io.gatewaywasm.host.abi.HeaderList;
import io.gatewaywasm.host.spi.FilterStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Properties that guests read: checklist p, q and r.
 */
class PropertyTests extends AbstractConformanceTests {

	private String read(Object value, String path) {
		FakeExchange exchange = exchange("x-probe", "prop:" + path);
		if (value != null) {
			exchange.properties.put("source.port", value);
		}
		start("probe_rust", spec().rootId("root").vm((vm) -> vm.withId("vm"))).openStream(exchange, 0)
			.requestHeaders(true, this.decisions::add);
		String answer = exchange.requestHeaders.get("x-prop");
		return answer.substring(answer.indexOf('=') + 1);
	}

	static Stream<Arguments> values() {
		return Stream.of(Arguments.of(8080, "901f000000000000"), Arguments.of(-1L, "ffffffffffffffff"),
				Arguments.of(1.0, "000000000000f03f"), Arguments.of(true, "01"), Arguments.of(false, "00"),
				Arguments.of("Ä", "c384"), Arguments.of(new byte[] { 0, 1 }, "0001"),
				Arguments.of(Duration.ofNanos(258), "0201000000000000"),
				Arguments.of(Instant.ofEpochSecond(1), "00ca9a3b00000000"),
				Arguments.of(Map.of("a", "b"), "0100000001000000010000006100" + "6200"),
				Arguments.of(HeaderList.of("A", "b"), "0100000001000000010000006100" + "6200"));
	}

	@ParameterizedTest
	@MethodSource("values")
	void valuesAreEncodedAsEnvoyDoes(Object value, String expected) {
		assertThat(read(value, "source.port")).isEqualTo(expected);
	}

	@ParameterizedTest
	@ValueSource(strings = { "source.port", "source.port." })
	void pathIsSplitByNulAndMayEndWithOne(String path) {
		assertThat(read(1, path)).isEqualTo("0100000000000000");
	}

	@Test
	void unknownPropertyIsAbsent() {
		assertThat(read(null, "source.port")).isEqualTo("absent");
	}

	@Test
	void propertiesOfThePluginAreThere() {
		assertThat(read(null, "plugin_name")).isEqualTo("70726f6265");
		assertThat(read(null, "plugin_root_id")).isEqualTo("726f6f74");
		assertThat(read(null, "plugin_vm_id")).isEqualTo("766d");
	}

	@Test
	void rootIdCanBeReadWhenTheRootContextIsCreated() {
		start(wat(new WatGuest().function("env.proxy_get_property", "$get", "(param i32 i32 i32 i32) (result i32)")
			.with("(data (i32.const 32) \"plugin_root_id\")")
			.export("proxy_on_context_create", """
					(param i32 i32)
					(call $say (call $get (i32.const 32) (i32.const 14) (i32.const 60) (i32.const 64)))
					(drop (call $log (i32.const 2) (i32.load (i32.const 60)) (i32.load (i32.const 64))))
					""")
			.toString()), spec().rootId("my_root"));
		assertThat(this.services.lines).startsWith("00000000", "my_root");
	}

	@Test
	void propertyThatIsSetCanBeReadInEveryPhase() {
		FakeExchange exchange = exchange("x-probe", "set-prop:mine=v", "x-probe-resp", "prop:mine");
		var stream = start("probe_rust").openStream(exchange, 0);
		stream.requestHeaders(true, this.decisions::add);
		stream.responseHeaders(true, this.decisions::add);
		stream.end();
		assertThat(exchange.responseHeaders.get("x-prop")).isEqualTo("mine=76");
	}

	@Test
	void propertyThatIsSetUnderSeveralSegmentsCannotBeReadAgain() {
		FakeExchange exchange = run(start("probe_rust"), "x-probe", "set-prop:a.b=v,prop:a.b");
		assertThat(exchange.requestHeaders.toString()).contains("a.b=absent");
		assertThat((byte[]) exchange.properties.get("a\0b")).asString().isEqualTo("v");
	}

	@ParameterizedTest
	@CsvSource({ "request, 3, 3", "response, 3, 3", "connection, 3, 3", "upstream, 3, 3", "source, 3, 3",
			"destination, 3, 3", "xds, 3, 3", "filter_state, 3, 3", "upstream_filter_state, 1, 3" })
	void groupOfPropertiesHasNoValue(String group, int inRequest, int inResponse) {
		String read = "(call $say (call $get (i32.const 32) (i32.const " + group.length()
				+ ") (i32.const 60) (i32.const 64)))";
		FilterStream stream = start(
				wat(new WatGuest().function("env.proxy_get_property", "$get", "(param i32 i32 i32 i32) (result i32)")
					.with("(data (i32.const 32) \"" + group + "\")")
					.onRequestHeaders(read)
					.onResponseHeaders(read)
					.export("proxy_on_configure", "(param i32 i32) (result i32) " + read + " (i32.const 1)")
					.toString()),
				spec())
			.openStream(exchange(), 0);
		stream.requestHeaders(true, this.decisions::add);
		stream.responseHeaders(true, this.decisions::add);
		stream.end();
		// A root context, the trial VM's first, has no such group.
		assertThat(this.services.lines).containsExactly("00000001", "00000001", "0000000" + inRequest,
				"0000000" + inResponse);
	}

	@Test
	void configurationCanBeReadOnlyWhileConfiguring() {
		FakeExchange exchange = run(
				start("probe_rust", configured("text").vm((vm) -> vm.withConfiguration(bytes("of the vm")))), "x-probe",
				"config,vm-config,config-now");
		assertThat(exchange.requestHeaders.get("x-config")).isEqualTo("text");
		assertThat(exchange.requestHeaders.get("x-vm-config")).isEqualTo("of the vm");
		assertThat(exchange.requestHeaders.get("x-config-now")).isEqualTo("absent");
	}

}
