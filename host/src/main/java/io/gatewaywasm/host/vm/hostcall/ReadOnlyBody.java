package io.gatewaywasm.host.vm.hostcall;

import io.gatewaywasm.host.abi.GuestMemory;
import io.gatewaywasm.host.abi.Status;
import io.gatewaywasm.host.abi.StatusException;
import io.gatewaywasm.host.imports.HostBuffer;

/**
 * A body that the guest can read and not change, because its length has been sent
 * already.
 */
final class ReadOnlyBody implements HostBuffer {

	private final HostBuffer body;

	private final Runnable refused;

	/**
	 * Create a view of a body.
	 * @param body the body
	 * @param refused run when the guest tries to change it
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
