package io.gatewaywasm.boot.grpc;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.grpc.ManagedChannel;

/**
 * The open channels, one per target. Their number is limited. When a new channel exceeds
 * the limit, the least recently used one is shut down after its calls have finished.
 */
final class Channels {

	private static final int MAX_CHANNELS = 128;

	private final GrpcChannelFactory factory;

	private final Map<ChannelTarget, ManagedChannel> channels = new LinkedHashMap<>(16, 0.75f, true);

	private boolean closed;

	Channels(GrpcChannelFactory factory) {
		this.factory = factory;
	}

	synchronized ManagedChannel channel(ChannelTarget target) {
		if (this.closed) {
			throw new IllegalStateException("The gateway is shutting down");
		}
		ManagedChannel channel = this.channels.get(target);
		if (channel == null) {
			// Callbacks of calls are passed to a VM, which does not block.
			channel = target.builder(this.factory).directExecutor().build();
			this.channels.put(target, channel);
			shutDownOldest();
		}
		return channel;
	}

	private void shutDownOldest() {
		if (this.channels.size() > MAX_CHANNELS) {
			ChannelTarget oldest = this.channels.keySet().iterator().next();
			ManagedChannel channel = this.channels.remove(oldest);
			if (channel != null) {
				channel.shutdown();
			}
		}
	}

	void close() {
		List<ManagedChannel> open;
		synchronized (this) {
			this.closed = true;
			open = new ArrayList<>(this.channels.values());
			this.channels.clear();
		}
		open.forEach(ManagedChannel::shutdownNow);
	}

}
