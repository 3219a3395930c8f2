package io.gatewaywasm.boot.gateway.attributes;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ConnectionProperties}.
 */
class ConnectionPropertiesTests {

	@ParameterizedTest
	@CsvSource({ "127.0.0.1, 127.0.0.1:80", "::1, [::1]:80", "2001:db8:0:0:1:0:0:1, [2001:db8::1:0:0:1]:80",
			"::ffff:10.0.0.1, 10.0.0.1:80" })
	void addressIsWrittenAsInRfc5952(String address, String expected) throws UnknownHostException {
		assertThat(ConnectionProperties.address(new InetSocketAddress(InetAddress.getByName(address), 80)))
			.isEqualTo(expected);
	}

	@Test
	void addressHasNoScope() throws UnknownHostException {
		// As the native transports create addresses
		InetAddress loopback = Inet6Address.getByAddress(null, InetAddress.getByName("::1").getAddress(), 0);
		InetAddress linkLocal = Inet6Address.getByAddress(null, InetAddress.getByName("fe80::1").getAddress(), 2);
		assertThat(ConnectionProperties.address(new InetSocketAddress(loopback, 80))).isEqualTo("[::1]:80");
		assertThat(ConnectionProperties.address(new InetSocketAddress(linkLocal, 80))).isEqualTo("[fe80::1]:80");
	}

	@ParameterizedTest
	@CsvSource({ "[2001:DB8:0::7], [2001:db8::7]:80", "2001:db8::7, [2001:db8::7]:80", "10.0.0.1, 10.0.0.1:80",
			"_hidden, _hidden:80" })
	void unresolvedAddressOfForwardedHeadersIsWrittenTheSameWay(String host, String expected) {
		assertThat(ConnectionProperties.address(InetSocketAddress.createUnresolved(host, 80))).isEqualTo(expected);
	}

}
