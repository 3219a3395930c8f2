package io.gatewaywasm.benchmarks;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Collection;
import java.util.List;

import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;

/**
 * Measures the CPU time of all Java threads per operation. Unlike wall time, it does not
 * grow if another process uses the core. The threads of the JIT compiler and the garbage
 * collector are excluded.
 */
public final class CpuTimeProfiler implements InternalProfiler {

	private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();

	private long before;

	@Override
	public String getDescription() {
		return "CPU time of the Java threads";
	}

	@Override
	public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
		this.before = cpuTime();
	}

	@Override
	public Collection<? extends Result<?>> afterIteration(BenchmarkParams benchmark, IterationParams iteration,
			IterationResult result) {
		double nanos = cpuTime() - this.before;
		long operations = Math.max(1, result.getMetadata().getAllOps());
		return List.of(new ScalarResult("cpu.norm", nanos / operations, "ns/op", AggregationPolicy.AVG));
	}

	private long cpuTime() {
		long sum = 0;
		for (long id : this.threads.getAllThreadIds()) {
			sum += Math.max(0, this.threads.getThreadCpuTime(id));
		}
		return sum;
	}

}
