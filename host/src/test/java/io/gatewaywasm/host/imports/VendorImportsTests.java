package io.gatewaywasm.host.imports;

import io.gatewaywasm.host.abi.Status;
import io.gatewaywasm.host.abi.StatusException;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class VendorImportsTests {

	private final FakeGuest guest = new FakeGuest();

	@Test
	void injectHandsOverBytesAndTheEnd() {
		assertThat(this.guest.call("proxy_inject_encoded_data_to_filter_chain", this.guest.text("data"), 1))
			.isEqualTo(Status.OK);
		assertThat(this.guest.call("proxy_inject_encoded_data_to_filter_chain", this.guest.text("more"), 0))
			.isEqualTo(Status.OK);
		assertThat(this.guest.host.calls).containsExactly("inject data true", "inject more false");
	}

	@Test
	void injectReturnsTheStatusOfTheHost() {
		this.guest.host.failure = StatusException.of(Status.BAD_ARGUMENT);
		assertThat(this.guest.call("proxy_inject_encoded_data_to_filter_chain", this.guest.text("data"), 1))
			.isEqualTo(Status.BAD_ARGUMENT);
	}

	@Test
	void injectedBytesMustBeInTheMemory() {
		assertThat(this.guest.call("proxy_inject_encoded_data_to_filter_chain", FakeGuest.OUTSIDE, 100, 1))
			.isEqualTo(Status.INVALID_MEMORY_ACCESS);
		assertThat(this.guest.host.calls).isEmpty();
	}

}
