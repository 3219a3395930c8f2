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
 * Looks at what one plugin is made from, from time to time, and reloads it when that has
 * changed. A change counts when two looks in a row found the same content, so that a file
 * that is being written, or a link that is being swapped, does no harm. A version that
 * could not be started is not tried again until its files change. Used by one thread at a
 * time.
 */
final class PluginWatch {

	private static final Logger logger = LoggerFactory.getLogger(PluginWatch.class);

	private final PluginHandle handle;

	private final PluginLoader loader;

	private final Duration remoteInterval;

	private long askedAt = System.nanoTime();

	private List<FileState> states = List.of();

	private boolean settled;

	private String candidate = "";

	private String refused = "";

	/** Why what the server has now was not even read. */
	private String refusal = "";

	private boolean missing;

	private final AtomicBoolean looking = new AtomicBoolean();

	PluginWatch(PluginHandle handle, PluginLoader loader, Duration remoteInterval) {
		this.handle = handle;
		this.loader = loader;
		this.remoteInterval = remoteInterval;
	}

	boolean isOf(PluginHandle other) {
		return this.handle == other;
	}

	/**
	 * Looks on another thread, unless an earlier look is still under way.
	 * @param executor has threads that may block
	 */
	void lookUnlessLooking(Executor executor) {
		if (this.looking.compareAndSet(false, true)) {
			try {
				executor.execute(this::lookOnce);
			}
			catch (RejectedExecutionException ex) {
				// The application is going down.
				this.looking.set(false);
			}
		}
	}

	private void lookOnce() {
		try {
			look();
		}
		catch (RuntimeException ex) {
			logger.error("Looking for changes of Wasm plugin '{}' failed", this.handle.id(), ex);
		}
		finally {
			this.looking.set(false);
		}
	}

	/**
	 * Look, and reload if the second look in a row has found the same change.
	 */
	void look() {
		PluginDefinition definition = this.handle.definition();
		if (this.handle.plugin() == null) {
			return;
		}
		try {
			Instant now = Instant.now();
			List<FileState> found = FileState.of(definition);
			if (found.isEmpty()) {
				ask(definition);
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
				logger.warn("What Wasm plugin '{}' is made from cannot be read; it serves as before: {}",
						this.handle.id(), ex.toString());
			}
		}
	}

	/**
	 * Ask the server that the module comes from, when it is time. What it answers is
	 * whole.
	 */
	private void ask(PluginDefinition definition) {
		boolean due = System.nanoTime() - this.askedAt >= this.remoteInterval.toNanos();
		if (this.remoteInterval.isZero() || !due || ModuleLoader.isLocal(definition.url())) {
			return;
		}
		this.askedAt = System.nanoTime();
		PluginSource source;
		try {
			source = this.loader.read(definition);
			this.refusal = "";
		}
		catch (WasmPluginException ex) {
			// Said and counted once, not each time that the server is asked.
			if (!ex.getReason().equals(this.refusal)) {
				this.refusal = ex.getReason();
				this.handle.refused(ex);
			}
			return;
		}
		this.candidate = source.digest().equals(this.refused) ? "" : source.digest();
		compare(definition, source);
		this.missing = false;
	}

	private void compare(PluginDefinition definition, PluginSource source) {
		String digest = source.digest();
		if (digest.equals(this.handle.digest())) {
			this.candidate = "";
			this.refused = "";
		}
		else if (!digest.equals(this.candidate)) {
			this.candidate = digest.equals(this.refused) ? "" : digest;
		}
		else {
			this.candidate = "";
			this.refused = digest;
			reload(definition, source);
		}
	}

	private void reload(PluginDefinition definition, PluginSource source) {
		try {
			this.handle.reload(definition, source);
		}
		catch (WasmPluginException ex) {
			logger.debug("Reload of Wasm plugin '{}' failed", this.handle.id(), ex);
		}
	}

}
