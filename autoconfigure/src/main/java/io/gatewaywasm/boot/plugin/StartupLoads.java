package io.gatewaywasm.boot.plugin;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

import io.gatewaywasm.host.spi.HostScheduler;
import io.gatewaywasm.registry.Backoff;
import io.gatewaywasm.registry.ModuleFetchException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads plugins during startup and applies the policy for modules that cannot be fetched.
 * All other failures are passed on to the caller.
 */
final class StartupLoads {

	private static final Logger logger = LoggerFactory.getLogger(StartupLoads.class);

	private final FetchFailurePolicy policy;

	private final HostScheduler scheduler;

	private final Executor loads;

	private final Backoff backoff;

	StartupLoads(FetchFailurePolicy policy, HostScheduler scheduler, Executor loads) {
		this(policy, scheduler, loads, new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(1)));
	}

	StartupLoads(FetchFailurePolicy policy, HostScheduler scheduler, Executor loads, Backoff backoff) {
		this.policy = policy;
		this.scheduler = scheduler;
		this.loads = loads;
		this.backoff = backoff;
	}

	/**
	 * Loads plugins in parallel and waits for all of them. Throws
	 * {@link WasmPluginException}: the first failure that stops the application, with the
	 * others suppressed.
	 */
	void loadAll(List<PluginHandle> handles) {
		List<CompletableFuture<Void>> loads = handles.stream()
			.map((handle) -> CompletableFuture.runAsync(() -> load(handle), this.scheduler.background()))
			.toList();
		WasmPluginException failure = null;
		for (CompletableFuture<Void> load : loads) {
			failure = await(load, failure);
		}
		if (failure != null) {
			throw failure;
		}
	}

	private static @Nullable WasmPluginException await(CompletableFuture<Void> load,
			@Nullable WasmPluginException first) {
		try {
			load.join();
			return first;
		}
		catch (CompletionException ex) {
			if (!(ex.getCause() instanceof WasmPluginException failure)) {
				throw ex;
			}
			if (first != null) {
				first.addSuppressed(failure);
				return first;
			}
			return failure;
		}
	}

	/**
	 * Loads a plugin on the calling thread. Throws {@link WasmPluginException} if the
	 * plugin cannot be loaded and the policy does not tolerate it.
	 */
	void load(PluginHandle handle) {
		for (int attempt = 0;; attempt++) {
			try {
				handle.load();
				return;
			}
			catch (WasmPluginException ex) {
				ModuleFetchException cause = fetchFailure(ex);
				if (this.policy == FetchFailurePolicy.DEGRADE && cause != null) {
					logger.warn(ex.report("The fail strategy applies to its requests until it can be fetched."));
					retryLater(handle, 0);
					return;
				}
				boolean temporary = (cause != null) && cause.getFailure().isTemporary();
				if (this.policy != FetchFailurePolicy.WAIT || !temporary || !sleep(this.backoff.after(attempt))) {
					throw ex;
				}
				logger.warn(ex.report("Startup waits until it can be fetched."));
			}
		}
	}

	/**
	 * Returns whether the application starts despite the failure.
	 */
	boolean tolerates(WasmPluginException failure) {
		return this.policy == FetchFailurePolicy.DEGRADE && fetchFailure(failure) != null;
	}

	private void retryLater(PluginHandle handle, int attempt) {
		this.scheduler.schedule(() -> this.loads.execute(() -> retry(handle, attempt)), this.backoff.after(attempt));
	}

	private void retry(PluginHandle handle, int attempt) {
		try {
			handle.load();
		}
		catch (WasmPluginException ex) {
			logger.warn(ex.report("The gateway will try again."));
			retryLater(handle, attempt + 1);
		}
	}

	private static boolean sleep(Duration pause) {
		try {
			Thread.sleep(pause.toMillis());
			return true;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

	private static @Nullable ModuleFetchException fetchFailure(WasmPluginException failure) {
		return (failure.getCause() instanceof ModuleFetchException cause) ? cause : null;
	}

}
