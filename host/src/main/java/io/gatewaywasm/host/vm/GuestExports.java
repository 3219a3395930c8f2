package io.gatewaywasm.host.vm;

import java.util.Set;

import io.gatewaywasm.host.abi.Callback;
import io.gatewaywasm.host.engine.GuestFunction;
import io.gatewaywasm.host.engine.ModuleInstance;
import org.jspecify.annotations.Nullable;

/**
 * Handles to the functions that an instance exports, looked up once.
 */
final class GuestExports {

	/** Indexed by ordinal, because every callback looks up its function. */
	private final @Nullable GuestFunction[] callbacks = new GuestFunction[Callback.values().length];

	private final GuestFunction allocator;

	private final boolean shortRequestHeaders;

	private final boolean shortResponseHeaders;

	GuestExports(GuestModule module, ModuleInstance instance, Set<String> capabilities, CallTrace trace) {
		for (Callback callback : Callback.values()) {
			GuestFunction function = instance.function(callback.export());
			if (function != null && (capabilities.isEmpty() || capabilities.contains(callback.export()))) {
				this.callbacks[index(callback)] = trace.guest(callback.export(), callback.hasResult(), function);
			}
		}
		GuestFunction allocator = instance.function(module.allocator());
		if (allocator == null) {
			throw new IllegalStateException(module.allocator() + " vanished");
		}
		this.allocator = trace.guest(module.allocator(), true, allocator);
		this.shortRequestHeaders = module.hasShortForm(Callback.REQUEST_HEADERS);
		this.shortResponseHeaders = module.hasShortForm(Callback.RESPONSE_HEADERS);
	}

	@Nullable GuestFunction get(Callback callback) {
		return this.callbacks[index(callback)];
	}

	boolean has(Callback callback) {
		return this.callbacks[index(callback)] != null;
	}

	boolean isShort(Callback callback) {
		return (callback == Callback.REQUEST_HEADERS) ? this.shortRequestHeaders
				: callback == Callback.RESPONSE_HEADERS && this.shortResponseHeaders;
	}

	@SuppressWarnings("EnumOrdinal")
	private static int index(Callback callback) {
		return callback.ordinal();
	}

	GuestFunction allocator() {
		return this.allocator;
	}

}
