package io.gatewaywasm.host.imports;

import io.gatewaywasm.host.abi.Status;
import io.gatewaywasm.host.abi.StatusException;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class UpstreamHostImportsTests {

	private final FakeGuest guest = new FakeGuest();

	@Test
	void hostsAreSerializedAsPairs() {
		assertThat(this.guest.call("proxy_get_upstream_hosts", FakeGuest.FIRST, FakeGuest.SECOND)).isEqualTo(Status.OK);
		assertThat(this.guest.textValue()).isEqualTo("\1\0\0\0\13\0\0\0\2\0\0\00010.0.0.1:80\0{}\0");
	}

	@Test
	void missingHostsAreNotFound() {
		this.guest.host.failure = StatusException.of(Status.NOT_FOUND);
		assertThat(this.guest.call("proxy_get_upstream_hosts", FakeGuest.FIRST, FakeGuest.SECOND))
			.isEqualTo(Status.NOT_FOUND);
	}

	@Test
	void hostIsOverriddenByItsAddress() {
		assertThat(this.guest.call("proxy_set_upstream_override_host", this.guest.text("10.0.0.1:80")))
			.isEqualTo(Status.OK);
		assertThat(this.guest.host.calls).containsExactly("overrideUpstreamHost 10.0.0.1:80");
	}

}
