package io.gatewaywasm.registry.http;

import java.net.InetSocketAddress;
import java.net.SocketAddress;

import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;

/**
 * Refuses connections to blocked addresses. It runs after a name is resolved, when the
 * channel connects. Therefore it checks the address that is actually used, for each
 * address of a name and for each redirect.
 */
@Sharable
public final class ConnectGuard extends ChannelOutboundHandlerAdapter {

	private final BlockedAddresses blocked;

	/**
	 * Creates a guard.
	 * @param blocked the blocked addresses
	 */
	public ConnectGuard(BlockedAddresses blocked) {
		this.blocked = blocked;
	}

	@Override
	public void connect(ChannelHandlerContext context, SocketAddress remote, SocketAddress local,
			ChannelPromise promise) throws Exception {
		if (remote instanceof InetSocketAddress address && address.getAddress() != null
				&& this.blocked.contains(address.getAddress())) {
			promise.setFailure(new BlockedAddressException(address.getAddress()));
			return;
		}
		super.connect(context, remote, local, promise);
	}

}
