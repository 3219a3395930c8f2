package io.gatewaywasm.host.imports;

import io.gatewaywasm.host.abi.Status;
import io.gatewaywasm.host.abi.StatusException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class GrpcCallImportsTests {

	private final FakeGuest guest = new FakeGuest();

	private Status grpcCall(int timeout, int token) {
		return this.guest.call("proxy_grpc_call", this.guest.text("up"), this.guest.text("a.B"), this.guest.text("m"),
				this.guest.pairs("k", "v"), this.guest.text("message"), timeout, token);
	}

	@Test
	void grpcCallStartsACallAndReturnsItsToken() {
		assertThat(grpcCall(1000, FakeGuest.FIRST)).isEqualTo(Status.OK);
		assertThat(this.guest.host.calls).containsExactly("grpcCall up a.B m [k=v] message 1000");
		assertThat(this.guest.result(FakeGuest.FIRST)).isEqualTo(5);
	}

	@Test
	void grpcCallTakesATimeoutAsUnsigned() {
		assertThat(grpcCall(-1, FakeGuest.FIRST)).isEqualTo(Status.OK);
		assertThat(this.guest.host.calls).containsExactly("grpcCall up a.B m [k=v] message 2147483647");
	}

	@Test
	void grpcCallDoesNotStartACallWhoseTokenCannotBeWritten() {
		assertThat(grpcCall(0, FakeGuest.OUTSIDE)).isEqualTo(Status.INVALID_MEMORY_ACCESS);
		assertThat(this.guest.host.calls).isEmpty();
	}

	@Test
	void grpcCallOfOldGuestsHasNoMetadata() {
		assertThat(this.guest.call("proxy_grpc_call", this.guest.text("up"), this.guest.text("a.B"),
				this.guest.text("m"), this.guest.text("message"), 1000, FakeGuest.FIRST))
			.isEqualTo(Status.OK);
		assertThat(this.guest.host.calls).containsExactly("grpcCall up a.B m [] message 1000");
		assertThat(this.guest.result(FakeGuest.FIRST)).isEqualTo(5);
	}

	@ParameterizedTest
	@CsvSource({ "'a b', 1", "x-a, 'a\u0001b'", "x-a, 'a\nb'" })
	void metadataThatHttpDoesNotAllowIsNoFaultOfTheHostCall(String name, String value) {
		assertThat(this.guest.call("proxy_grpc_stream", this.guest.text("up"), this.guest.text("a.B"),
				this.guest.text("m"), this.guest.pairs(name, value), FakeGuest.FIRST))
			.isEqualTo(Status.OK);
		assertThat(this.guest.host.calls).containsExactly("grpcStream up a.B m null");
	}

	@Test
	void binaryMetadataIsHandedOverByteForByte() {
		assertThat(this.guest.call("proxy_grpc_stream", this.guest.text("up"), this.guest.text("a.B"),
				this.guest.text("m"), this.guest.pairs("x-bin", " \u0001\n\u00ff"), FakeGuest.FIRST))
			.isEqualTo(Status.OK);
		assertThat(this.guest.host.calls).containsExactly("grpcStream up a.B m [x-bin= \u0001\n\u00ff]");
	}

	@Test
	void grpcStreamStartsAStreamAndReturnsItsToken() {
		assertThat(this.guest.call("proxy_grpc_stream", this.guest.text("up"), this.guest.text("a.B"),
				this.guest.text("m"), this.guest.pairs("k", "v"), FakeGuest.FIRST))
			.isEqualTo(Status.OK);
		assertThat(this.guest.host.calls).containsExactly("grpcStream up a.B m [k=v]");
		assertThat(this.guest.result(FakeGuest.FIRST)).isEqualTo(6);
	}

	@Test
	void messagesAreSentWithAndWithoutTheEnd() {
		assertThat(this.guest.call("proxy_grpc_send", 6, this.guest.text("a"), 0)).isEqualTo(Status.OK);
		assertThat(this.guest.call("proxy_grpc_send", 6, this.guest.text("b"), 1)).isEqualTo(Status.OK);
		assertThat(this.guest.call("proxy_grpc_close", 6)).isEqualTo(Status.OK);
		assertThat(this.guest.call("proxy_grpc_cancel", 6)).isEqualTo(Status.OK);
		assertThat(this.guest.host.calls).containsExactly("grpcSend 6 a false", "grpcSend 6 b true", "grpcClose 6",
				"grpcCancel 6");
	}

	@Test
	void aHostWithoutGrpcIsReportedAsSuch() {
		this.guest.host.failure = StatusException.of(Status.UNIMPLEMENTED);
		assertThat(grpcCall(0, FakeGuest.FIRST)).isEqualTo(Status.UNIMPLEMENTED);
		assertThat(this.guest.host.unimplemented).containsExactly("env.proxy_grpc_call");
	}

}
