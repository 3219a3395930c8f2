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
 * Reloads the plugins of a gateway whose files, or images and files on servers, have
 * changed. Each plugin is looked at on a thread of its own: a server that does not answer
 * and a module that takes long to start delay no other plugin's reload.
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
	 * Create new watches.
	 * @param registry the plugins
	 * @param scheduler does the looking in the background
	 * @param interval the time between looks at files, zero for no looks at all
	 * @param remoteInterval the time between questions to servers, zero for none
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
			scheduleLook();
		}
	}

	private synchronized void scheduleLook() {
		if (!this.closed) {
			this.next = this.scheduler.schedule(() -> this.registry.loads().execute(this::look), this.interval);
		}
	}

	private void look() {
		try {
			List<PluginHandle> handles = this.registry.plugins();
			this.watches.keySet().removeIf((id) -> this.registry.plugin(id) == null);
			handles.forEach((handle) -> this.watches
				.compute(handle.id(),
						(id, known) -> (known != null && known.isOf(handle)) ? known
								: this.registry.watch(handle, this.remoteInterval))
				.lookUnlessLooking(this.registry.loads()));
		}
		catch (RuntimeException ex) {
			logger.error("Looking for changed Wasm plugins failed", ex);
		}
		finally {
			scheduleLook();
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
