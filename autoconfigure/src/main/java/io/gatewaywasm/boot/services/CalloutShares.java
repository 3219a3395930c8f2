package io.gatewaywasm.boot.services;

import java.util.HashMap;
import java.util.Map;

import io.gatewaywasm.boot.concurrent.FirstFailure;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Limits the HTTP callouts to each host that run at a time. Each plugin has a share: it
 * can use at most half of a host's callouts, so that a plugin whose callouts hang does
 * not block others. Plugins with waiting callouts take turns. Thread-safe.
 */
final class CalloutShares {

	private final int maximum;

	private final Map<String, HostCallouts> hosts = new HashMap<>();

	/** Creates shares. {@code maximum} is the number of callouts to each host. */
	CalloutShares(int maximum) {
		this.maximum = maximum;
	}

	/**
	 * Returns the callout, which starts when its plugin may use one more callout to the
	 * host. It fails at once if too many callouts of the plugin are waiting.
	 */
	<T> Mono<T> limited(String host, String plugin, Mono<T> callout) {
		return Mono.using(() -> enter(new WaitingCallout(host, plugin)), (waiting) -> waiting.started().then(callout),
				this::leave);
	}

	private WaitingCallout enter(WaitingCallout callout) {
		HostCallouts host;
		WaitingCallout first;
		synchronized (this) {
			host = this.hosts.computeIfAbsent(callout.host(), (name) -> new HostCallouts(this.maximum));
			if (!host.add(callout)) {
				throw new TooManyCalloutsException();
			}
			first = host.firstStart();
		}
		startAll(host, first);
		return callout;
	}

	private void leave(WaitingCallout callout) {
		HostCallouts host;
		WaitingCallout first;
		synchronized (this) {
			host = this.hosts.get(callout.host());
			if (host == null) {
				return;
			}
			host.remove(callout);
			if (host.isUnused()) {
				this.hosts.remove(callout.host());
			}
			first = host.firstStart();
		}
		startAll(host, first);
	}

	/**
	 * Starts callouts one after the other, all of them even if one fails, because they
	 * already occupy their places. A callout that fails when it starts leaves, and the
	 * next one then starts here instead of on top of it.
	 */
	private void startAll(HostCallouts host, @Nullable WaitingCallout first) {
		Throwable failure = null;
		for (WaitingCallout next = first; next != null; next = nextStart(host)) {
			failure = FirstFailure.accept(WaitingCallout::start, next, failure);
		}
		FirstFailure.rethrow(failure);
	}

	private synchronized @Nullable WaitingCallout nextStart(HostCallouts host) {
		return host.nextStart();
	}

	/** Returns the number of hosts that have callouts. */
	synchronized int hosts() {
		return this.hosts.size();
	}

	/** Thrown when too many callouts of a plugin wait for a host. */
	static final class TooManyCalloutsException extends RuntimeException {

		private static final long serialVersionUID = 1L;

		private TooManyCalloutsException() {
			super("too many calls of the plugin are waiting for a connection to the upstream", null, false, false);
		}

	}

}
