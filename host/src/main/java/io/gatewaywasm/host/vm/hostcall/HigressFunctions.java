package io.gatewaywasm.host.vm.hostcall;

import io.gatewaywasm.host.spi.ForeignFunction;
import org.jspecify.annotations.Nullable;

/**
 * Finds the foreign functions known from Higress by name.
 */
final class HigressFunctions {

	private static final byte[] NOTHING = {};

	private final GuestLog log;

	private final ControlProperties controls;

	HigressFunctions(GuestLog log, ControlProperties controls) {
		this.log = log;
		this.controls = controls;
	}

	@Nullable ForeignFunction find(String name) {
		return switch (name) {
			case "get_log_level" -> (call, arguments) -> new byte[] { (byte) this.log.logLevel().code(), 0, 0, 0 };
			case "set_global_max_requests_per_io_cycle" -> (call, arguments) -> {
				this.controls.set(null, name, arguments);
				return NOTHING;
			};
			default -> null;
		};
	}

}
