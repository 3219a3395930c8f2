package io.gatewaywasm.boot.gateway.attributes;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

import io.netty.channel.Channel;
import io.netty.channel.ServerChannel;
import io.netty.util.AttributeKey;
import org.jspecify.annotations.Nullable;

/**
 * The values that filters have declared for the life of the client's connection. The
 * concurrent requests of an HTTP/2 connection share them.
 */
final class ConnectionValues {

	/** The maximum size of all names and values of a connection. */
	static final int MAX_SIZE = 64 * 1024;

	private static final AttributeKey<ConnectionValues> KEY = AttributeKey.valueOf(ConnectionValues.class.getName());

	private final Map<String, byte[]> values = new ConcurrentHashMap<>();

	private final AtomicInteger size = new AtomicInteger();

	/**
	 * Returns the values of a client's connection, or {@code null} if there are none.
	 */
	static @Nullable ConnectionValues of(@Nullable Channel client) {
		return (client != null) ? connection(client).attr(KEY).get() : null;
	}

	/** Returns the values of a client's connection, and creates them if necessary. */
	static ConnectionValues open(Channel client) {
		var attribute = connection(client).attr(KEY);
		ConnectionValues created = new ConnectionValues();
		ConnectionValues earlier = attribute.setIfAbsent(created);
		return (earlier != null) ? earlier : created;
	}

	/** Returns the channel of the connection. An HTTP/2 stream is a separate channel. */
	static Channel connection(Channel client) {
		Channel channel = client;
		while (channel.parent() != null && !(channel.parent() instanceof ServerChannel)) {
			channel = channel.parent();
		}
		return channel;
	}

	byte @Nullable [] get(String key) {
		return this.values.get(key);
	}

	/** Sets a value. Returns {@code false} if the connection would have too many. */
	boolean put(String key, byte[] value) {
		byte[] before = this.values.get(key);
		int added = (before != null) ? value.length - before.length : key.length() + value.length;
		if (this.size.addAndGet(added) > MAX_SIZE && added > 0) {
			this.size.addAndGet(-added);
			return false;
		}
		this.values.put(key, value);
		return true;
	}

}
