package io.gatewaywasm.host.imports;

import io.gatewaywasm.host.abi.LogLevel;
import io.gatewaywasm.host.abi.Status;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class LoggingImportsTests {

	private final FakeGuest guest = new FakeGuest();

	@Test
	void logWritesTheMessageAtItsLevel() {
		assertThat(this.guest.call("proxy_log", 2, this.guest.text("grüß dich"))).isEqualTo(Status.OK);
		assertThat(this.guest.host.calls).containsExactly("log INFO grüß dich");
	}

	@ParameterizedTest
	@ValueSource(ints = { 6, -1, Integer.MAX_VALUE })
	void logRejectsAnUnknownLevel(int level) {
		assertThat(this.guest.call("proxy_log", level, this.guest.text("x"))).isEqualTo(Status.BAD_ARGUMENT);
		assertThat(this.guest.host.calls).isEmpty();
	}

	@Test
	void logReadsTheBeginningOfAVeryLongMessage() {
		FakeMemory large = new FakeMemory(3 << 20);
		new ImportTable(this.guest.host).link(Imports.of("env", "proxy_log", "i32", "i32", "i32"))
			.call(large, new long[] { 2, 0, 3 << 20 });
		assertThat(this.guest.host.calls).singleElement()
			.satisfies((call) -> assertThat(call).hasSize("log INFO ".length() + (1 << 20)));
	}

	@Test
	void logDoesNotReadAMessageBelowTheLevel() {
		this.guest.host.level = LogLevel.WARN;
		FakeMemory unreadable = new FakeMemory(64) {

			@Override
			public byte[] read(int pointer, int length) {
				throw new AssertionError("the message was read");
			}

		};
		long status = new ImportTable(this.guest.host).link(Imports.of("env", "proxy_log", "i32", "i32", "i32"))
			.call(unreadable, new long[] { 2, 8, 8 });
		assertThat(status).isEqualTo(Status.OK.code());
		assertThat(this.guest.host.calls).isEmpty();
	}

	@Test
	void logAnswersTheSameForABadPointerWhetherTheLevelIsOnOrOff() {
		assertThat(this.guest.call("proxy_log", 2, FakeGuest.OUTSIDE, 1)).isEqualTo(Status.INVALID_MEMORY_ACCESS);
		this.guest.host.level = LogLevel.WARN;
		assertThat(this.guest.call("proxy_log", 2, FakeGuest.OUTSIDE, 1)).isEqualTo(Status.INVALID_MEMORY_ACCESS);
	}

	@Test
	void getLogLevelGivesTheLowestLevelThatIsWritten() {
		this.guest.host.level = LogLevel.ERROR;
		assertThat(this.guest.call("proxy_get_log_level", FakeGuest.FIRST)).isEqualTo(Status.OK);
		assertThat(this.guest.result(FakeGuest.FIRST)).isEqualTo(4);
	}

}
