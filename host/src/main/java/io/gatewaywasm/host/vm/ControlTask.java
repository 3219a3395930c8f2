package io.gatewaywasm.host.vm;

import java.util.concurrent.Executor;

/**
 * Work on a VM that does not belong to a stream and that is never rejected, however much
 * work is waiting. {@code executor} has the threads on which the work continues if the VM
 * is busy.
 */
record ControlTask(Executor executor, Runnable work) implements VmTask {

	@Override
	public void run() {
		this.work.run();
	}

	@Override
	public boolean isEssential() {
		return true;
	}

	@Override
	public void rejected() {
		throw new IllegalStateException("essential work is never rejected");
	}

}
