package io.gatewaywasm.host.plugin;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static io.gatewaywasm.host.fixture.GuestBinary.BLOCK;
import static io.gatewaywasm.host.fixture.GuestBinary.DROP;
import static io.gatewaywasm.host.fixture.GuestBinary.END;
import static io.gatewaywasm.host.fixture.GuestBinary.EXNREF;
import static io.gatewaywasm.host.fixture.GuestBinary.I32;
import static io.gatewaywasm.host.fixture.GuestBinary.I64;
import static io.gatewaywasm.host.fixture.GuestBinary.bytes;
import static io.gatewaywasm.host.fixture.GuestBinary.call;
import static io.gatewaywasm.host.fixture.GuestBinary.i32;
import static io.gatewaywasm.host.fixture.GuestBinary.i64;
import static io.gatewaywasm.host.fixture.GuestBinary.repeat;
import static io.gatewaywasm.host.fixture.GuestBinary.skippedAndTooLarge;
import static io.gatewaywasm.host.fixture.GuestBinary.unsigned;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Tests that modules which use WebAssembly proposals are accepted or refused as {@code
 * docs/abi.md} lists them.
 */
class ProposalTests extends AbstractHostTests {

	private static final int[] NONE = {};

	private static final String GARBAGE_COLLECTION = "garbage collection proposal";

	@ParameterizedTest(name = "{0}")
	@MethodSource
	void unsupportedFeatureIsRefused(String name, GuestBinary module, String reason) {
		assertThatExceptionOfType(ModuleException.class).isThrownBy(() -> compile(module))
			.withMessageContaining(reason);
	}

