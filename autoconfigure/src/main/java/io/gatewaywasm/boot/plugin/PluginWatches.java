package io.gatewaywasm.boot.plugin;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.gatewaywasm.host.spi.Cancellable;
import io.gatewaywasm.host.spi.HostScheduler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.InitializingBean;

/**
 * Reloads plugins when their files or remote modules have changed. Each plugin is checked
 * on its own thread, so a server that does not respond or a module that takes long to
 * start does not delay others.
 */
public final class PluginWatches implements InitializingBean, DisposableBean {

	private static final Logger logger = LoggerFactory.getLogger(PluginWatches.class);

	private final PluginRegistry registry;

	private final HostScheduler scheduler;

	private final Duration interval;

	private final Duration remoteInterval;

	private final Map<String, PluginWatch> watches = new HashMap<>();

	private @Nullable Cancellable next;

	private boolean closed;

	/**
	 * Creates watches.
	 * @param registry the plugins
	 * @param scheduler runs the checks in the background
	 * @param interval the interval between checks of files, zero for none
	 * @param remoteInterval the interval between requests to servers, zero for none
	 */
	public PluginWatches(PluginRegistry registry, HostScheduler scheduler, Duration interval, Duration remoteInterval) {
		this.registry = registry;
		this.scheduler = scheduler;
		this.interval = interval;
		this.remoteInterval = remoteInterval;
	}

	@Override
	public void afterPropertiesSet() {
		if (!this.interval.isZero()) {
			scheduleCheck();
		}
	}

	private synchronized void scheduleCheck() {
		if (!this.closed) {
			this.next = this.scheduler.schedule(() -> this.registry.loads().execute(this::check), this.interval);
		}
	}

	private void check() {
		try {
			List<PluginHandle> handles = this.registry.plugins();
			this.watches.keySet().removeIf((id) -> this.registry.plugin(id) == null);
			handles.forEach((handle) -> this.watches
				.compute(handle.id(),
						(id, known) -> (known != null && known.isOf(handle)) ? known
								: this.registry.watch(handle, this.remoteInterval))
				.checkUnlessChecking(this.registry.loads()));
		}
		catch (RuntimeException ex) {
			logger.error("Checking Wasm plugins for changes failed. They keep their current versions and are checked"
					+ " again in {}.", this.interval, ex);
		}
		finally {
			scheduleCheck();
		}
	}

	@Override
	public synchronized void destroy() {
		this.closed = true;
		if (this.next != null) {
			this.next.cancel();
		}
	}

}
