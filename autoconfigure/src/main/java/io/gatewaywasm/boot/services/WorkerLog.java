package io.gatewaywasm.boot.services;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log lines about threads that do not end their tasks, collected under the lock of
 * {@link WorkerThreads} and written outside it. Not thread-safe.
 */
final class WorkerLog {

	private static final Logger logger = LoggerFactory.getLogger(WorkerThreads.class);

	private final long stuckSeconds;

	private final List<Runnable> lines = new ArrayList<>();

	/** Creates a log. {@code stuckAfter} is the time after which a task is stuck. */
	WorkerLog(Duration stuckAfter) {
		this.stuckSeconds = stuckAfter.toSeconds();
	}

	void notReplaced(WorkerThread worker, int stuck) {
		String plugin = worker.share().plugin();
		this.lines
			.add(() -> logger.warn(
					"A worker thread has run a task of Wasm plugin '{}' for {} s. It is not replaced, because {}"
							+ " threads are already stuck. It is at {}",
					plugin, this.stuckSeconds, stuck, worker.where()));
	}

	void replaced(WorkerThread worker, int stuck, int maximum) {
		String plugin = worker.share().plugin();
		this.lines.add(() -> logger.warn(
				"A worker thread has run a task of Wasm plugin '{}' for {} s and is replaced ({} of at most {})."
						+ " It is at {}. Look for a function of the application that blocks.",
				plugin, this.stuckSeconds, stuck, maximum, worker.where()));
	}

	void startFailed(Throwable failure) {
		this.lines.add(() -> logger.error("A worker thread could not be started. Tasks of Wasm plugins are waiting.",
				failure));
	}

	static void returned(String plugin) {
		logger.info("A stuck worker thread has returned from a task of Wasm plugin '{}'", plugin);
	}

	void write() {
		this.lines.forEach(Runnable::run);
	}

}
