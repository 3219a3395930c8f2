package io.gatewaywasm.host.imports;

import java.nio.charset.StandardCharsets;
import java.util.List;

import io.gatewaywasm.host.abi.GuestExitException;
import io.gatewaywasm.host.abi.GuestMemory;

/**
 * The WASI functions that are implemented: environment variables, clocks, random numbers
 * and the end of the process. The list of command line arguments is empty. Polling
 * returns immediately, which the Go runtime relies on.
 */
final class WasiImports {

	static final String[] MODULES = { "wasi_snapshot_preview1", "wasi_unstable" };

	static final ImportArea<WasiImports> AREA = ImportArea.unrestricted("WASI", WasiImports::new, MODULES)
		.plain("args_get", "ii", WasiImports::argsGet)
		.plain("args_sizes_get", "ii", WasiImports::argsSizesGet)
		.plain("environ_get", "ii", WasiImports::environGet)
		.plain("environ_sizes_get", "ii", WasiImports::environSizesGet)
		.plain("clock_res_get", "ii", WasiImports::clockResGet)
		.plain("clock_time_get", "ili", WasiImports::clockTimeGet)
		.plain("poll_oneoff", "iiii", WasiImports::pollOneoff)
		.action("proc_exit", "i", WasiImports::procExit)
		.plain("random_get", "ii", WasiImports::randomGet)
		.plain("sched_yield", "", (wasi, memory, arguments) -> Errno.SUCCESS);

	private static final int REALTIME = 0;

	private static final int MONOTONIC = 1;

	private static final int MAXIMUM_RANDOM = 64 * 1024;

	private final HostClock clock;

	private final HostProcess process;

	private final OutputLines output;

	private WasiImports(Guest guest) {
		this.clock = guest.host().clock();
		this.process = guest.host().process();
		this.output = guest.output();
	}

	private int argsGet(GuestMemory memory, long[] arguments) {
		return Errno.SUCCESS;
	}

	private int argsSizesGet(GuestMemory memory, long[] arguments) {
		Guest.checkInts(memory, arguments[0], arguments[1]);
		memory.writeInt((int) arguments[0], 0);
		memory.writeInt((int) arguments[1], 0);
		return Errno.SUCCESS;
	}

	private int environGet(GuestMemory memory, long[] arguments) {
		int array = (int) arguments[0];
		int buffer = (int) arguments[1];
		List<byte[]> variables = variables();
		memory.check(array, Integer.BYTES * variables.size());
		memory.check(buffer, size(variables));
		for (byte[] variable : variables) {
			memory.writeInt(array, buffer);
			memory.write(buffer, variable);
			array += Integer.BYTES;
			buffer += variable.length;
		}
		return Errno.SUCCESS;
	}

	private int environSizesGet(GuestMemory memory, long[] arguments) {
		Guest.checkInts(memory, arguments[0], arguments[1]);
		List<byte[]> variables = variables();
		memory.writeInt((int) arguments[0], variables.size());
		memory.writeInt((int) arguments[1], size(variables));
		return Errno.SUCCESS;
	}

	private int clockResGet(GuestMemory memory, long[] arguments) {
		int clock = (int) arguments[0];
		if (clock != REALTIME && clock != MONOTONIC) {
			return Errno.NOTSUP;
		}
		memory.writeLong((int) arguments[1], 1);
		return Errno.SUCCESS;
	}

	private int clockTimeGet(GuestMemory memory, long[] arguments) {
		int clock = (int) arguments[0];
		if (clock != REALTIME && clock != MONOTONIC) {
			return Errno.NOTSUP;
		}
		memory.writeLong((int) arguments[2],
				(clock == REALTIME) ? this.clock.currentTimeNanos() : this.clock.monotonicTimeNanos());
		return Errno.SUCCESS;
	}

	private int pollOneoff(GuestMemory memory, long[] arguments) {
		memory.writeInt((int) arguments[3], 0);
		return Errno.SUCCESS;
	}

	private int procExit(GuestMemory memory, long[] arguments) {
		this.output.flush();
		throw new GuestExitException((int) arguments[0]);
	}

	private int randomGet(GuestMemory memory, long[] arguments) {
		int length = (int) arguments[1];
		if (length < 0 || length > MAXIMUM_RANDOM) {
			return Errno.INVAL;
		}
		if (length == 0) {
			return Errno.SUCCESS;
		}
		memory.check((int) arguments[0], length);
		byte[] random = new byte[length];
		this.process.random(random);
		memory.write((int) arguments[0], random);
		return Errno.SUCCESS;
	}

	private List<byte[]> variables() {
		return this.process.environment()
			.entrySet()
			.stream()
			.map((variable) -> variable.getKey() + "=" + variable.getValue() + "\0")
			.map((variable) -> variable.getBytes(StandardCharsets.UTF_8))
			.toList();
	}

	private static int size(List<byte[]> variables) {
		return variables.stream().mapToInt((variable) -> variable.length).sum();
	}

}
