package io.gatewaywasm.host.imports;

import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;

import io.gatewaywasm.host.abi.BufferType;
import io.gatewaywasm.host.abi.HeaderList;
import io.gatewaywasm.host.abi.FunctionImport;
import io.gatewaywasm.host.abi.MapType;
import io.gatewaywasm.host.abi.Status;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that every host function withstands invalid arguments.
 */
class InvalidPointerTests {

	private static final Set<String> WITHOUT_POINTERS = Set.of("proxy_set_tick_period_milliseconds",
			"proxy_set_effective_context", "proxy_done", "proxy_continue_stream", "proxy_close_stream",
			"proxy_continue_request", "proxy_continue_response", "proxy_clear_route_cache", "proxy_grpc_cancel",
			"proxy_grpc_close", "proxy_increment_metric", "proxy_record_metric");

	private static final Set<String> STARTING_WITH_A_TYPE = Set.of("proxy_log", "proxy_get_buffer_bytes",
			"proxy_get_buffer_status", "proxy_set_buffer_bytes", "proxy_define_metric");

	private final FakeGuest guest = new FakeGuest();

	static Stream<ImportedFunction> functionsWithPointers() {
		return functions().filter((function) -> function.implemented() && function.name().startsWith("proxy_"))
			.filter((function) -> !WITHOUT_POINTERS.contains(function.name()));
	}

	static Stream<ImportedFunction> functions() {
		return ImportTable.functions()
			.stream()
			.filter((function) -> !function.name().equals("proc_exit") && !function.name().equals("abort"));
	}

	private long call(ImportedFunction function, long... arguments) {
		return this.guest.table.link(new FunctionImport(function.module(), function.name(), function.signature()))
			.call(this.guest.memory, arguments);
	}

	private void fill() {
		for (BufferType type : BufferType.values()) {
			this.guest.host.buffers.put(type, new FakeBuffer("0123456789"));
		}
		for (MapType type : MapType.values()) {
			this.guest.host.headers.put(type, HeaderList.of("a", "b"));
			this.guest.host.mutableHeaders.put(type, HeaderList.of("a", "b"));
		}
	}

	/** The memory of a guest counts against the limit; copies of it do not. */
	@ParameterizedTest
	@MethodSource("functions")
	void noFunctionCopiesMoreThanIsSensible(ImportedFunction function) {
		fill();
		int length = 20 << 20;
		FakeMemory large = new FakeMemory(3 * length) {

			@Override
			public byte[] read(int pointer, int size) {
				assertThat(size).isLessThanOrEqualTo(Guest.MAXIMUM_BYTES);
				return super.read(pointer, size);
			}

		};
		long[] arguments = new long[function.signature().parameters().size()];
		Arrays.fill(arguments, length);
		if (STARTING_WITH_A_TYPE.contains(function.name()) || function.name().contains("header_map")
				|| function.name().startsWith("fd_")) {
			arguments[0] = 1;
		}
		this.guest.table.link(new FunctionImport(function.module(), function.name(), function.signature()))
			.call(large, arguments);
		assertThat(this.guest.host.calls).allMatch((call) -> call.length() < 2 << 20);
	}

	@ParameterizedTest
	@MethodSource("functions")
	void noArgumentsMakeAFunctionThrowOrLeaveTheMemory(ImportedFunction function) {
		fill();
		long[] interesting = { 0, 1, 2, 3, 8, 1000, 0x7FFF_FFFF, 0x8000_0000L, 0xFFFF_FFF0L, 0xFFFF_FFFFL, -1L };
		Random random = new Random(function.qualifiedName().hashCode());
		int count = function.signature().parameters().size();
		for (int i = 0; i < 2000; i++) {
			long[] arguments = random.longs(count, 0, interesting.length)
				.map((index) -> interesting[(int) index])
				.toArray();
			long result = call(function, arguments);
			assertThat(result).as(Arrays.toString(arguments)).isBetween(0L, 58L);
			this.guest.host.next = 32 * 1024;
		}
	}

	@ParameterizedTest
	@MethodSource("functionsWithPointers")
	void pointersOutsideTheMemoryHaveNoEffect(ImportedFunction function) {
		fill();
		byte[] before = this.guest.memory.snapshot();
		long[] arguments = new long[function.signature().parameters().size()];
		Arrays.fill(arguments, FakeGuest.OUTSIDE);
		if (STARTING_WITH_A_TYPE.contains(function.name()) || function.name().contains("_map_")) {
			arguments[0] = 0;
		}
		assertThat(call(function, arguments)).isEqualTo(Status.INVALID_MEMORY_ACCESS.code());
		assertThat(this.guest.host.calls).isEmpty();
		assertThat(this.guest.host.allocations).isZero();
		assertThat(this.guest.memory.snapshot()).isEqualTo(before);
	}

}
