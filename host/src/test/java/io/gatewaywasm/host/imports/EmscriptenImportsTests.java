package io.gatewaywasm.host.imports;

import java.nio.charset.StandardCharsets;

import io.gatewaywasm.host.abi.GuestExitException;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class EmscriptenImportsTests {

	private final FakeGuest guest = new FakeGuest();

	private int assemblyScriptString(String text) {
		byte[] bytes = text.getBytes(StandardCharsets.UTF_16LE);
		FakeGuest.Slice header = this.guest.bytes((byte) bytes.length, (byte) 0, (byte) 0, (byte) 0);
		this.guest.bytes(bytes);
		return header.pointer() + 4;
	}

	@Test
	void threadsAreEqualIfTheirNumbersAre() {
		assertThat(this.guest.invoke("env", "pthread_equal", 3, 3)).isOne();
		assertThat(this.guest.invoke("env", "pthread_equal", 3, 4)).isZero();
	}

	@Test
	void noticeOfMemoryGrowthChangesNothing() {
		FakeGuest.Slice slice = this.guest.bytes((byte) 1, (byte) 2);
		this.guest.table.link(Imports.withoutResult("env", "emscripten_notify_memory_growth", "i32"))
			.call(this.guest.memory, new long[] { 0 });
		assertThat(this.guest.memory.read(slice.pointer(), 2)).containsExactly(1, 2);
	}

	@Test
	void abortSaysWhereTheGuestAborted() {
		int message = assemblyScriptString("index out of range");
		int file = assemblyScriptString("äpp.ts");
		assertThatExceptionOfType(GuestExitException.class)
			.isThrownBy(() -> this.guest.invoke("env", "abort", message, file, 12, 5))
			.withMessage("the guest aborted: index out of range in äpp.ts:12:5");
	}

	@Test
	void abortCopesWithBadPointers() {
		assertThatExceptionOfType(GuestExitException.class)
			.isThrownBy(() -> this.guest.invoke("env", "abort", 0, FakeGuest.OUTSIDE, 1, 1))
			.withMessage("the guest aborted: (unknown) in (unreadable):1:1");
		FakeGuest.Slice header = this.guest.bytes((byte) -1, (byte) -1, (byte) -1, (byte) -1);
		assertThatExceptionOfType(GuestExitException.class)
			.isThrownBy(() -> this.guest.invoke("env", "abort", header.pointer() + 4, 0, 1, 1))
			.withMessageEndingWith(" in (unknown):1:1");
	}

	@Test
	void emscriptensAbortHasNoArguments() {
		assertThatExceptionOfType(GuestExitException.class).isThrownBy(
				() -> this.guest.table.link(Imports.withoutResult("env", "abort")).call(this.guest.memory, new long[0]))
			.withMessage("the guest called abort()");
	}

}
