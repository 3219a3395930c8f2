package io.gatewaywasm.test.trace;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

import io.gatewaywasm.host.abi.GuestMemory;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the text of a {@link CallTrace}.
 */
class CallTraceTextTests {

	private final CallTrace trace = new CallTrace();

	@Test
	void callsOfAWasiFunctionInARowShareALine() {
		TracedCall callback = this.trace.begin("proxy_on_tick", List.of("root=1"));
		for (int i = 0; i < 3; i++) {
			this.trace.end(this.trace.begin("random_get", List.of("1", "2")), "0", List.of());
		}
		this.trace.end(this.trace.begin("proxy_done", List.of()), "OK", List.of());
		this.trace.end(this.trace.begin("proxy_done", List.of()), "OK", List.of());
		this.trace.end(this.trace.begin("random_get", List.of("1", "2")), "0", List.of());
		this.trace.end(callback, "", List.of());
		assertThat(this.trace).hasToString("""
				proxy_on_tick(root=1)
				    random_get × 3
				    proxy_done() = OK
				    proxy_done() = OK
				    random_get(1, 2) = 0
				""");
	}

	@Test
	void fileWriteShowsItsBuffersAsText() {
		byte[] bytes = new byte[64];
		put(bytes, 0, 16);
		put(bytes, 4, 4);
		put(bytes, 8, 20);
		put(bytes, 12, 3);
		System.arraycopy("ohno!!\n".getBytes(StandardCharsets.UTF_8), 0, bytes, 16, 7);
		GuestMemory memory = new ArrayMemory(bytes);
		List<CallParameter> parameters = CallParameters.ofHost("fd_write");
		long[] arguments = { 2, 0, 2, 60 };
		assertThat(parameters.get(0).read(memory, arguments, 0)).isEqualTo("stderr");
		assertThat(parameters.get(1).read(memory, arguments, 1)).isEqualTo("\"ohno!!\\n\"");
	}

	/** Memory that is only read. */
	private record ArrayMemory(byte[] bytes) implements GuestMemory {

		@Override
		public long size() {
			return this.bytes.length;
		}

		@Override
		public byte[] read(int pointer, int length) {
			return Arrays.copyOfRange(this.bytes, pointer, pointer + length);
		}

		@Override
		public int readInt(int pointer) {
			return ByteBuffer.wrap(this.bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(pointer);
		}

		@Override
		public void write(int pointer, byte[] source, int offset, int length) {
			throw new UnsupportedOperationException();
		}

		@Override
		public void writeInt(int pointer, int value) {
			throw new UnsupportedOperationException();
		}

		@Override
		public void writeLong(int pointer, long value) {
			throw new UnsupportedOperationException();
		}

		@Override
		public void writeByte(int pointer, byte value) {
			throw new UnsupportedOperationException();
		}

		@Override
		public void check(int pointer, int length) {
			throw new UnsupportedOperationException();
		}

	}

	private static void put(byte[] bytes, int index, int value) {
		bytes[index] = (byte) value;
	}

}
