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
	void callsOfWasiInARowShareALine() {
		TracedCall callback = this.trace.begin("proxy_on_tick", List.of("root=1"));
		for (int i = 0; i < 3; i++) {
			call("random_get");
		}
		call("proxy_done");
		call("proxy_done");
		call("random_get");
		call("fd_write");
		call("clock_time_get");
		call("clock_time_get");
		call("random_get");
		call("clock_time_get");
		this.trace.begin("proc_exit", List.of("code=1"));
		this.trace.leave(callback);
		assertThat(this.trace).hasToString("""
				proxy_on_tick(root=1) did not return
				    random_get × 3
				    proxy_done() = 0
				    proxy_done() = 0
				    random_get() = 0
				    fd_write() = 0
				    4 WASI calls (clock_time_get, random_get)
				    proc_exit(code=1) did not return
				""");
	}

	private void call(String function) {
		this.trace.end(this.trace.begin(function, List.of()), "0", List.of());
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
		List<CallParameter> parameters = CallParameters.ofHost("fd_write", 4);
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
