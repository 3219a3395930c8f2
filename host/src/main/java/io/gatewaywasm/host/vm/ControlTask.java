package io.gatewaywasm.host.vm;

import java.util.concurrent.Executor;

import io.gatewaywasm.host.spi.HostScheduler;

/**
 * Work on a VM that no stream waits for and that is accepted however much is waiting.
 *
 * @param scheduler the threads on which the work goes on if the VM is busy
 * @param work the work
 */
record ControlTask(HostScheduler scheduler, Runnable work) implements VmTask {

	@Override
	public void run() {
		this.work.run();
	}

	@Override
	public Executor executor() {
		return this.scheduler.background();
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
