package io.gatewaywasm.host.imports;

import java.nio.charset.StandardCharsets;

import io.gatewaywasm.host.abi.BufferType;
import io.gatewaywasm.host.abi.Status;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class BufferImportsTests {

	private static final int RESPONSE_BODY = 1;

	private final FakeGuest guest = new FakeGuest();

	private final FakeBuffer buffer = new FakeBuffer("0123456789");

	@BeforeEach
	void setUp() {
		this.guest.host.buffers.put(BufferType.HTTP_RESPONSE_BODY, this.buffer);
	}

	private Status get(int start, int length) {
		return this.guest.call("proxy_get_buffer_bytes", RESPONSE_BODY, start, length, FakeGuest.FIRST,
				FakeGuest.SECOND);
	}

	private Status set(int start, int length, String data) {
		return this.guest.call("proxy_set_buffer_bytes", RESPONSE_BODY, start, length, this.guest.text(data));
	}

	@ParameterizedTest
	@CsvSource({ "0, 10, 0123456789", "0, 4, 0123", "3, 2, 34", "8, 5, 89", "0, -1, 0123456789", "1, -1, 123456789",
			"9, 2147483647, 9" })
	void getClipsTheLengthToTheBuffer(int start, int length, String expected) {
		assertThat(get(start, length)).isEqualTo(Status.OK);
		assertThat(this.guest.textValue()).isEqualTo(expected);
	}

	@ParameterizedTest
	@CsvSource({ "10, 1", "11, 1", "-1, -1", "2147483647, 2147483647", "3, 0" })
	void getOfNothingIsOkWithoutAnAllocation(int start, int length) {
		assertThat(get(start, length)).isEqualTo(Status.OK);
		assertThat(this.guest.result(FakeGuest.FIRST)).isZero();
		assertThat(this.guest.result(FakeGuest.SECOND)).isZero();
		assertThat(this.guest.host.allocations).isZero();
	}

	@ParameterizedTest
	@ValueSource(ints = { 10, -1 })
	void anUnknownTypeIsABadArgument(int type) {
		assertThat(this.guest.call("proxy_get_buffer_bytes", type, 0, 1, 16, 24)).isEqualTo(Status.BAD_ARGUMENT);
		assertThat(this.guest.call("proxy_get_buffer_status", type, 16, 24)).isEqualTo(Status.BAD_ARGUMENT);
		assertThat(this.guest.call("proxy_set_buffer_bytes", type, 0, 1, 0, 0)).isEqualTo(Status.BAD_ARGUMENT);
	}

	@Test
	void anAbsentBufferIsNotFound() {
		assertThat(this.guest.call("proxy_get_buffer_bytes", 0, 0, 1, 16, 24)).isEqualTo(Status.NOT_FOUND);
		assertThat(this.guest.call("proxy_get_buffer_status", 0, 16, 24)).isEqualTo(Status.NOT_FOUND);
		assertThat(this.guest.call("proxy_set_buffer_bytes", 0, 0, 1, 0, 0)).isEqualTo(Status.NOT_FOUND);
	}

	@Test
	void getWritesIntoMemoryThatGrewDuringTheAllocation() {
		this.guest.host.next = (int) this.guest.memory.size();
		assertThat(get(0, 10)).isEqualTo(Status.OK);
		assertThat(this.guest.textValue()).isEqualTo("0123456789");
	}

	@Test
	void getDoesNotAllocateForAResultThatCannotBeTold() {
		assertThat(this.guest.call("proxy_get_buffer_bytes", RESPONSE_BODY, 0, 10, FakeGuest.FIRST, FakeGuest.OUTSIDE))
			.isEqualTo(Status.INVALID_MEMORY_ACCESS);
		assertThat(this.guest.host.allocations).isZero();
		assertThat(this.guest.isUntouched()).isTrue();
	}

	@Test
	void getRefusesAPointerOfTheAllocatorOutsideTheMemory() {
		this.guest.host.next = FakeGuest.OUTSIDE;
		assertThat(get(0, 10)).isEqualTo(Status.INVALID_MEMORY_ACCESS);
		assertThat(this.guest.isUntouched()).isTrue();
	}

	@Test
	void statusGivesTheLengthAndNoFlags() {
		assertThat(this.guest.call("proxy_get_buffer_status", RESPONSE_BODY, FakeGuest.FIRST, FakeGuest.SECOND))
			.isEqualTo(Status.OK);
		assertThat(this.guest.result(FakeGuest.FIRST)).isEqualTo(10);
		assertThat(this.guest.result(FakeGuest.SECOND)).isZero();
	}

	@ParameterizedTest
	@CsvSource({ "0, 10, NEW", "0, -1, NEW", "0, 2147483647, NEW" })
	void setReplacesTheWholeBuffer(int start, int length, String expected) {
		assertThat(set(start, length, "NEW")).isEqualTo(Status.OK);
		assertThat(this.buffer.text()).isEqualTo(expected);
	}

	@Test
	void setReplacesTheBeginning() {
		assertThat(set(0, 4, "NEW")).isEqualTo(Status.OK);
		assertThat(this.buffer.text()).isEqualTo("NEW456789");
	}

	@Test
	void setPrepends() {
		assertThat(set(0, 0, "NEW")).isEqualTo(Status.OK);
		assertThat(this.buffer.text()).isEqualTo("NEW0123456789");
	}

	@ParameterizedTest
	@CsvSource({ "10, 0", "10, 5", "2147483647, 0", "-1, -1" })
	void setAppends(int start, int length) {
		assertThat(set(start, length, "NEW")).isEqualTo(Status.OK);
		assertThat(this.buffer.text()).isEqualTo("0123456789NEW");
	}

	@Test
	void setFillsAnEmptyBuffer() {
		this.buffer.content = new byte[0];
		assertThat(set(0, 0, "NEW")).isEqualTo(Status.OK);
		assertThat(this.buffer.text()).isEqualTo("NEW");
	}

	@Test
	void setInTheMiddleIsABadArgument() {
		assertThat(set(1, 2, "NEW")).isEqualTo(Status.BAD_ARGUMENT);
		assertThat(this.buffer.text()).isEqualTo("0123456789");
	}

	@Test
	void setWithABadPointerChangesNothing() {
		assertThat(this.guest.call("proxy_set_buffer_bytes", RESPONSE_BODY, 0, 10, FakeGuest.OUTSIDE, 1))
			.isEqualTo(Status.INVALID_MEMORY_ACCESS);
		assertThat(this.guest.call("proxy_set_buffer_bytes", RESPONSE_BODY, 0, 10, 0, -1))
			.isEqualTo(Status.INVALID_MEMORY_ACCESS);
		assertThat(this.buffer.text()).isEqualTo("0123456789");
	}

	@Test
	void getConfigurationGivesIt() {
		this.guest.host.configuration = "{}".getBytes(StandardCharsets.UTF_8);
		assertThat(this.guest.call("proxy_get_configuration", FakeGuest.FIRST, FakeGuest.SECOND)).isEqualTo(Status.OK);
		assertThat(this.guest.textValue()).isEqualTo("{}");
	}

}
