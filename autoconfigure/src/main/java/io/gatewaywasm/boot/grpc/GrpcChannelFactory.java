package io.gatewaywasm.boot.grpc;

import java.net.URI;

import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannelBuilder;
import io.grpc.TlsChannelCredentials;

/**
 * Creates the channels for gRPC callouts. Define a bean of this type to use other trusted
 * certificates, to send a client certificate, or to configure channels in other ways.
 */
@FunctionalInterface
public interface GrpcChannelFactory {

	/** Trusts the certificates that the JVM trusts. */
	GrpcChannelFactory DEFAULT = (address) -> {
		boolean secure = "https".equals(address.getScheme());
		ChannelCredentials credentials = secure ? TlsChannelCredentials.create() : InsecureChannelCredentials.create();
		return newChannelBuilder(address, credentials);
	};

	/**
	 * Returns a builder for a channel. The channel is shared by all callouts to the
	 * address. The gateway closes it.
	 * @param address host, port and the scheme {@code http} or {@code https}
	 * @return the builder of the channel
	 */
	ManagedChannelBuilder<?> newChannelBuilder(URI address);

	/**
	 * Returns a builder for a channel with credentials.
	 * @param address host, port and the scheme {@code http} or {@code https}
	 * @param credentials the credentials
	 * @return the builder of the channel
	 */
	static ManagedChannelBuilder<?> newChannelBuilder(URI address, ChannelCredentials credentials) {
		String host = address.getHost();
		if (host == null) {
			throw new IllegalArgumentException("'" + address + "' has no host");
		}
		if (host.startsWith("[")) {
			host = host.substring(1, host.length() - 1);
		}
		int defaultPort = "https".equals(address.getScheme()) ? 443 : 80;
		return Grpc.newChannelBuilderForAddress(host, (address.getPort() >= 0) ? address.getPort() : defaultPort,
				credentials);
	}

}
