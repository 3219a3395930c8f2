package io.gatewaywasm.host.imports;

import java.nio.charset.StandardCharsets;

import io.gatewaywasm.host.abi.Status;
import io.gatewaywasm.host.abi.StatusException;
import io.gatewaywasm.host.imports.HostSharedData.SharedValue;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class SharedDataImportsTests {

	private final FakeGuest guest = new FakeGuest();

	private Status get(FakeGuest.Slice key, int casResult) {
		return this.guest.call("proxy_get_shared_data", key, FakeGuest.FIRST, FakeGuest.SECOND, casResult);
	}

	@Test
	void getGivesTheValueAndItsNumber() {
		this.guest.host.shared.put("k", new SharedValue("v".getBytes(StandardCharsets.UTF_8), 17));
		assertThat(get(this.guest.text("k"), FakeGuest.THIRD)).isEqualTo(Status.OK);
		assertThat(this.guest.textValue()).isEqualTo("v");
		assertThat(this.guest.result(FakeGuest.THIRD)).isEqualTo(17);
	}

	@Test
	void getOfAMissingKeyIsNotFound() {
		assertThat(get(this.guest.text("k"), FakeGuest.THIRD)).isEqualTo(Status.NOT_FOUND);
		assertThat(this.guest.isUntouched()).isTrue();
	}

	@Test
	void getWithABadResultPointerAllocatesNothing() {
		this.guest.host.shared.put("k", new SharedValue(new byte[1], 17));
		assertThat(get(this.guest.text("k"), FakeGuest.OUTSIDE)).isEqualTo(Status.INVALID_MEMORY_ACCESS);
		assertThat(this.guest.host.allocations).isZero();
		assertThat(this.guest.isUntouched()).isTrue();
	}

	@Test
	void setPassesOnKeyValueAndNumber() {
		assertThat(this.guest.call("proxy_set_shared_data", this.guest.text("k"), this.guest.text("v"), 17))
			.isEqualTo(Status.OK);
		assertThat(this.guest.host.calls).containsExactly("setSharedData k v 17");
	}

	@Test
	void setThatLosesIsAMismatch() {
		this.guest.host.failure = StatusException.of(Status.CAS_MISMATCH);
		assertThat(this.guest.call("proxy_set_shared_data", this.guest.text("k"), this.guest.text("v"), 17))
			.isEqualTo(Status.CAS_MISMATCH);
	}

	@Test
	void keysThatAreNotTextStayApart() {
		this.guest.host.shared.put("\u00fe", new SharedValue("v".getBytes(StandardCharsets.UTF_8), 1));
		assertThat(get(this.guest.bytes((byte) 0xFF), FakeGuest.THIRD)).isEqualTo(Status.NOT_FOUND);
		assertThat(get(this.guest.bytes((byte) 0xFE), FakeGuest.THIRD)).isEqualTo(Status.OK);
	}

}
