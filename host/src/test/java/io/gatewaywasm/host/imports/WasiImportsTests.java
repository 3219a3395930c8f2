package io.gatewaywasm.host.imports;

import java.nio.charset.StandardCharsets;

import io.gatewaywasm.host.abi.GuestExitException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class WasiImportsTests {

	private final FakeGuest guest = new FakeGuest();

	@Test
	void thereAreNoArguments() {
		assertThat(this.guest.wasi("args_sizes_get", FakeGuest.FIRST, FakeGuest.SECOND)).isZero();
		assertThat(this.guest.result(FakeGuest.FIRST)).isZero();
		assertThat(this.guest.result(FakeGuest.SECOND)).isZero();
		assertThat(this.guest.wasi("args_get", FakeGuest.FIRST, FakeGuest.SECOND)).isZero();
	}

	@Test
	void theEnvironmentIsThatOfThePlugin() {
		this.guest.host.environment.put("A", "1");
		this.guest.host.environment.put("Ö", "x=y");
		assertThat(this.guest.wasi("environ_sizes_get", FakeGuest.FIRST, FakeGuest.SECOND)).isZero();
		assertThat(this.guest.result(FakeGuest.FIRST)).isEqualTo(2);
		assertThat(this.guest.result(FakeGuest.SECOND)).isEqualTo(11);
		assertThat(this.guest.wasi("environ_get", 100, 200)).isZero();
		assertThat(this.guest.result(100)).isEqualTo(200);
		assertThat(this.guest.result(104)).isEqualTo(204);
		assertThat(new String(this.guest.memory.read(200, 11), StandardCharsets.UTF_8)).isEqualTo("A=1\0Ö=x=y\0");
	}

	@Test
	void anEmptyEnvironmentIsEmpty() {
		assertThat(this.guest.wasi("environ_sizes_get", FakeGuest.FIRST, FakeGuest.SECOND)).isZero();
		assertThat(this.guest.result(FakeGuest.FIRST)).isZero();
		assertThat(this.guest.result(FakeGuest.SECOND)).isZero();
		assertThat(this.guest.wasi("environ_get", 100, 200)).isZero();
	}

	@Test
	void theEnvironmentIsWrittenWholeOrNotAtAll() {
		this.guest.host.environment.put("A", "1");
		byte[] before = this.guest.memory.snapshot();
		assertThat(this.guest.wasi("environ_get", 100, FakeGuest.OUTSIDE)).isEqualTo(21);
		assertThat(this.guest.memory.snapshot()).isEqualTo(before);
	}

	@Test
	void clocksReturnTheTime() {
		assertThat(this.guest.wasi("clock_time_get", 0, 1L, FakeGuest.FIRST)).isZero();
		assertThat(this.guest.memory.readLong(FakeGuest.FIRST)).isEqualTo(1_700_000_000_123_456_789L);
		assertThat(this.guest.wasi("clock_time_get", 1, 1L, FakeGuest.FIRST)).isZero();
		assertThat(this.guest.memory.readLong(FakeGuest.FIRST)).isEqualTo(42_000_000_000L);
		assertThat(this.guest.wasi("clock_res_get", 1, FakeGuest.FIRST)).isZero();
		assertThat(this.guest.memory.readLong(FakeGuest.FIRST)).isOne();
	}

	@ParameterizedTest
	@ValueSource(ints = { 2, 3, -1 })
	void otherClocksAreNotSupported(int clock) {
		assertThat(this.guest.wasi("clock_time_get", clock, 1L, FakeGuest.FIRST)).isEqualTo(58);
		assertThat(this.guest.wasi("clock_res_get", clock, FakeGuest.FIRST)).isEqualTo(58);
	}

	@Test
	void randomFillsTheBuffer() {
		assertThat(this.guest.wasi("random_get", FakeGuest.FIRST, 3)).isZero();
		assertThat(this.guest.memory.read(FakeGuest.FIRST, 4)).containsExactly(7, 7, 7, 0x55);
	}

	@Test
	void randomGivesAtMost64KiB() {
		this.guest.memory.grow(64 * 1024);
		assertThat(this.guest.wasi("random_get", 64, 64 * 1024)).isZero();
		assertThat(this.guest.wasi("random_get", 64, 64 * 1024 + 1)).isEqualTo(28);
		assertThat(this.guest.wasi("random_get", 64, -1)).isEqualTo(28);
	}

	@Test
	void randomOfNothingIsOk() {
		assertThat(this.guest.wasi("random_get", FakeGuest.OUTSIDE, 0)).isZero();
	}

	@Test
	void pollingReturnsAtOnceWithoutEvents() {
		assertThat(this.guest.wasi("poll_oneoff", 100, 200, 1, FakeGuest.FIRST)).isZero();
		assertThat(this.guest.result(FakeGuest.FIRST)).isZero();
		assertThat(this.guest.wasi("sched_yield")).isZero();
	}

	@Test
	void exitUnwindsTheGuestAfterWritingItsLastWords() {
		this.guest.wasi("fd_write", 2, iovec("fatal"), 1, FakeGuest.FIRST);
		assertThatExceptionOfType(GuestExitException.class).isThrownBy(() -> this.guest.wasi("proc_exit", 3))
			.withMessage("the guest called proc_exit(3)")
			.extracting(GuestExitException::code)
			.isEqualTo(3);
		assertThat(this.guest.host.calls).containsExactly("write 2 fatal");
	}

	@Test
	void badPointersAreFaults() {
		int outside = FakeGuest.OUTSIDE;
		assertThat(this.guest.wasi("args_sizes_get", outside, 0)).isEqualTo(21);
		assertThat(this.guest.wasi("environ_sizes_get", 0, outside)).isEqualTo(21);
		assertThat(this.guest.wasi("clock_time_get", 0, 1L, outside)).isEqualTo(21);
		assertThat(this.guest.wasi("clock_res_get", 0, outside)).isEqualTo(21);
		assertThat(this.guest.wasi("random_get", outside, 32)).isEqualTo(21);
		assertThat(this.guest.wasi("poll_oneoff", 0, 0, 0, outside)).isEqualTo(21);
	}

	private int iovec(String text) {
		FakeGuest.Slice slice = this.guest.text(text);
		this.guest.memory.writeInt(512, slice.pointer());
		this.guest.memory.writeInt(516, slice.length());
		return 512;
	}

}