	static Stream<Arguments> unsupportedFeatureIsRefused() {
		return Stream.of(
				arguments("garbage collection: a struct type", with((module) -> module.type(0x5f, 1, I32, 1)),
						GARBAGE_COLLECTION),
				arguments("garbage collection: an array type", with((module) -> module.type(0x5e, I64, 1)),
						GARBAGE_COLLECTION),
				arguments("garbage collection: an array of 100 MB in a global", with((module) -> {
					int array = module.type(0x5e, I64, 1);
					module.global(0x63, array, 0, i32(13_000_000), 0xfb, 7, array, END);
				}), GARBAGE_COLLECTION),
				arguments("garbage collection: i31 in a global",
						with((module) -> module.global(0x6c, 0, i32(1), 0xfb, 28, END)), GARBAGE_COLLECTION),
				arguments("garbage collection: i31 as the initial value of a table",
						with((module) -> module.table(0x40, 0, 0x6c, 0, 5, i32(1), 0xfb, 28, END)), GARBAGE_COLLECTION),
				arguments("garbage collection: i31 in an element segment",
						with((module) -> module.element(5, 0x6c, 1, i32(1), 0xfb, 28, END)), GARBAGE_COLLECTION),
				arguments("garbage collection: a type with subtypes",
						with((module) -> module.type(0x50, 0, 0x60, 0, 0)), GARBAGE_COLLECTION),
				arguments("garbage collection: ref.test", guest(0xd0, 0x6e, 0xfb, 20, 0x6e, DROP), GARBAGE_COLLECTION),
				arguments("garbage collection: ref.eq", guest(0xd0, 0x6d, 0xd0, 0x6d, 0xd3, DROP), GARBAGE_COLLECTION),
				arguments("garbage collection: i31 in a function", guest(i32(1), 0xfb, 28, DROP), GARBAGE_COLLECTION),
				arguments("SIMD", guest(0xfd, 12, new byte[16], DROP), "V128_CONST"),
				arguments("relaxed SIMD",
						guest(0xfd, 12, new byte[16], 0xfd, 12, new byte[16], 0xfd, unsigned(0x100), DROP),
						"The module is invalid"),
				arguments("threads: shared memory", new GuestBinary().memory(3, 1, 1).onRequestHeaders(),
						"shared between threads"),
				arguments("multi-memory", new GuestBinary().memory(1).memory(1).onRequestHeaders(), "2 memories"),
				arguments("memory64", new GuestBinary().memory(4, 1).onRequestHeaders(), "invalid memory limit: 4"),
				arguments("memory64: a table", with((module) -> module.table(0x70, 4, 1)), "The module is invalid"),
				arguments("custom page sizes", new GuestBinary().memory(8, 1, 0).onRequestHeaders(),
						"invalid memory limit: 8"),
				arguments("legacy exceptions", guest(0x06, 0x40, 0x19, END), "in function 2, the instruction 0x06"),
				arguments("exceptions: 1001 tags", with((module) -> tags(module, 1001, 0)), "1001 exception tags"),
				arguments("exceptions: 101 parameters", with((module) -> tags(module, 1, 101)),
						"101 parameters of one exception"),
				arguments("tail calls in the interpreter", with((module) -> {
					int next = module.nextFunction();
					module.function(NONE, NONE, null, skippedAndTooLarge(), 0x12, unsigned(next));
				}), "tail calls (return_call)"),
				arguments("multi-value: blocks with parameters in the interpreter", with((module) -> {
					// One i32 below the block, another below a jump out of it
					int type = module.type(new int[] { I32 }, NONE);
					module.function(NONE, new int[] { I32 }, null, skippedAndTooLarge(), i32(1), i32(2), 0x02,
							unsigned(type), i32(3), 0x0c, 0, END);
				}), "blocks with parameters (block)"),
				arguments("wide arithmetic", guest(i64(1), i64(1), i64(1), i64(1), 0xfc, 19, DROP, DROP),
						"in function 2, the instruction 0xfc13"),
				arguments("stack switching", with((module) -> module.type(0x5d, 0)), "the form 0x5d of type 2"));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource
	void supportedFeatureIsAccepted(String name, GuestBinary module) throws Exception {
		assertThat(request(module)).isEqualTo(Decision.Continue.INSTANCE);
		assertThat(this.services.failures).isEmpty();
	}

	static Stream<Arguments> supportedFeatureIsAccepted() {
		return Stream.of(arguments("sign extension", guest(i32(200), 0xc0, DROP)),
				arguments("saturating conversions", guest(0x43, new byte[4], 0xfc, 0, DROP)),
				arguments("multi-value", with((module) -> {
					int two = module.function(NONE, new int[] { I32, I64 }, null, i32(1), i64(2));
					module.onRequestHeaders(call(two), DROP, DROP);
				})), arguments("bulk memory", guest(i32(0), i32(7), i32(60_000), 0xfc, 11, 0)),
				arguments("reference types", with((module) -> {
					module.table(0x6f, 0, 1);
					module.onRequestHeaders(0xd0, 0x6f, i32(1000), 0xfc, 15, 0, DROP);
				})),
				arguments("extended constant expressions",
						with((module) -> module.global(I32, 0, i32(1), i32(2), 0x6a, END).onRequestHeaders())),
				arguments("typed function references", with((module) -> {
					int function = module.function(NONE, NONE, null);
					module.element(3, 0, 1, unsigned(function));
					module.onRequestHeaders(0xd2, unsigned(function), 0x14, unsigned(module.type(NONE, NONE)));
				})), arguments("tail calls", with((module) -> {
					int next = module.function(NONE, NONE, null);
					int caller = module.function(NONE, NONE, null, 0x12, unsigned(next));
					module.onRequestHeaders(call(caller));
				})), arguments("exceptions", with((module) -> {
					tags(module, 1, 1);
					module.onRequestHeaders(catching(i64(5), 0x08, 0));
				})), arguments("exceptions: 1000 tags of 100 parameters", with((module) -> {
					tags(module, 1000, 100);
					module.onRequestHeaders(catching(repeat(100, i64(5)), 0x08, unsigned(999)));
				})), arguments("threads: atomic instructions", guest(i32(8), i32(1), 0xfe, 0x1e, 2, 0, DROP)),
				arguments("branch hinting", guest().custom("metadata.code.branch_hint")));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource
	void costsItsStreamAndItsVm(String name, GuestBinary module) throws Exception {
		assertThat(request(module)).isInstanceOfSatisfying(Decision.Respond.class,
				(local) -> assertThat(local.response().status()).isEqualTo(503));
		assertThat(this.services.failures).hasSize(1);
	}

	static Stream<Arguments> costsItsStreamAndItsVm() {
		return Stream.of(
				arguments("threads: atomic wait, which would block the thread",
						guest(i32(8), i32(0), i64(-1), 0xfe, 1, 2, 0, DROP)),
				arguments("endless tail calls", with((module) -> {
					int next = module.nextFunction();
					module.function(NONE, NONE, null, 0x12, unsigned(next));
					module.onRequestHeaders(call(next));
				})), arguments("endless tail calls through a table", with((module) -> {
					int next = module.nextFunction();
					module.table(1).element(0, i32(0), END, 1, unsigned(next));
					module.function(NONE, NONE, null, i32(0), 0x13, unsigned(module.type(NONE, NONE)), 0);
					module.onRequestHeaders(call(next));
				})), arguments("endless recursion through a reference", with((module) -> {
					int next = module.nextFunction();
					module.element(3, 0, 1, unsigned(next));
					module.function(NONE, NONE, null, 0xd2, unsigned(next), 0x14, unsigned(module.type(NONE, NONE)));
					module.onRequestHeaders(call(next));
				})), arguments("endless recursion in a handler of exceptions", with((module) -> {
					tags(module, 1, 0);
					int next = module.nextFunction();
					module.function(NONE, NONE, null, catching(0x08, 0), call(next));
					module.onRequestHeaders(call(next));
				})), arguments("endless rethrowing", with((module) -> {
					tags(module, 1, 0);
					module.onRequestHeaders(0x03, 0x40, catching(0x08, 0), 0x0c, 0, END);
				})), arguments("null in place of an exception", guest(0xd0, 0x69, 0x0a)),
				arguments("exception that is not caught", with((module) -> {
					tags(module, 1, 0);
					module.onRequestHeaders(0x08, 0);
				})), arguments("growth of a table of external references", with((module) -> {
					module.table(0x6f, 0, 1);
					module.onRequestHeaders(0xd0, 0x6f, i32(1 << 21), 0xfc, 15, 0, i32(-1), 0x46, 0x04, 0x40, 0x00,
							END);
				})));
	}

	/** Code that ends with a throw and whose exception is caught by reference. */
	private static byte[] catching(Object... code) {
		return bytes(BLOCK, EXNREF, 0x1f, 0x40, 1, 3, 0, code, END, 0x00, END, DROP);
	}

	private static void tags(GuestBinary module, int tags, int parameters) {
		int[] types = new int[parameters];
		Arrays.fill(types, I64);
		int type = module.type(types, NONE);
		for (int i = 0; i < tags; i++) {
			module.tag(type);
		}
	}

	private static GuestBinary guest(Object... body) {
		return new GuestBinary().onRequestHeaders(body);
	}

	private static GuestBinary with(Consumer<GuestBinary> parts) {
		GuestBinary module = new GuestBinary();
		parts.accept(module);
		return module;
	}

	private Decision request(GuestBinary module) throws Exception {
		PluginLimits limits = PluginLimits.builder()
			.vm((vm) -> vm.callbackTimeout(Duration.ofMillis(500)).memory(16 << 20))
			.build();
		try (Plugin plugin = this.host.start(PluginSpec.builder("proposal").limits(limits).build(), compile(module))) {
			List<Decision> decisions = new CopyOnWriteArrayList<>();
			FilterStream stream = plugin.openStream(new FakeExchange(Runnable::run), 0);
			stream.requestHeaders(true, decisions::add);
			stream.end();
			assertThat(decisions).hasSize(1);
			return decisions.get(0);
		}
	}

	private static CompiledModule compile(GuestBinary module) throws ModuleException {
		return WasmEngine.create(EngineOptions.defaults()).compile(module.toByteArray());
	}

}
