package io.gatewaywasm.tck;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import io.gatewaywasm.tck.cases.ConformanceCase;
import io.gatewaywasm.tck.compare.Result;
import io.gatewaywasm.tck.exchange.BatchRunner;
import io.gatewaywasm.tck.exchange.Observation;
import io.gatewaywasm.tck.proxy.Proxy;
import io.gatewaywasm.tck.proxy.ProxyEndedException;

/**
 * Runs cases on a proxy, with and without their plugins. If the proxy's process ends, the
 * batch is divided until the case that ends the process is found.
 */
public final class CaseRunner implements AutoCloseable {

	private final BatchRunner runner = new BatchRunner(Integer.getInteger("tck.parallel", 24));

	private final int batch;

	private int ends;

	/** Creates a runner that gives one process of a proxy up to {@code batch} cases. */
	public CaseRunner(int batch) {
		this.batch = batch;
	}

	/**
	 * Runs cases on proxies that the supplier creates but does not start. Returns the
	 * results by case id.
	 */
	public Map<String, Result> run(List<ConformanceCase> cases, Supplier<Proxy> proxies) throws IOException {
		Map<String, Result> results = new LinkedHashMap<>();
		for (int start = 0; start < cases.size(); start += this.batch) {
			run(cases.subList(start, Math.min(cases.size(), start + this.batch)), proxies, results);
		}
		return results;
	}

	private void run(List<ConformanceCase> cases, Supplier<Proxy> proxies, Map<String, Result> results)
			throws IOException {
		List<ConformanceCase> all = new ArrayList<>(cases);
		Map<String, ConformanceCase> baselines = new LinkedHashMap<>();
		cases.forEach((conformanceCase) -> baselines.putIfAbsent(conformanceCase.exchange(),
				conformanceCase.withoutFilters()));
		all.addAll(baselines.values());
		try {
			Map<String, Observation> observations = this.runner.run(all, proxies.get());
			for (ConformanceCase conformanceCase : cases) {
				results.put(conformanceCase.id(), new Result(of(observations, conformanceCase),
						of(observations, baselines.getOrDefault(conformanceCase.exchange(), conformanceCase))));
			}
		}
		catch (ProxyEndedException ex) {
			this.ends++;
			if (cases.size() == 1) {
				results.put(cases.get(0).id(), Result.ended());
				return;
			}
			int half = cases.size() / 2;
			run(cases.subList(0, half), proxies, results);
			run(cases.subList(half, cases.size()), proxies, results);
		}
	}

	/** Returns how often the process of a proxy ended unexpectedly. */
	public int ends() {
		return this.ends;
	}

	private static Observation of(Map<String, Observation> observations, ConformanceCase conformanceCase) {
		Observation observation = observations.get(conformanceCase.id());
		if (observation == null) {
			throw new IllegalStateException("No observation of " + conformanceCase.id());
		}
		return observation;
	}

	@Override
	public void close() {
		this.runner.close();
	}

}
