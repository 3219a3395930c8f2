package io.gatewaywasm.host.imports;

import io.gatewaywasm.host.abi.GuestMemory;
import io.gatewaywasm.host.abi.Status;
import io.gatewaywasm.host.imports.HostSharedData.SharedValue;

/**
 * The functions of the section "Shared Key-Value Store" of the specification.
 */
final class SharedDataImports {

	static final ImportArea<SharedDataImports> AREA = ImportArea.of("Shared data", SharedDataImports::new)
		.function("proxy_get_shared_data", AbiVersion.V0_1_0, "iiiii", SharedDataImports::get)
		.function("proxy_set_shared_data", AbiVersion.V0_1_0, "iiiii", SharedDataImports::set);

	private final Guest guest;

	private final HostSharedData host;

	private SharedDataImports(Guest guest) {
		this.guest = guest;
		this.host = guest.host().sharedData();
	}

	private Status get(GuestMemory memory, long[] arguments) {
		String key = Guest.key(memory, arguments[0], arguments[1]);
		SharedValue value = this.host.sharedData(key);
		if (value == null) {
			return Status.NOT_FOUND;
		}
		memory.check((int) arguments[4], Integer.BYTES);
		this.guest.give(memory, value.data(), arguments[2], arguments[3]);
		memory.writeInt((int) arguments[4], value.cas());
		return Status.OK;
	}

	private Status set(GuestMemory memory, long[] arguments) {
		String key = Guest.key(memory, arguments[0], arguments[1]);
		byte[] data = Guest.bytes(memory, arguments[2], arguments[3]);
		this.host.setSharedData(key, data, (int) arguments[4]);
		return Status.OK;
	}

}
