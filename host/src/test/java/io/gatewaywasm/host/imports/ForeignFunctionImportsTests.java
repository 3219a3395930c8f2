package io.gatewaywasm.host.imports;

import java.nio.charset.StandardCharsets;

import io.gatewaywasm.host.abi.Status;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ForeignFunctionImportsTests {

	private final FakeGuest guest = new FakeGuest();

	private Status call(String name, int pointerResult, int lengthResult) {
		return this.guest.call("proxy_call_foreign_function", this.guest.text(name), this.guest.text("in"),
				pointerResult, lengthResult);
	}

	@Test
	void callGivesTheResult() {
		this.guest.host.foreignResult = "out".getBytes(StandardCharsets.UTF_8);
		assertThat(call("f", FakeGuest.FIRST, FakeGuest.SECOND)).isEqualTo(Status.OK);
		assertThat(this.guest.host.calls).containsExactly("foreign f in");
		assertThat(this.guest.textValue()).isEqualTo("out");
	}

	@Test
	void callWithoutResultPointersGivesNoResult() {
		this.guest.host.foreignResult = "out".getBytes(StandardCharsets.UTF_8);
		assertThat(call("f", 0, 0)).isEqualTo(Status.OK);
		assertThat(this.guest.host.calls).hasSize(1);
		assertThat(this.guest.host.allocations).isZero();
		assertThat(this.guest.isUntouched()).isTrue();
	}

	@Test
	void callCanGiveTheLengthAlone() {
		this.guest.host.foreignResult = "out".getBytes(StandardCharsets.UTF_8);
		assertThat(call("f", 0, FakeGuest.SECOND)).isEqualTo(Status.OK);
		assertThat(this.guest.result(FakeGuest.SECOND)).isEqualTo(3);
		assertThat(this.guest.host.allocations).isZero();
	}

	@Test
	void callGivesAnEmptyResultWithoutAnAllocation() {
		assertThat(call("f", FakeGuest.FIRST, FakeGuest.SECOND)).isEqualTo(Status.OK);
		assertThat(this.guest.value()).isEmpty();
		assertThat(this.guest.host.allocations).isZero();
	}

	@Test
	void callOfAnUnknownFunctionIsNotFound() {
		assertThat(call("unknown", FakeGuest.FIRST, FakeGuest.SECOND)).isEqualTo(Status.NOT_FOUND);
		assertThat(this.guest.isUntouched()).isTrue();
	}

	@Test
	void callWithABadResultPointerCallsNothing() {
		assertThat(call("f", FakeGuest.FIRST, FakeGuest.OUTSIDE)).isEqualTo(Status.INVALID_MEMORY_ACCESS);
		assertThat(this.guest.host.calls).isEmpty();
	}

}
