package io.gatewaywasm.host.imports;

import java.nio.charset.StandardCharsets;

import io.gatewaywasm.host.abi.GuestMemory;

/**
 * A buffer in an array.
 */
class FakeBuffer implements HostBuffer {

	byte[] content;

	FakeBuffer(String content) {
		this.content = content.getBytes(StandardCharsets.UTF_8);
	}

	String text() {
		return new String(this.content, StandardCharsets.UTF_8);
	}

	@Override
	public int length() {
		return this.content.length;
	}

	@Override
	public void copyTo(int start, int length, GuestMemory memory, int pointer) {
		memory.write(pointer, this.content, start, length);
	}

	@Override
	public void splice(int start, int length, byte[] data) {
		byte[] result = new byte[this.content.length - length + data.length];
		System.arraycopy(this.content, 0, result, 0, start);
		System.arraycopy(data, 0, result, start, data.length);
		System.arraycopy(this.content, start + length, result, start + data.length,
				this.content.length - start - length);
		this.content = result;
	}

}
