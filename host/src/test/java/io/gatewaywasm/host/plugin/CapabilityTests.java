package io.gatewaywasm.host.plugin;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import com.dylibso.chicory.wabt.Wat2Wasm;
import io.gatewaywasm.host.abi.Status;
import io.gatewaywasm.host.engine.EngineOptions;
import io.gatewaywasm.host.engine.WasmEngine;
import io.gatewaywasm.host.fixture.FakeExchange;
import io.gatewaywasm.host.fixture.TestServices;
import io.gatewaywasm.host.imports.ImportTable;
import io.gatewaywasm.host.imports.ImportedFunction;
import io.gatewaywasm.host.spi.Decision;
import io.gatewaywasm.host.spi.FilterStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for plugins with restricted capabilities. The guest calls every function that can
 * be restricted, and traps unless the call returns the status for that.
 */
class CapabilityTests {

	private static final Set<String> CALLBACKS = Set.of("proxy_on_context_create", "proxy_on_request_headers");

	private static final int NOT_CAPABLE = 76;

	private final TestServices services = new TestServices();

	@AfterEach
	void close() {
		this.services.close();
	}

	@Test
	void everyFunctionThatIsNotAllowedReturnsTheStatusOfEnvoy() throws Exception {
		assertThat(restricted()).hasSizeGreaterThan(80);
		assertThat(decisions(CALLBACKS)).containsExactly(Decision.Continue.INSTANCE);
		assertThat(this.services.failures).isEmpty();
	}

	@Test
	void functionThatIsAllowedDoesNot() throws Exception {
		assertThat(decisions(Set.of("proxy_on_context_create", "proxy_on_request_headers", "sched_yield")))
			.singleElement()
			.isInstanceOf(Decision.Respond.class);
		assertThat(this.services.failures).containsExactly("trap");
	}

	@Test
	void callbackThatIsNotAllowedIsNotCalled() throws Exception {
		// One of the guest's functions is allowed, so the guest would trap in it.
		assertThat(decisions(Set.of("proxy_on_context_create", "sched_yield")))
			.containsExactly(Decision.Continue.INSTANCE);
		assertThat(this.services.failures).isEmpty();
	}

	private List<Decision> decisions(Set<String> capabilities) throws Exception {
		List<Decision> decisions = new ArrayList<>();
		try (Plugin plugin = new WasmHost(this.services).start(
				PluginSpec.builder("restricted").vm((vm) -> vm.withCapabilities(capabilities)).build(),
				WasmEngine.create(EngineOptions.defaults()).compile(Wat2Wasm.parse(guest())))) {
			FilterStream stream = plugin.openStream(new FakeExchange(Runnable::run), 0);
			stream.requestHeaders(true, decisions::add);
			stream.end();
		}
		return decisions;
	}

	private static List<ImportedFunction> restricted() {
		return ImportTable.functions()
			.stream()
			.filter((function) -> function.name().startsWith("proxy_") || function.module().startsWith("wasi"))
			.toList();
	}

	private static String guest() {
		List<ImportedFunction> functions = restricted();
		StringBuilder wat = new StringBuilder("(module\n");
		StringBuilder calls = new StringBuilder();
		for (int i = 0; i < functions.size(); i++) {
			ImportedFunction function = functions.get(i);
			List<String> parameters = function.signature().parameters();
			boolean answers = !function.signature().results().isEmpty();
			wat.append("(import \"%s\" \"%s\" (func $f%d (param %s)%s))\n".formatted(function.module(), function.name(),
					i, String.join(" ", parameters), answers ? " (result i32)" : ""));
			String call = "(call $f%d %s)".formatted(i,
					parameters.stream().map((type) -> "(%s.const 0)".formatted(type)).collect(Collectors.joining(" ")));
			int expected = function.name().startsWith("proxy_") ? Status.INTERNAL_FAILURE.code() : NOT_CAPABLE;
			calls.append(answers ? "(if (i32.ne %s (i32.const %d)) (then unreachable))\n".formatted(call, expected)
					: call + "\n");
		}
		return wat.append("""
				(memory (export "memory") 1)
				(func (export "malloc") (param i32) (result i32) (i32.const 4096))
				(func (export "proxy_abi_version_0_2_1"))
				(func (export "proxy_on_context_create") (param i32 i32))
				(func (export "proxy_on_request_headers") (param i32 i32 i32) (result i32)
				""").append(calls).append("(i32.const 0)))\n").toString();
	}

}
