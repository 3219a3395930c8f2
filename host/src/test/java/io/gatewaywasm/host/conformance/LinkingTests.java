package io.gatewaywasm.host.conformance;

import io.gatewaywasm.host.plugin.Plugin;
import io.gatewaywasm.host.plugin.PluginStartException;
import io.gatewaywasm.host.spi.Decision;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Imports, allocators and start functions: checklist b, c, d, w, x and y.
 */
class LinkingTests extends AbstractConformanceTests {

	private static final String OK = "00000000";

	private static final String INVALID_MEMORY_ACCESS = "00000006";

	private static final String UNIMPLEMENTED = "0000000c";

	/** Reads :path and logs the status, the pointer and the length. */
	private static final String READ_PATH = """
			(call $say (call $header (i32.const 0) (i32.const 32) (i32.const 5) (i32.const 40) (i32.const 44)))
			(call $say (i32.load (i32.const 40))) (call $say (i32.load (i32.const 44)))
			""";

	private static WatGuest reader() {
		return new WatGuest()
			.function("env.proxy_get_header_map_value", "$header", "(param i32 i32 i32 i32 i32) (result i32)")
			.with("(data (i32.const 32) \":path\")")
			.onRequestHeaders(READ_PATH);
	}

	@Test
	void importMayDeclareNoResult() {
		Plugin plugin = start(wat(new WatGuest().function("env.proxy_clear_route_cache", "$clear", "")
			.function("env.proxy_continue_request", "$resume", "")
			.export("proxy_on_request_headers",
					"(param i32 i32) (result i32) (call $clear) (call $resume) (i32.const 1)")
			.toString()), spec());
		run(plugin);
		assertThat(this.decisions).containsExactly(Decision.Continue.INSTANCE);
	}

	@Test
	void importMayDeclareAStatusWhereTheSpecificationHasNone() {
		Plugin plugin = start(wat(new WatGuest().function("env.proxy_continue_request", "$resume", "(result i32)")
			.export("proxy_on_request_headers", "(param i32 i32) (result i32) (call $say (call $resume)) (i32.const 1)")
			.toString()), spec());
		run(plugin);
		assertThat(this.decisions).containsExactly(Decision.Continue.INSTANCE);
		assertThat(this.services.lines).containsExactly(OK);
	}

	@Test
	void importWithOtherParametersRefusesTheModule() {
		assertThatExceptionOfType(PluginStartException.class)
			.isThrownBy(
					() -> tryToStart(wat(new WatGuest().function("env.proxy_done", "$done", "(param i32) (result i32)")
						.onRequestHeaders("(drop (call $done (i32.const 0)))")
						.toString()), spec()))
			.withMessageContaining("proxy_done");
	}

	@Test
	void moduleOfAnUnknownVersionIsRefused() {
		assertThatExceptionOfType(PluginStartException.class)
			.isThrownBy(() -> tryToStart(wat(new WatGuest().abi("0_3_0").toString()), spec()))
			.withMessageContaining("proxy_abi_version_0_3_0");
	}

	@Test
	void acceptsModuleWithAKnownAndAnUnknownVersion() {
		Plugin plugin = start(wat(new WatGuest().export("proxy_abi_version_0_3_0", "").toString()), spec());
		assertThat(plugin.status().module().report().abiVersion()).isEqualTo("0.2.1");
	}

	@Test
	void unknownImportIsLinkedReportedAndAnswersUnimplemented() {
		Plugin plugin = start(
				wat(new WatGuest().function("env.proxy_kv_store_open", "$store", "(param i32) (result i32)")
					.onRequestHeaders("(call $say (call $store (i32.const 1)))")
					.toString()),
				spec());
		run(plugin);
		assertThat(this.services.lines(UNIMPLEMENTED)).isNotEmpty();
		assertThat(plugin.status().module().unknownImports()).containsExactly("env.proxy_kv_store_open");
	}

	@Test
	void everyAbiVersionMayImportWhatOnlyAnotherHas() {
		for (String abi : new String[] { "0_1_0", "0_2_0", "0_2_1", "0_2_100" }) {
			Plugin plugin = start(wat(new WatGuest().abi(abi)
				.function("env.proxy_get_configuration", "$configuration", "(param i32 i32) (result i32)")
				.function("env.proxy_clear_route_cache", "$clear", "(result i32)")
				.function("env.proxy_get_log_level", "$level", "(param i32) (result i32)")
				.function("env.proxy_continue_stream", "$resume", "(param i32) (result i32)")
				.onRequestHeaders("")
				.toString()), spec());
			assertThat(plugin.status().module().report().abiVersion()).isEqualTo(abi.replace('_', '.'));
			assertThat(plugin.status().module().unimplementedImports()).isEmpty();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "malloc", "proxy_on_memory_allocate" })
	void eitherAllocatorWillDo(String allocator) {
		run(start(wat(reader().allocatorNamed(allocator).toString()), spec()));
		assertThat(this.services.lines).containsExactly(OK, "00010000", "00000001");
	}

	@Test
	void mallocIsPreferred() {
		WatGuest guest = reader()
			.with("(func (export \"proxy_on_memory_allocate\") (param i32) (result i32) unreachable)");
		run(start(wat(guest.toString()), spec()));
		assertThat(this.services.lines).containsExactly(OK, "00010000", "00000001");
	}

	@Test
	void moduleWithoutAllocatorIsRefused() {
		assertThatExceptionOfType(PluginStartException.class)
			.isThrownBy(() -> tryToStart(wat(reader().allocator("").toString()), spec()))
			.withMessageContaining("allocator");
	}

