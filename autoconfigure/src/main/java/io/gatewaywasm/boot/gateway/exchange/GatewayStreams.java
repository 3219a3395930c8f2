package io.gatewaywasm.boot.gateway.exchange;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import io.gatewaywasm.boot.concurrent.FirstFailure;
import io.gatewaywasm.boot.gateway.message.ShownFraming;
import io.gatewaywasm.boot.gateway.route.RouteHosts;
import org.jspecify.annotations.Nullable;

/**
 * The streams of an exchange in the order of the request. Thread-safe.
 */
final class GatewayStreams {

	private final List<GatewayStream> streams = new ArrayList<>(2);

	synchronized void add(GatewayStream stream) {
		this.streams.add(stream);
	}

	/**
	 * Removes the stream of a filter and the streams after it. Returns them, or an empty
	 * list if the filter has no stream.
	 */
	synchronized List<GatewayStream> removeFrom(Object filter) {
		int first = 0;
		while (first < this.streams.size() && !this.streams.get(first).isOf(filter)) {
			first++;
		}
		if (first == this.streams.size()) {
			return List.of();
		}
		List<GatewayStream> tail = this.streams.subList(first, this.streams.size());
		List<GatewayStream> removed = List.copyOf(tail);
		tail.clear();
		return removed;
	}

	synchronized boolean contain(Object filter) {
		return this.streams.stream().anyMatch((stream) -> stream.isOf(filter));
	}

	/** Returns the stream of the last filter, or {@code null} if there is none. */
	synchronized @Nullable GatewayStream last() {
		return this.streams.isEmpty() ? null : this.streams.get(this.streams.size() - 1);
	}

	synchronized boolean haveRun(PluginRoot plugin) {
		return this.streams.stream().anyMatch((stream) -> stream.hasRun(plugin));
	}

	/** Returns the streams in the order of the response. */
	synchronized List<GatewayStream> reversed() {
		List<GatewayStream> reversed = new ArrayList<>(this.streams);
		Collections.reverse(reversed);
		return reversed;
	}

	/**
	 * Returns a copy of the request's framing headers as the guests ahead of this stream
	 * left them.
	 */
	ShownFraming framingBefore(GatewayStream stream) {
		return framingUntil(stream);
	}

	/** Returns a copy of the request's framing headers as all guests left them. */
	ShownFraming framing() {
		return framingUntil(null);
	}

	private synchronized ShownFraming framingUntil(@Nullable GatewayStream stream) {
		ShownFraming before = null;
		for (GatewayStream earlier : this.streams) {
			if (earlier == stream) {
				break;
			}
			ShownFraming left = earlier.guestRequest().framing();
			before = (left != null) ? left : before;
		}
		return new ShownFraming(before);
	}

	/** Returns the host that the last guest to choose one has chosen, or {@code null}. */
	synchronized RouteHosts.@Nullable Host upstreamHost() {
		RouteHosts.Host chosen = null;
		for (GatewayStream stream : this.streams) {
			RouteHosts.Host host = stream.guest().upstreamHost();
			chosen = (host != null) ? host : chosen;
		}
		return chosen;
	}

	void endAll() {
		List<GatewayStream> all;
		synchronized (this) {
			all = List.copyOf(this.streams);
		}
		end(all);
	}

	/**
	 * Ends the streams of an attempt, all of them even if one fails, because each of them
	 * leases a VM. An observation handler of the application can throw an exception.
	 */
	static void end(List<GatewayStream> streams) {
		if (!streams.isEmpty()) {
			GatewayStream last = streams.get(streams.size() - 1);
			FirstFailure.forEach(streams, (stream) -> stream.end(last));
		}
	}

}
