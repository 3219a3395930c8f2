package io.gatewaywasm.boot.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.protocol.CommandHandler;
import io.lettuce.core.protocol.ProtocolVersion;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.NettyCustomizer;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.ssl.SslBundle;

/**
 * A Lettuce client for one server. It uses RESP2, which guests expect. Automatic
 * reconnection is disabled, because Lettuce would send commands again.
 */
final class LettuceServer {

	/** Additional commands that Lettuce itself sends to log in. */
	private static final int OWN_COMMANDS = 100;

	private final RedisClient client;

	LettuceServer(RedisServer server, ClientResources shared) {
		this.client = RedisClient.create(shared.mutate().nettyCustomizer(new Whole(server.maxReplySize())).build());
		this.client.setOptions(ClientOptions.builder()
			.autoReconnect(false)
			.disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
			.protocolVersion(ProtocolVersion.RESP2)
			.pingBeforeActivateConnection(true)
			.requestQueueSize(PendingCommands.MAX_COMMANDS + OWN_COMMANDS)
			.socketOptions(SocketOptions.builder().connectTimeout(server.connectTimeout()).keepAlive(true).build())
			.sslOptions(ssl(server.sslBundle()))
			.build());
	}

	RedisClient client() {
		return this.client;
	}

	private static SslOptions ssl(@Nullable SslBundle bundle) {
		SslOptions.Builder options = SslOptions.builder();
		if (bundle != null) {
			options.keyManager(bundle.getManagers().getKeyManagerFactory());
			options.trustManager(bundle.getManagers().getTrustManagerFactory());
			String[] ciphers = bundle.getOptions().getCiphers();
			String[] protocols = bundle.getOptions().getEnabledProtocols();
			if (ciphers != null) {
				options.cipherSuites(ciphers);
			}
			if (protocols != null) {
				options.protocols(protocols);
			}
		}
		return options.build();
	}

	/**
	 * Inserts a handler before Lettuce's decoder. {@code maxReplySize} is the maximum
	 * size of a reply in bytes.
	 */
	private record Whole(int maxReplySize) implements NettyCustomizer {

		@Override
		public void afterChannelInitialized(Channel channel) {
			ChannelHandlerContext decoder = channel.pipeline().context(CommandHandler.class);
			if (decoder == null) {
				throw new IllegalStateException("This version of Lettuce is not supported: its decoder was not found");
			}
			channel.pipeline().addBefore(decoder.name(), "wholeReplies", new WholeReplies(this.maxReplySize));
		}

	}

}
