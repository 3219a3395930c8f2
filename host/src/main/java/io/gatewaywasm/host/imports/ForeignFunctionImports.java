package io.gatewaywasm.host.imports;

import io.gatewaywasm.host.abi.GuestMemory;
import io.gatewaywasm.host.abi.Status;

/**
 * The functions of the section "Foreign function interface" of the specification. Each of
 * the two result pointers can be 0: then the guest gets no data, or no length.
 */
final class ForeignFunctionImports {

	static final ImportArea<ForeignFunctionImports> AREA = ImportArea
		.of("Foreign functions", ForeignFunctionImports::new)
		.function("proxy_call_foreign_function", AbiVersion.V0_1_0, "iiiiii", ForeignFunctionImports::call);

	private final Guest guest;

	private final HostFunctions host;

	private ForeignFunctionImports(Guest guest) {
		this.guest = guest;
		this.host = guest.host().functions();
	}

	private Status call(GuestMemory memory, long[] arguments) {
		String name = Guest.utf8(memory, arguments[0], arguments[1]);
		byte[] data = Guest.bytes(memory, arguments[2], arguments[3]);
		int pointerResult = (int) arguments[4];
		int lengthResult = (int) arguments[5];
		Guest.checkInts(memory, pointerResult, lengthResult);
		byte[] result = this.host.callForeignFunction(name, data);
		if (pointerResult != 0) {
			int pointer = 0;
			if (result.length > 0) {
				pointer = this.guest.allocate(memory, result.length);
				memory.write(pointer, result);
			}
			memory.writeInt(pointerResult, pointer);
		}
		if (lengthResult != 0) {
			memory.writeInt(lengthResult, result.length);
		}
		return Status.OK;
	}

}
