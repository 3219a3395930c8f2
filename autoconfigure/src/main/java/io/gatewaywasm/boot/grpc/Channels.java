package io.gatewaywasm.boot.grpc;

import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.grpc.ManagedChannel;

/**
 * The open channels, one for each address. There are only so many: those that were not
 * used for longest make room for others, and finish what is under way.
 */
final class Channels {

	private static final int MAX_CHANNELS = 128;

	private final GrpcChannelFactory factory;

	private final Map<URI, ManagedChannel> channels = new LinkedHashMap<>(16, 0.75f, true);

	private boolean closed;

	Channels(GrpcChannelFactory factory) {
		this.factory = factory;
	}

	synchronized ManagedChannel channel(URI address) {
		if (this.closed) {
			throw new IllegalStateException("The gateway is going down");
		}
		ManagedChannel channel = this.channels.get(address);
		if (channel == null) {
			// Callbacks of calls enter a VM; that does not block.
			channel = this.factory.newChannelBuilder(address).directExecutor().build();
			this.channels.put(address, channel);
			makeRoom();
		}
		return channel;
	}

	private void makeRoom() {
		if (this.channels.size() > MAX_CHANNELS) {
			URI oldest = this.channels.keySet().iterator().next();
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
