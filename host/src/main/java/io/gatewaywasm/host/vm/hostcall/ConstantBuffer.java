package io.gatewaywasm.host.vm.hostcall;

import io.gatewaywasm.host.abi.GuestMemory;
import io.gatewaywasm.host.abi.Status;
import io.gatewaywasm.host.abi.StatusException;
import io.gatewaywasm.host.imports.HostBuffer;

/**
 * A buffer that a guest can only read.
 */
record ConstantBuffer(byte[] data) implements HostBuffer {

	@Override
	public int length() {
		return this.data.length;
	}

	@Override
	public void copyTo(int start, int length, GuestMemory memory, int pointer) {
		memory.write(pointer, this.data, start, length);
	}

	@Override
	public void splice(int start, int length, byte[] data) {
		throw StatusException.of(Status.BAD_ARGUMENT);
	}

}
