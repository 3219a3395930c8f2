package io.gatewaywasm.host.vm.hostcall;

import io.gatewaywasm.host.abi.GuestMemory;
import io.gatewaywasm.host.abi.Status;
import io.gatewaywasm.host.abi.StatusException;
import io.gatewaywasm.host.imports.HostBuffer;

/**
 * A body that the guest can read but not change.
 */
final class ReadOnlyBody implements HostBuffer {

	private final HostBuffer body;

	private final Runnable refused;

	/**
	 * Creates a view of a body. {@code refused} runs when the guest tries to change it.
	 */
	ReadOnlyBody(HostBuffer body, Runnable refused) {
		this.body = body;
		this.refused = refused;
	}

	@Override
	public int length() {
		return this.body.length();
	}

	@Override
	public void copyTo(int start, int length, GuestMemory memory, int pointer) {
		this.body.copyTo(start, length, memory, pointer);
	}

	@Override
	public void splice(int start, int length, byte[] data) {
		this.refused.run();
		throw StatusException.of(Status.BAD_ARGUMENT);
	}

}
