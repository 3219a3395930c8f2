package io.gatewaywasm.host.imports;

import io.gatewaywasm.host.abi.Status;
import io.gatewaywasm.host.abi.StatusException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class MetricImportsTests {

	private static final int COUNTER = 8;

	private static final int GAUGE = 9;

	private static final int HISTOGRAM = 10;

	private static final int NOTHING = 11;

	private final FakeGuest guest = new FakeGuest();

	@Test
	void defineReturnsTheId() {
		assertThat(this.guest.call("proxy_define_metric", 1, this.guest.text("m"), FakeGuest.FIRST))
			.isEqualTo(Status.OK);
		assertThat(this.guest.host.calls).containsExactly("defineMetric GAUGE m");
		assertThat(this.guest.result(FakeGuest.FIRST)).isEqualTo(GAUGE);
	}

	@ParameterizedTest
	@ValueSource(ints = { 3, -1 })
	void defineRejectsAnUnknownType(int type) {
		assertThat(this.guest.call("proxy_define_metric", type, this.guest.text("m"), FakeGuest.FIRST))
			.isEqualTo(Status.BAD_ARGUMENT);
	}

	@Test
	void defineWithABadResultPointerDefinesNothing() {
		assertThat(this.guest.call("proxy_define_metric", 1, this.guest.text("m"), FakeGuest.OUTSIDE))
			.isEqualTo(Status.INVALID_MEMORY_ACCESS);
		assertThat(this.guest.host.calls).isEmpty();
	}

	@Test
	void aCounterIsIncremented() {
		assertThat(this.guest.call("proxy_increment_metric", COUNTER, 5L)).isEqualTo(Status.OK);
		assertThat(this.guest.host.calls).containsExactly("incrementMetric 8 5");
	}

	@Test
	void aGaugeMovesBothWays() {
		assertThat(this.guest.call("proxy_increment_metric", GAUGE, 0x1_0000_0000L)).isEqualTo(Status.OK);
		assertThat(this.guest.call("proxy_increment_metric", GAUGE, -1L)).isEqualTo(Status.OK);
		assertThat(this.guest.host.calls).containsExactly("incrementMetric 9 4294967296", "incrementMetric 9 -1");
	}

	@Test
	void aHistogramIsOnlyRecorded() {
		assertThat(this.guest.call("proxy_increment_metric", HISTOGRAM, 1L)).isEqualTo(Status.BAD_ARGUMENT);
		assertThat(this.guest.call("proxy_get_metric", HISTOGRAM, FakeGuest.FIRST)).isEqualTo(Status.BAD_ARGUMENT);
		assertThat(this.guest.call("proxy_record_metric", HISTOGRAM, 1L)).isEqualTo(Status.OK);
		assertThat(this.guest.host.calls).containsExactly("recordMetric 10 1");
	}

	@Test
	void anIdOfNoTypeHasNoValue() {
		assertThat(this.guest.call("proxy_increment_metric", NOTHING, 1L)).isEqualTo(Status.BAD_ARGUMENT);
		assertThat(this.guest.call("proxy_get_metric", NOTHING, FakeGuest.FIRST)).isEqualTo(Status.BAD_ARGUMENT);
	}

	@Test
	void getWritesAll64Bits() {
		assertThat(this.guest.call("proxy_get_metric", COUNTER, FakeGuest.FIRST)).isEqualTo(Status.OK);
		assertThat(this.guest.memory.readLong(FakeGuest.FIRST)).isEqualTo(0x1234_5678_9ABC_DEF0L);
	}

	@Test
	void anUnknownIdReturnsTheStatusOfTheHost() {
		this.guest.host.failure = StatusException.of(Status.NOT_FOUND);
		assertThat(this.guest.call("proxy_get_metric", COUNTER, FakeGuest.FIRST)).isEqualTo(Status.NOT_FOUND);
		assertThat(this.guest.call("proxy_record_metric", COUNTER, 1L)).isEqualTo(Status.NOT_FOUND);
		assertThat(this.guest.isUntouched()).isTrue();
	}

}
