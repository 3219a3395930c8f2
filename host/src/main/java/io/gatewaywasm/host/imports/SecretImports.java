package io.gatewaywasm.host.imports;

import java.util.function.BiFunction;

import io.gatewaywasm.host.abi.GuestMemory;
import io.gatewaywasm.host.abi.LogLevel;
import io.gatewaywasm.host.abi.Status;

/**
 * Secrets and variables, an extension of G-Core, with the names that its SDKs for
 * AssemblyScript and Rust use.
 */
final class SecretImports {

	static final ImportArea<SecretImports> AREA = ImportArea.of("Secrets", SecretImports::new)
		.function("proxy_get_secret", AbiVersion.V0_2_1, "iiii", SecretImports::secret)
		.function("proxy_secret_get", AbiVersion.V0_2_1, "iiii", SecretImports::secret)
		.function("proxy_get_effective_at_secret", AbiVersion.V0_2_1, "iiiii", SecretImports::secretAt)
		.function("proxy_secret_get_effective_at", AbiVersion.V0_2_1, "iiiii", SecretImports::secretAt)
		.function("proxy_dictionary_get", AbiVersion.V0_2_1, "iiii", SecretImports::variable)
		.function("stats_set_user_diag", AbiVersion.V0_2_1, "ii", SecretImports::diagnostics);

	private final Guest guest;

	private SecretImports(Guest guest) {
		this.guest = guest;
	}

	private Status secret(GuestMemory memory, long[] arguments) {
		return give(memory, arguments, 2, HostSecrets::secret);
	}

	/**
	 * Returns the current value of a secret. Older values are not kept, so the time is
	 * ignored.
	 */
	private Status secretAt(GuestMemory memory, long[] arguments) {
		return give(memory, arguments, 3, HostSecrets::secret);
	}

	private Status variable(GuestMemory memory, long[] arguments) {
		return give(memory, arguments, 2, HostSecrets::variable);
	}

	private Status give(GuestMemory memory, long[] arguments, int results,
			BiFunction<HostSecrets, String, byte[]> source) {
		String name = Guest.utf8(memory, arguments[0], arguments[1]);
		Guest.checkInts(memory, arguments[results], arguments[results + 1]);
		byte[] value = source.apply(this.guest.host().secrets(), name);
		this.guest.give(memory, value, arguments[results], arguments[results + 1]);
		return Status.OK;
	}

	/** Accepts diagnostics without using them, because the SDK traps otherwise. */
	private Status diagnostics(GuestMemory memory, long[] arguments) {
		String text = Guest.utf8(memory, arguments[0], arguments[1]);
		HostLog log = this.guest.host().log();
		if (log.isLogEnabled(LogLevel.INFO)) {
			log.log(LogLevel.INFO, text);
		}
		return Status.OK;
	}

}
