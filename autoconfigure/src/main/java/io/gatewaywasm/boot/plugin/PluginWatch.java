package io.gatewaywasm.boot.plugin;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks the files or the image of one plugin for changes and reloads the plugin when
 * they have changed. A change counts only if two consecutive checks find the same
 * content, so that a file is not loaded while it is being written. A version that could
 * not be started is tried again only after another change. Not thread-safe.
 */
final class PluginWatch {

	private static final Logger logger = LoggerFactory.getLogger(PluginWatch.class);

	private final PluginHandle handle;

	private final PluginLoader loader;

	private final Duration remoteInterval;

	private long serverCheckedAt = System.nanoTime();

	private List<FileState> states = List.of();

	/** Whether the files are old enough that a later write changes their times. */
	private boolean settled;

	/** The digest that the last check found, to be confirmed by the next one. */
	private String candidate = "";

	/** The digest of the last reload, which is not tried again if it fails. */
	private String triedDigest = "";

	/** The failure to read from the server that was reported last. */
	private String reportedFailure = "";

	/** Whether the files could not be read, which is logged once. */
	private boolean missing;

	private final AtomicBoolean checking = new AtomicBoolean();

	PluginWatch(PluginHandle handle, PluginLoader loader, Duration remoteInterval) {
		this.handle = handle;
		this.loader = loader;
		this.remoteInterval = remoteInterval;
	}

	boolean isOf(PluginHandle other) {
		return this.handle == other;
	}

	/**
	 * Checks for changes on a thread of the executor, which may block, unless a check is
	 * still running.
	 */
	void checkUnlessChecking(Executor executor) {
		if (this.checking.compareAndSet(false, true)) {
			try {
				executor.execute(this::checkOnce);
			}
			catch (RejectedExecutionException ex) {
				// The application is shutting down.
				this.checking.set(false);
			}
		}
	}

	private void checkOnce() {
		try {
			check();
		}
		catch (RuntimeException ex) {
			logger.error("Checking Wasm plugin '{}' for changes failed. The plugin keeps its current version and is"
					+ " checked again at the next interval.", this.handle.id(), ex);
		}
		finally {
			this.checking.set(false);
		}
	}

	/**
	 * Checks for changes, and reloads the plugin if the previous check found the same
	 * change.
	 */
	void check() {
		PluginDefinition definition = this.handle.definition();
		if (this.handle.plugin() == null) {
			return;
		}
		try {
			Instant now = Instant.now();
			List<FileState> found = FileState.of(definition);
			if (found.isEmpty()) {
				checkServer(definition);
				return;
			}
			if (this.settled && this.candidate.isEmpty() && found.equals(this.states)) {
				return;
			}
			this.states = found;
			this.settled = found.stream().allMatch((state) -> state.isSettled(now));
			compare(definition, this.loader.read(definition));
			this.missing = false;
		}
		catch (IOException | WasmPluginException ex) {
			this.candidate = "";
			if (!this.missing) {
				this.missing = true;
				logger.warn("The files of Wasm plugin '{}' cannot be read. The plugin keeps its current version. {}",
						this.handle.id(), ex.toString());
			}
		}
	}

	/**
	 * Asks the server of the module for changes, if the interval has passed. One check is
	 * enough, because a response is always complete.
	 */
	private void checkServer(PluginDefinition definition) {
		boolean due = System.nanoTime() - this.serverCheckedAt >= this.remoteInterval.toNanos();
		if (this.remoteInterval.isZero() || !due || ModuleLoader.isLocal(definition.url())) {
			return;
		}
		this.serverCheckedAt = System.nanoTime();
		PluginSource source;
		try {
			source = this.loader.read(definition);
			this.reportedFailure = "";
		}
		catch (WasmPluginException ex) {
			// Report the same failure once, not after each check.
			if (!ex.getReason().equals(this.reportedFailure)) {
				this.reportedFailure = ex.getReason();
				this.handle.refused(ex);
			}
			return;
		}
		this.candidate = source.digest().equals(this.triedDigest) ? "" : source.digest();
		compare(definition, source);
		this.missing = false;
	}

	private void compare(PluginDefinition definition, PluginSource source) {
		String digest = source.digest();
		if (digest.equals(this.handle.digest())) {
			this.candidate = "";
			this.triedDigest = "";
		}
		else if (!digest.equals(this.candidate)) {
			this.candidate = digest.equals(this.triedDigest) ? "" : digest;
		}
		else {
			this.candidate = "";
			this.triedDigest = digest;
			reload(definition, source);
		}
	}

	private void reload(PluginDefinition definition, PluginSource source) {
		try {
			this.handle.reloadChanged(definition, source);
		}
		catch (WasmPluginException ex) {
			logger.debug("Reload of Wasm plugin '{}' failed", this.handle.id(), ex);
		}
	}

}
