package io.gatewaywasm.boot.fetch.http;

import java.net.InetSocketAddress;
import java.net.SocketAddress;

import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;

/**
 * Lets no connection out to a blocked address. Sits where the channel is told which
 * address to connect to, after the name was resolved, so that no second answer of a name
 * server can come in between; each address of a name, and each redirect, passes here.
 */
@Sharable
final class ConnectGuard extends ChannelOutboundHandlerAdapter {

	private final BlockedAddresses blocked;

	ConnectGuard(BlockedAddresses blocked) {
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
