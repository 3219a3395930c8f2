package io.gatewaywasm.host.vm;

import java.util.concurrent.Executor;

/**
 * Work on a VM that nobody waits for and that is accepted however much is waiting.
 *
 * @param vm the VM
 * @param work the work
 */
record ControlTask(Vm vm, Runnable work) implements VmTask {

	@Override
	public void run() {
		this.work.run();
	}

	@Override
	public Executor executor() {
		return this.vm.services().scheduler().starts(this.vm.spec().plugin());
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
