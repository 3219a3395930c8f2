package io.gatewaywasm.tck.exchange;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import io.gatewaywasm.tck.cases.ConformanceCase;
import io.gatewaywasm.tck.proxy.Proxy;
import io.gatewaywasm.tck.tls.SelfSignedCertificate;
import org.jspecify.annotations.Nullable;

/**
 * Runs many cases on one proxy, several at a time.
 */
public final class BatchRunner implements AutoCloseable {

	// All numbers have the same number of digits, so that all requests have the same
	// size.
	private static final int FIRST_NUMBER = 1000;

	private final ExecutorService executor = Executors.newCachedThreadPool((task) -> {
		Thread thread = new Thread(task, "tck");
		thread.setDaemon(true);
		return thread;
	});

	private final int parallel;

	private @Nullable SelfSignedCertificate certificate;

	/** Creates a runner that runs {@code parallel} cases at a time. */
	public BatchRunner(int parallel) {
		this.parallel = parallel;
	}

	/**
	 * Starts a proxy with all cases, runs each once, and stops the proxy. Returns the
	 * observations by case id.
	 */
	public Map<String, Observation> run(List<ConformanceCase> cases, Proxy proxy) throws IOException {
		SelfSignedCertificate certificate = certificate();
		List<CaseRun> runs = new ArrayList<>();
		try {
			for (ConformanceCase conformanceCase : cases) {
				runs.add(new CaseRun(FIRST_NUMBER + runs.size(), conformanceCase, certificate, this.executor));
			}
			proxy.start(runs.stream().map(CaseRun::deployment).toList());
			Map<String, Observation> observations = runAll(runs, proxy);
			proxy.checkAlive();
			return observations;
		}
		finally {
			proxy.close();
			for (CaseRun run : runs) {
				run.close();
			}
		}
	}

	private SelfSignedCertificate certificate() throws IOException {
		SelfSignedCertificate made = this.certificate;
		if (made == null) {
			made = SelfSignedCertificate.create(Files.createTempDirectory("tck"));
			this.certificate = made;
		}
		return made;
	}

	private Map<String, Observation> runAll(List<CaseRun> runs, Proxy proxy) throws IOException {
		ExecutorService workers = Executors.newFixedThreadPool(this.parallel);
		try {
			Map<String, Observation> observations = new LinkedHashMap<>();
			List<Callable<Observation>> tasks = new ArrayList<>();
			runs.forEach((run) -> tasks.add(() -> run.run(proxy)));
			List<Future<Observation>> results = workers.invokeAll(tasks);
			for (int i = 0; i < runs.size(); i++) {
				observations.put(runs.get(i).deployment().conformanceCase().id(), results.get(i).get());
			}
			return observations;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IOException(ex);
		}
		catch (ExecutionException ex) {
			throw new IOException(ex);
		}
		finally {
			workers.shutdownNow();
		}
	}

	@Override
	public void close() {
		this.executor.shutdownNow();
	}

}
