package io.gatewaywasm.host.engine.chicory;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicReference;

import io.gatewaywasm.host.abi.HostFunction;
import io.gatewaywasm.host.engine.ModuleInstance;

/**
 * A guest in Rust with debug information, which traps in a known line. As a program, it
 * runs in the JVM that {@link DebugViewTests} debugs.
 */
final class DebuggedGuest {

	private DebuggedGuest() {
	}

	public static void main(String[] arguments) {
		call("divide");
	}

	/** Calls the guest with the header that chooses its trap. */
	static void call(String trap) {
		call(trap, () -> {
		});
	}

	/** Also runs an action in the host call by which the guest reads the header. */
	static void call(String trap, Runnable inHostCall) {
		AtomicReference<ModuleInstance> instance = new AtomicReference<>();
		HostFunction header = (memory, arguments) -> {
			inHostCall.run();
			byte[] value = trap.getBytes(StandardCharsets.UTF_8);
			int pointer = (int) TestModules.call(instance.get(), "proxy_on_memory_allocate", value.length);
			memory.write(pointer, value);
			memory.writeInt((int) arguments[3], pointer);
			memory.writeInt((int) arguments[4], value.length);
			return 0;
		};
		instance.set(TestModules.instance(TestModules.compile(TestModules.filter("traps_rust.wasm")),
				(functionImport) -> header));
		TestModules.call(instance.get(), "proxy_on_request_headers", 2, 1, 1);
	}

}
