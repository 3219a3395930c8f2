package io.gatewaywasm.host.imports;

import io.gatewaywasm.host.abi.Status;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ClockImportsTests {

	private final FakeGuest guest = new FakeGuest();

	@Test
	void getCurrentTimeWritesAll64Bits() {
		assertThat(this.guest.call("proxy_get_current_time_nanoseconds", FakeGuest.FIRST)).isEqualTo(Status.OK);
		assertThat(this.guest.memory.readLong(FakeGuest.FIRST)).isEqualTo(1_700_000_000_123_456_789L);
	}

	@Test
	void setTickPeriodPassesOnAnUnsignedPeriod() {
		assertThat(this.guest.call("proxy_set_tick_period_milliseconds", 0)).isEqualTo(Status.OK);
		assertThat(this.guest.call("proxy_set_tick_period_milliseconds", -1)).isEqualTo(Status.OK);
		assertThat(this.guest.host.calls).containsExactly("tick 0", "tick 4294967295");
	}

}
