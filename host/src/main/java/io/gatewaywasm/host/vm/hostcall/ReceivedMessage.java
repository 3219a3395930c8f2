package io.gatewaywasm.host.vm.hostcall;

import io.gatewaywasm.host.abi.GuestMemory;
import io.gatewaywasm.host.abi.Status;
import io.gatewaywasm.host.abi.StatusException;
import io.gatewaywasm.host.imports.HostBuffer;

/**
 * A message of a gRPC callout. As in Envoy, the guest can change what it reads in the
 * callback, which affects nothing else.
 */
final class ReceivedMessage implements HostBuffer {

	private final int maximum;

	private ConstantBuffer data;

	ReceivedMessage(byte[] data, int maximum) {
		this.data = new ConstantBuffer(data);
		this.maximum = Math.max(data.length, maximum);
	}

	@Override
	public int length() {
		return this.data.length();
	}

	@Override
	public void copyTo(int start, int length, GuestMemory memory, int pointer) {
		this.data.copyTo(start, length, memory, pointer);
	}

	@Override
	public void splice(int start, int length, byte[] inserted) {
		byte[] received = this.data.data();
		int kept = received.length - length;
		if (inserted.length > this.maximum - kept) {
			throw StatusException.of(Status.BAD_ARGUMENT);
		}
		byte[] changed = new byte[kept + inserted.length];
		System.arraycopy(received, 0, changed, 0, start);
		System.arraycopy(inserted, 0, changed, start, inserted.length);
		System.arraycopy(received, start + length, changed, start + inserted.length, kept - start);
		this.data = new ConstantBuffer(changed);
	}

}
