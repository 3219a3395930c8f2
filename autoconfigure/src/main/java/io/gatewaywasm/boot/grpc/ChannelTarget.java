package io.gatewaywasm.boot.grpc;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;

import io.grpc.ManagedChannelBuilder;

/**
 * The server of a channel. {@code address} is the address to connect to: scheme, host and
 * port. {@code authority} is the host and port that the server and its certificate are
 * expected to have.
 */
record ChannelTarget(URI address, String authority) {

	/**
	 * Returns the target for an address whose name grpc-java resolves.
	 */
	static ChannelTarget of(URI address) {
		return new ChannelTarget(address, address.getRawAuthority());
	}

	/**
	 * Returns the target for an address whose name was resolved.
	 */
	static ChannelTarget of(URI address, InetAddress resolved) throws URISyntaxException {
		return new ChannelTarget(
				new URI(address.getScheme(), null, resolved.getHostAddress(), address.getPort(), null, null, null),
				address.getRawAuthority());
	}

	ManagedChannelBuilder<?> builder(GrpcChannelFactory factory) {
		ManagedChannelBuilder<?> builder = factory.newChannelBuilder(this.address);
		return this.authority.equals(this.address.getRawAuthority()) ? builder
				: builder.overrideAuthority(this.authority);
	}

}
