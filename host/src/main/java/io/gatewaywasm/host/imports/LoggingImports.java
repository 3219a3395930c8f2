package io.gatewaywasm.host.imports;

import io.gatewaywasm.host.abi.GuestMemory;
import io.gatewaywasm.host.abi.LogLevel;
import io.gatewaywasm.host.abi.Status;

/**
 * The functions of the section "Logging" of the specification.
 */
final class LoggingImports {

	static final ImportArea<LoggingImports> AREA = ImportArea.unrestricted("Logging", LoggingImports::new, "env")
		.function("proxy_log", AbiVersion.V0_1_0, "iii", LoggingImports::log)
		.function("proxy_get_log_level", AbiVersion.V0_2_1, "i", LoggingImports::getLogLevel);

	private static final int MAXIMUM_MESSAGE = 1024 * 1024;

	private final HostLog host;

	private LoggingImports(Guest guest) {
		this.host = guest.host().log();
	}

	private Status log(GuestMemory memory, long[] arguments) {
		LogLevel level = LogLevel.of((int) arguments[0]);
		if (level == null) {
			return Status.BAD_ARGUMENT;
		}
		if (this.host.isLogEnabled(level)) {
			this.host.log(level, message(memory, (int) arguments[1], (int) arguments[2]));
		}
		else {
			// Check the message even if the level is disabled, so that the status does
			// not depend on the level.
			memory.check((int) arguments[1], (int) arguments[2]);
		}
		return Status.OK;
	}

	/** Reads a message, and truncates it if it is very long. */
	private static String message(GuestMemory memory, int pointer, int length) {
		memory.check(pointer, length);
		int taken = (int) Math.min(Integer.toUnsignedLong(length), MAXIMUM_MESSAGE);
		return Guest.utf8(memory, pointer, taken);
	}

	private Status getLogLevel(GuestMemory memory, long[] arguments) {
		memory.writeInt((int) arguments[0], this.host.logLevel().code());
		return Status.OK;
	}

}
