package io.gatewaywasm.host.imports;

import java.util.List;

import io.gatewaywasm.host.abi.GuestMemory;
import io.gatewaywasm.host.abi.PropertyPath;
import io.gatewaywasm.host.abi.Status;

/**
 * The functions of the section "Properties" of the specification.
 */
final class PropertyImports {

	static final ImportArea<PropertyImports> AREA = ImportArea.of("Properties", PropertyImports::new)
		.function("proxy_get_property", AbiVersion.V0_1_0, "iiii", PropertyImports::getProperty)
		.function("proxy_set_property", AbiVersion.V0_1_0, "iiii", PropertyImports::setProperty);

	private final Guest guest;

	private final HostProperties host;

	private PropertyImports(Guest guest) {
		this.guest = guest;
		this.host = guest.host().properties();
	}

	private Status getProperty(GuestMemory memory, long[] arguments) {
		byte[] serialized = Guest.bytes(memory, arguments[0], arguments[1]);
		if (serialized.length == 0) {
			return Status.SERIALIZATION_FAILURE;
		}
		List<String> path = PropertyPath.decode(serialized);
		byte[] value = this.host.property(path);
		if (value == null) {
			return Status.NOT_FOUND;
		}
		this.guest.give(memory, value, arguments[2], arguments[3]);
		return Status.OK;
	}

	private Status setProperty(GuestMemory memory, long[] arguments) {
		List<String> path = PropertyPath.decode(Guest.bytes(memory, arguments[0], arguments[1]));
		this.host.setProperty(path, Guest.bytes(memory, arguments[2], arguments[3]));
		return Status.OK;
	}

}
