package io.gatewaywasm.host.plugin;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

import io.gatewaywasm.host.engine.CompiledModule;
import io.gatewaywasm.host.engine.EngineOptions;
import io.gatewaywasm.host.engine.ModuleException;
import io.gatewaywasm.host.engine.WasmEngine;
import io.gatewaywasm.host.fixture.FakeExchange;
import io.gatewaywasm.host.fixture.GuestBinary;
import io.gatewaywasm.host.limits.PluginLimits;
import io.gatewaywasm.host.spi.Decision;
import io.gatewaywasm.host.spi.FilterStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static io.gatewaywasm.host.fixture.GuestBinary.DROP;
import static io.gatewaywasm.host.fixture.GuestBinary.END;
import static io.gatewaywasm.host.fixture.GuestBinary.I32;
import static io.gatewaywasm.host.fixture.GuestBinary.LOOP;
import static io.gatewaywasm.host.fixture.GuestBinary.bytes;
import static io.gatewaywasm.host.fixture.GuestBinary.i32;
import static io.gatewaywasm.host.fixture.GuestBinary.memoryFill;
import static io.gatewaywasm.host.fixture.GuestBinary.repeat;
import static io.gatewaywasm.host.fixture.GuestBinary.skippedAndTooLarge;
import static io.gatewaywasm.host.fixture.GuestBinary.unsigned;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Tests for guests that use much CPU time without a loop or a call, in sequences of
 * long-running instructions. Without a limit each of them would run for many seconds.
 */
class LongInstructionTests extends AbstractHostTests {

	private static final int MEBIBYTE = 1 << 20;

	private static final int PAGES = 512;

	private static final int SIZE = 32 * MEBIBYTE;

	/** The maximum that fits into a JVM method. */
	private static final int ROW = 3500;

	private static final int ELEMENTS = 1_000_000;

	private static final byte[] NULL_FUNCTION = bytes(0xd0, 0x70);

	/**
	 * Many times the limits below, and a fraction of the time that the guests would use.
	 */
	private static final Duration BOUND = Duration.ofSeconds(2);

	@ParameterizedTest(name = "{0}")
	@MethodSource
	void callbackIsStopped(String name, byte[] wasm) throws Exception {
		try (Plugin plugin = this.host.start(spec(), compile(wasm))) {
			List<Decision> decisions = new CopyOnWriteArrayList<>();
			FilterStream stream = plugin.openStream(new FakeExchange(Runnable::run), 0);
			long before = cpuNanos();
			stream.requestHeaders(true, decisions::add);
			assertThat(Duration.ofNanos(cpuNanos() - before)).isLessThan(BOUND);
			stream.end();
			assertThat(decisions).singleElement()
				.isInstanceOfSatisfying(Decision.Respond.class,
						(local) -> assertThat(local.response().status()).isEqualTo(503));
			assertThat(this.services.failures).containsExactly("timeout");
		}
	}

	static Stream<Arguments> callbackIsStopped() {
		return Stream.of(arguments("memory.fill", guest(repeat(ROW, memoryFill(0, SIZE)))),
				arguments("memory.copy to a lower address", guest(repeat(ROW, copy(0, 1, SIZE - 1)))),
				arguments("memory.copy to a higher address", guest(repeat(ROW, copy(1, 0, SIZE - 1)))),
				arguments("memory.grow", guest(repeat(ROW, i32(1), 0x40, 0, DROP))),
				arguments("table.fill", guest(repeat(ROW, i32(0), NULL_FUNCTION, i32(ELEMENTS), 0xfc, 17, 0))),
				arguments("table.copy", guest(repeat(ROW, i32(0), i32(1), i32(ELEMENTS - 1), 0xfc, 14, 0, 0))),
				arguments("table.init", guest(repeat(ROW, i32(0), i32(0), i32(100_000), 0xfc, 12, 0, 0))),
				arguments("table.grow", guest(repeat(ROW, NULL_FUNCTION, i32(1), 0xfc, 15, 0, DROP))),
				arguments("memory.fill in the interpreter",
						guest(bytes(skippedAndTooLarge(), repeat(ROW, memoryFill(0, SIZE))))),
				arguments("loop of br_table in the interpreter",
						guest(bytes(skippedAndTooLarge(), LOOP, 0x40, i32(0), 0x0e, 1, 0, 0, END))));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource
	void startIsStopped(String name, GuestBinary module) throws Exception {
		CompiledModule compiled = compile(module.toByteArray());
		long before = cpuNanos();
		assertThatExceptionOfType(PluginStartException.class).isThrownBy(() -> this.host.start(spec(), compiled))
			.withMessageMatching("(?s).*(did not return within|used more than) PT0\\.2S.*");
		assertThat(Duration.ofNanos(cpuNanos() - before)).isLessThan(BOUND);
	}

	static Stream<Arguments> startIsStopped() {
		return Stream
			.of("start section", "_initialize", "_start", "proxy_on_vm_start", "proxy_on_configure",
					"proxy_on_context_create")
			.map((name) -> arguments(name, starting(name)));
	}

	@Test
	void reloadIsStopped() throws Exception {
		byte[] good = guest();
		CompiledModule bad = compile(starting("proxy_on_configure").toByteArray());
		try (Plugin plugin = this.host.start(spec(), compile(good))) {
			long before = cpuNanos();
			assertThatExceptionOfType(PluginStartException.class).isThrownBy(() -> plugin.reload(spec(), bad));
			assertThat(Duration.ofNanos(cpuNanos() - before)).isLessThan(BOUND);
			assertThat(plugin.status().generation()).isEqualTo(1);
		}
	}

	/** Returns a module in which a function that runs at the start takes long. */
	private static GuestBinary starting(String name) {
		byte[] body = repeat(ROW, memoryFill(0, SIZE));
		GuestBinary module = new GuestBinary().memory(PAGES);
		switch (name) {
			case "start section" -> module.start(module.function(new int[0], new int[0], null, body));
			case "_initialize", "_start" -> module.function(new int[0], new int[0], name, body);
			case "proxy_on_context_create" -> module.function(new int[] { I32, I32 }, new int[0], name, body);
			default -> module.function(new int[] { I32, I32 }, new int[] { I32 }, name, body, i32(1));
		}
		return module;
	}

	private static byte[] guest(Object... body) {
		return new GuestBinary().memory(PAGES)
			.table(ELEMENTS)
			.element(1, 0, unsigned(100_000), repeat(100_000, 0))
			.onRequestHeaders(body)
			.toByteArray();
	}

	private static byte[] copy(int to, int from, int size) {
		return bytes(i32(to), i32(from), i32(size), 0xfc, 10, 0, 0);
	}

	private static PluginSpec spec() {
		PluginLimits limits = PluginLimits.builder()
			.vm((vm) -> vm.callbackTimeout(Duration.ofMillis(100))
				.startTimeout(Duration.ofMillis(200))
				.memory(3 * SIZE))
			.build();
		return PluginSpec.builder("hostile").limits(limits).build();
	}

	private static CompiledModule compile(byte[] wasm) throws ModuleException {
		return WasmEngine.create(EngineOptions.defaults()).compile(wasm);
	}

	private static long cpuNanos() {
		return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
	}

}
