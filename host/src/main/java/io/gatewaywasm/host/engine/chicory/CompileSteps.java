package io.gatewaywasm.host.engine.chicory;

/**
 * Counts the steps that a pass takes for one method. The time of a pass can grow with the
 * square of the method's size or faster, and the module determines that size.
 */
final class CompileSteps {

	/** Measured: up to 73,000 for a function of Go. */
	static final long MAXIMUM = 1_000_000;

	/** Reading the CPU time takes as long as several hundred steps. */
	private static final int STEPS_PER_LOOK = 4096;

	private final CompileDeadline deadline;

	private long steps;

	private long nextLook;

	CompileSteps(CompileDeadline deadline) {
		this.deadline = deadline;
	}

	/**
	 * Counts steps and returns whether the pass may continue. Throws if the compile time
	 * of the module is used up.
	 */
	boolean take(long number) {
		this.steps += number;
		if (this.steps >= this.nextLook) {
			this.nextLook = this.steps + STEPS_PER_LOOK;
			this.deadline.check();
		}
		return this.steps <= MAXIMUM;
	}

}