	@ParameterizedTest
	@CsvSource({ "0, " + INVALID_MEMORY_ACCESS, "0x1ffff0, " + INVALID_MEMORY_ACCESS,
			"0xffffffff, " + INVALID_MEMORY_ACCESS })
	void pointerThatCannotBeUsedIsAStatusAndNoTrap(String pointer, String status) {
		WatGuest guest = reader()
			.allocator("(func (export \"malloc\") (param i32) (result i32) (i32.const " + pointer + "))");
		run(start(wat(guest.toString()), spec()));
		assertThat(this.services.lines).containsExactly(status, OK, OK);
		assertThat(this.decisions).containsExactly(Decision.Continue.INSTANCE);
	}

	@Test
	void memoryMayGrowWhileItIsAllocated() {
		WatGuest guest = reader().allocator("""
				(func (export "malloc") (param i32) (result i32)
				  (i32.mul (memory.grow (i32.const 40)) (i32.const 65536)))
				""").onResponseHeaders("(call $say (i32.load8_u (i32.load (i32.const 40))))");
		Plugin plugin = start(wat(guest.toString()), spec());
		var stream = plugin.openStream(exchange(), 0);
		stream.requestHeaders(true, this.decisions::add);
		stream.responseHeaders(true, this.decisions::add);
		stream.end();
		assertThat(this.services.lines).containsExactly(OK, "00020000", "00000001", "0000002f");
	}

	@Test
	void allocatorThatCallsTheHostEndsTheVm() {
		WatGuest guest = reader().allocator("""
				(func (export "malloc") (param i32) (result i32)
				  (call $header (i32.const 0) (i32.const 32) (i32.const 5) (i32.const 40) (i32.const 44)))
				""");
		run(start(wat(guest.toString()), spec()));
		assertThat(status(lastDecision())).isEqualTo(503);
	}

	@Test
	void pollOneoffAnswersAtOnceWithNoEvents() {
		WatGuest guest = new WatGuest()
			.function("wasi_snapshot_preview1.poll_oneoff", "$poll", "(param i32 i32 i32 i32) (result i32)")
			.onRequestHeaders("""
					(i32.store (i32.const 40) (i32.const 7))
					(call $say (call $poll (i32.const 64) (i32.const 96) (i32.const 1) (i32.const 40)))
					(call $say (i32.load (i32.const 40)))
					""");
		run(start(wat(guest.toString()), spec()));
		assertThat(this.services.lines).containsExactly(OK, OK);
	}

	@ParameterizedTest
	@ValueSource(strings = { "wasi_unstable", "wasi_snapshot_preview1" })
	void wasiIsThereUnderBothNames(String module) {
		WatGuest guest = new WatGuest().function(module + ".fd_write", "$write", "(param i32 i32 i32 i32) (result i32)")
			.function(module + ".fd_prestat_get", "$prestat", "(param i32 i32) (result i32)")
			.with("(data (i32.const 64) \"to the log\\n\")")
			.onRequestHeaders("""
					(i32.store (i32.const 40) (i32.const 64)) (i32.store (i32.const 44) (i32.const 11))
					(call $say (call $write (i32.const 1) (i32.const 40) (i32.const 1) (i32.const 48)))
					(call $say (call $prestat (i32.const 3) (i32.const 48)))
					""");
		run(start(wat(guest.toString()), spec()));
		assertThat(this.services.lines).containsExactly("to the log", OK, "00000008");
	}

	@Test
	void assemblyScriptIsSetUpByItsStartSection() {
		Plugin plugin = start("headers_as_solo", spec().rootId("headers_as_solo").configuration(bytes("solo")));
		assertThat(run(plugin).requestHeaders.get("x-as-solo")).isEqualTo("solo");
	}

	@Test
	void startSectionMayCallTheHost() {
		WatGuest guest = new WatGuest()
			.function("env.proxy_get_buffer_bytes", "$buffer", "(param i32 i32 i32 i32 i32) (result i32)")
			.function("env.proxy_get_current_time_nanoseconds", "$time", "(param i32) (result i32)")
			.function("env.proxy_set_tick_period_milliseconds", "$tick", "(param i32) (result i32)")
			.with("""
					(func $start
					  (call $say (call $time (i32.const 48)))
					  (call $say (call $tick (i32.const 1)))
					  (call $say (call $buffer (i32.const 6) (i32.const 0) (i32.const 9) (i32.const 40) (i32.const 44))))
					(start $start)
					""")
			.onRequestHeaders("");
		start(wat(guest.toString()), spec());
		// Once in the VM of the trial run, once in the VM that serves.
		assertThat(this.services.lines).containsExactly(OK, "00000002", OK, OK, "00000002", OK);
	}

	@Test
	void initializeAndMainGoBeforeStart() {
		start(wat(new WatGuest().export("_initialize", "(call $say (i32.const 1))")
			.export("main", "(param i32 i32) (result i32) (call $say (i32.const 2)) (i32.const 0)")
			.export("_start", "unreachable")
			.onRequestHeaders("")
			.toString()), spec());
		assertThat(this.services.lines).startsWith("00000001", "00000002");
	}

	@Test
	void startRunsWithoutInitialize() {
		start(wat(new WatGuest().export("_start", "(call $say (i32.const 1))").onRequestHeaders("").toString()),
				spec());
		assertThat(this.services.lines).startsWith("00000001");
	}

}
