package io.gatewaywasm.registry.http;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;

import io.netty.util.NetUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link BlockedAddresses}.
 */
class BlockedAddressesTests {

	private final BlockedAddresses blocked = new BlockedAddresses(List.of("10.0.0.0/8", "fd12::/16"));

	@ParameterizedTest
	@ValueSource(strings = { "169.254.169.254", "169.254.0.1", "fe80::1", "febf::1", "fd00:ec2::254", "fd20:ce::254",
			"100.100.100.200", "168.63.129.16", "192.0.0.192", "10.1.2.3", "fd12:3::4" })
	void blocksLinkLocalMetadataAndConfiguredAddresses(String address) throws Exception {
		assertThat(this.blocked.contains(InetAddress.getByName(address))).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "::ffff:169.254.169.254", "::169.254.169.254", "64:ff9b::a9fe:a9fe",
			"64:ff9b:1::a9fe:a9fe", "2002:a9fe:a9fe::1", "::ffff:0:a9fe:a9fe", "::ffff:10.0.0.1" })
	void blocksAddressesInAddresses(String address) throws Exception {
		byte[] bytes = address.startsWith("::ffff:") && address.contains(".") ? mapped(address.substring(7))
				: NetUtil.createByteArrayFromIpAddressString(address);
		assertThat(bytes).hasSize(16);
		assertThat(this.blocked.contains(Inet6Address.getByAddress(null, bytes, -1))).isTrue();
	}

	private static byte[] mapped(String ipv4) {
		byte[] bytes = new byte[16];
		bytes[10] = (byte) 0xff;
		bytes[11] = (byte) 0xff;
		System.arraycopy(NetUtil.createByteArrayFromIpAddressString(ipv4), 0, bytes, 12, 4);
		return bytes;
	}

	@ParameterizedTest
	@ValueSource(strings = { "127.0.0.1", "::1", "192.0.2.1", "169.253.255.255", "11.0.0.1", "fd00:ec2::253",
			"2001:db8::1", "fec0::1" })
	void leavesOtherAddressesAlone(String address) throws Exception {
		assertThat(this.blocked.contains(InetAddress.getByName(address))).isFalse();
	}

	@Test
	void refusesInvalidNetworks() {
		for (String text : List.of("metadata", "10.0.0.0/33", "10.0.0.0/x", "fd00::/129")) {
			assertThatIllegalArgumentException().isThrownBy(() -> new BlockedAddresses(List.of(text)))
				.withMessageContaining("'" + text + "' is not a network");
		}
	}

	@Test
	void uriWithoutAHostIsUnknown() {
		assertThatExceptionOfType(UnknownHostException.class)
			.isThrownBy(() -> new BlockedAddresses(List.of()).resolve(URI.create("http://my_service:9090").getHost()));
	}

}
