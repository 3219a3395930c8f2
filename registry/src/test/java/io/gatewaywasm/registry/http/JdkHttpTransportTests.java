package io.gatewaywasm.registry.http;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link JdkHttpTransport}.
 */
class JdkHttpTransportTests {

	static Stream<Arguments> failures() {
		return Stream.of(Arguments.of(new ConnectException(), "the connection was refused"),
				Arguments.of(new ConnectException("Connection refused"), "the connection was refused"),
				Arguments.of(new ConnectException("No route to host"), "No route to host"),
				Arguments.of(new ConnectException("Network is unreachable"), "Network is unreachable"),
				Arguments.of(new EOFException(), "java.io.EOFException"),
				Arguments.of(new ConnectException().initCause(new UnresolvedAddressException()), "its host is unknown"),
				Arguments.of(new UnknownHostException("a"), "its host is unknown"),
				Arguments.of(new HttpConnectTimeoutException("connect timed out"), "connect timed out"));
	}

	@ParameterizedTest
	@MethodSource("failures")
	void reasonSaysRefusedOnlyForRefusedConnections(IOException failure, String reason) {
		assertThat(JdkHttpTransport.reason(failure)).isEqualTo(reason);
	}

}
