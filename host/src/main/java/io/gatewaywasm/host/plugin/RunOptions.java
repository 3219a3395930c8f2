package io.gatewaywasm.host.plugin;

/**
 * How the host starts and runs the VMs of a plugin.
 *
 * @param execution where callbacks run
 * @param isolation whether streams share VMs
 * @param warmUp the number of synthetic streams that are sent through the filter in a
 * temporary VM before the plugin serves. The first requests then find compiled code. The
 * warm-up ends after about two seconds, or when the filter traps.
 * @param unimplemented what happens if the module imports a function that is not
 * implemented
 */
public record RunOptions(Execution execution, Isolation isolation, int warmUp, UnimplementedImports unimplemented) {

	/** Streams share VMs, without a warm-up. */
	public static final RunOptions DEFAULT = new RunOptions(Execution.AUTOMATIC, Isolation.SHARED, 0,
			UnimplementedImports.WARN);

	public RunOptions {
		if (warmUp < 0) {
			throw new IllegalArgumentException("'warmUp' must not be negative");
		}
	}

	/** Returns a copy with this execution. */
	public RunOptions withExecution(Execution execution) {
		return new RunOptions(execution, this.isolation, this.warmUp, this.unimplemented);
	}

	/**
	 * Returns a copy with this isolation. With {@link Isolation#STREAM} a VM serves one
	 * stream at a time, so there should be as many VMs as concurrent streams.
	 */
	public RunOptions withIsolation(Isolation isolation) {
		return new RunOptions(this.execution, isolation, this.warmUp, this.unimplemented);
	}

	/** Returns a copy with this number of synthetic streams, possibly 0. */
	public RunOptions withWarmUp(int streams) {
		return new RunOptions(this.execution, this.isolation, streams, this.unimplemented);
	}

	/** Returns a copy with this handling of unimplemented imports. */
	public RunOptions withUnimplemented(UnimplementedImports unimplemented) {
		return new RunOptions(this.execution, this.isolation, this.warmUp, unimplemented);
	}

}
