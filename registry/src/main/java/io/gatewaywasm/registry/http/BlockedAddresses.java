package io.gatewaywasm.registry.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * The addresses from which nothing is fetched. They always include link-local addresses
 * and those of cloud metadata services, which give credentials to anyone who can make a
 * server send a request.
 */
public final class BlockedAddresses {

	private static final List<String> ALWAYS = List.of("169.254.0.0/16", "fe80::/10",
			// metadata services outside of the link-local ranges: AWS, Google, Alibaba,
			// Oracle, Azure
			"fd00:ec2::254", "fd20:ce::254", "100.100.100.200", "192.0.0.192", "168.63.129.16");

	/** IPv6 ranges whose addresses contain an IPv4 address, and its position. */
	private static final List<Embedding> EMBEDDINGS = List.of(Embedding.of("::ffff:0:0/96", 12),
			Embedding.of("::ffff:0:0:0/96", 12), Embedding.of("::/96", 12), Embedding.of("64:ff9b::/96", 12),
			Embedding.of("64:ff9b:1::/48", 12), Embedding.of("2002::/16", 2));

	private final List<Network> networks;

	/**
	 * Creates blocked addresses.
	 * @param more networks in CIDR notation to block in addition
	 */
	public BlockedAddresses(List<String> more) {
		this.networks = Stream.concat(ALWAYS.stream(), more.stream()).map(Network::parse).toList();
	}

	/**
	 * Resolves a host to its first address. Blocks until the name is resolved.
	 * @param host the name or address of the host, or {@code null} if the URI has no
	 * valid host, which is treated as an unknown host
	 * @return the address
	 * @throws IOException if the host is unknown, or if its address is blocked
	 */
	public InetAddress resolve(@Nullable String host) throws IOException {
		if (host == null) {
			// InetAddress would return the loopback address
			throw new UnknownHostException("the URI has no host");
		}
		InetAddress address = InetAddress.getByName(host);
		if (contains(address)) {
			throw new BlockedAddressException(address);
		}
		return address;
	}

	/**
	 * Returns whether an address is blocked, or the IPv4 address that it contains.
	 */
	boolean contains(InetAddress address) {
		byte[] bytes = address.getAddress();
		return contains(bytes) || EMBEDDINGS.stream()
			.filter((embedding) -> embedding.network().contains(bytes))
			.anyMatch((embedding) -> contains(embedding.extract(bytes)));
	}

	private boolean contains(byte[] address) {
		return this.networks.stream().anyMatch((network) -> network.contains(address));
	}

	private record Embedding(Network network, int offset) {

		static Embedding of(String network, int offset) {
			return new Embedding(Network.parse(network), offset);
		}

		byte[] extract(byte[] address) {
			return Arrays.copyOfRange(address, this.offset, this.offset + 4);
		}

	}

}
