package io.gatewaywasm.host.plugin;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

import io.gatewaywasm.host.abi.FunctionImport;
import io.gatewaywasm.host.abi.FunctionSignature;
import io.gatewaywasm.host.abi.GuestMemory;
import io.gatewaywasm.host.abi.GuestMemoryException;
import io.gatewaywasm.host.abi.HostFunction;
import io.gatewaywasm.host.engine.CompilationReport;
import io.gatewaywasm.host.engine.CompiledModule;
import io.gatewaywasm.host.engine.GuestFunction;
import io.gatewaywasm.host.engine.Linker;
import io.gatewaywasm.host.engine.ModuleBytes;
import io.gatewaywasm.host.engine.ModuleException;
import io.gatewaywasm.host.engine.ModuleInstance;
import io.gatewaywasm.host.engine.PrecompiledModule;
import io.gatewaywasm.host.engine.WasmEngine;
import io.gatewaywasm.host.fixture.FakeExchange;
import io.gatewaywasm.host.fixture.TestServices;
import io.gatewaywasm.host.limits.MemoryBudget;
import io.gatewaywasm.host.spi.Decision;
import io.gatewaywasm.host.spi.FilterStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Runs a stream on an engine whose guest is Java code, to show that the host needs no
 * more than the interfaces.
 */
class SecondEngineTests {

	private static final FunctionSignature REPLY = new FunctionSignature(
			List.of("i32", "i32", "i32", "i32", "i32", "i32", "i32", "i32"), List.of("i32"));

	private static final FunctionImport SEND_LOCAL_RESPONSE = new FunctionImport("env", "proxy_send_local_response",
			REPLY);

	private final TestServices services = new TestServices();

	@AfterEach
	void close() {
		this.services.close();
	}

	@Test
	void streamRunsOnAnotherEngine() throws Exception {
		List<Decision> decisions = new ArrayList<>();
		CompiledModule module = new FakeEngine().compile(new byte[0]);
		try (Plugin plugin = new WasmHost(this.services).start(PluginSpec.builder("fake").build(), module)) {
			FilterStream stream = plugin.openStream(new FakeExchange(Runnable::run), 0);
			stream.requestHeaders(true, decisions::add);
			stream.end();
		}
		assertThat(this.services.failures).isEmpty();
		assertThat(decisions).singleElement()
			.isInstanceOfSatisfying(Decision.Respond.class,
					(local) -> assertThat(local.response().status()).isEqualTo(418));
	}

	@Test
	void engineThatCannotCompileAtBuildTimeSaysSo() {
		assertThatExceptionOfType(ModuleException.class).isThrownBy(() -> precompile(new FakeEngine()))
			.withMessage("Fake cannot compile modules at build time.");
	}

	private static PrecompiledModule precompile(WasmEngine engine) throws ModuleException {
		return engine.precompile(new byte[0]);
	}

	private static final class FakeEngine implements WasmEngine {

		@Override
		public CompiledModule compile(ModuleBytes module) {
			return new FakeModule();
		}

		@Override
		public String description() {
			return "Fake";
		}

	}

	private static final class FakeModule implements CompiledModule {

		@Override
		public String sha256() {
			return HexFormat.of().formatHex(new byte[32]);
		}

		@Override
		public int size() {
			return 0;
		}

		@Override
		public List<FunctionImport> imports() {
			return List.of(SEND_LOCAL_RESPONSE);
		}

		@Override
		public Map<String, FunctionSignature> exports() {
			FunctionSignature create = new FunctionSignature(List.of("i32", "i32"), List.of());
			return Map.of("proxy_abi_version_0_2_1", new FunctionSignature(List.of(), List.of()), "malloc",
					new FunctionSignature(List.of("i32"), List.of("i32")), "proxy_on_context_create", create,
					"proxy_on_request_headers", new FunctionSignature(List.of("i32", "i32", "i32"), List.of("i32")));
		}

		@Override
		public long initialMemory() {
			return FakeMemory.SIZE;
		}

		@Override
		public CompilationReport report() {
			return new CompilationReport(Duration.ZERO, false, 4, 0, 0);
		}

		@Override
		public ModuleInstance instantiate(Linker linker, long maximumMemory, boolean restorable, MemoryBudget budget) {
			return new FakeInstance(linker.link(SEND_LOCAL_RESPONSE));
		}

		@Override
		public @Nullable String restoreObstacle() {
			return null;
		}

	}

	private static final class FakeInstance implements ModuleInstance {

		private final FakeMemory memory = new FakeMemory();

		private final HostFunction reply;

		FakeInstance(HostFunction reply) {
			this.reply = reply;
		}

		@Override
		public GuestMemory memory() {
			return this.memory;
		}

		@Override
		public @Nullable GuestFunction function(String name) {
			return switch (name) {
				case "malloc" -> (arguments) -> 1024;
				case "proxy_on_request_headers" -> (arguments) -> {
					byte[] body = "short and stout".getBytes(StandardCharsets.UTF_8);
					this.memory.write(0, body);
					return this.reply.call(this.memory, new long[] { 418, 0, 0, 0, body.length, 0, 0, -1 });
				};
				case "proxy_on_context_create" -> (arguments) -> 0;
				default -> null;
			};
		}

		@Override
		public void close() {
		}

		@Override
		public void capture() {
		}

		@Override
		public void restore() {
		}

	}

	private static final class FakeMemory implements GuestMemory {

		private static final int SIZE = 65_536;

		private final ByteBuffer bytes = ByteBuffer.allocate(SIZE).order(ByteOrder.LITTLE_ENDIAN);

		@Override
		public long size() {
			return SIZE;
		}

		@Override
		public byte[] read(int pointer, int length) {
			check(pointer, length);
			return Arrays.copyOfRange(this.bytes.array(), pointer, pointer + length);
		}

		@Override
		public void write(int pointer, byte[] source, int offset, int length) {
			check(pointer, length);
			System.arraycopy(source, offset, this.bytes.array(), pointer, length);
		}

		@Override
		public int readInt(int pointer) {
			check(pointer, Integer.BYTES);
			return this.bytes.getInt(pointer);
		}

		@Override
		public void writeInt(int pointer, int value) {
			check(pointer, Integer.BYTES);
			this.bytes.putInt(pointer, value);
		}

		@Override
		public void writeLong(int pointer, long value) {
			check(pointer, Long.BYTES);
			this.bytes.putLong(pointer, value);
		}

		@Override
		public void writeByte(int pointer, byte value) {
			check(pointer, Byte.BYTES);
			this.bytes.put(pointer, value);
		}

		@Override
		public void check(int pointer, int length) {
			if (Integer.toUnsignedLong(pointer) + Integer.toUnsignedLong(length) > SIZE) {
				throw GuestMemoryException.INSTANCE;
			}
		}

	}

}
