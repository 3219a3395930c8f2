package io.gatewaywasm.host.imports;

import io.gatewaywasm.host.abi.BufferType;
import io.gatewaywasm.host.abi.GuestMemory;
import io.gatewaywasm.host.abi.Status;
import io.gatewaywasm.host.abi.StatusException;

/**
 * The functions of the section "Buffers" of the specification. Positions and lengths are
 * unsigned, because SDKs pass the largest number to request everything.
 */
final class BufferImports {

	static final ImportArea<BufferImports> AREA = ImportArea.of("Buffers", BufferImports::new)
		.function("proxy_get_buffer_bytes", AbiVersion.V0_1_0, "iiiii", BufferImports::getBytes)
		.function("proxy_get_buffer_status", AbiVersion.V0_1_0, "iii", BufferImports::getStatus)
		.function("proxy_set_buffer_bytes", AbiVersion.V0_1_0, "iiiii", BufferImports::setBytes)
		.function("proxy_get_configuration", AbiVersion.V0_1_0, "ii", BufferImports::getConfiguration);

	private final Guest guest;

	private final HostBuffers host;

	private BufferImports(Guest guest) {
		this.guest = guest;
		this.host = guest.host().buffers();
	}

	private Status getBytes(GuestMemory memory, long[] arguments) {
		HostBuffer buffer = buffer(arguments[0]);
		Guest.checkInts(memory, arguments[3], arguments[4]);
		long start = Integer.toUnsignedLong((int) arguments[1]);
		long length = Math.min(Integer.toUnsignedLong((int) arguments[2]), buffer.length() - start);
		int pointer = 0;
		if (length > 0) {
			pointer = this.guest.allocate(memory, (int) length);
			buffer.copyTo((int) start, (int) length, memory, pointer);
		}
		memory.writeInt((int) arguments[3], pointer);
		memory.writeInt((int) arguments[4], (int) Math.max(length, 0));
		return Status.OK;
	}

	private Status getStatus(GuestMemory memory, long[] arguments) {
		HostBuffer buffer = buffer(arguments[0]);
		Guest.checkInts(memory, arguments[1], arguments[2]);
		memory.writeInt((int) arguments[1], buffer.length());
		// The flags, which Envoy never sets.
		memory.writeInt((int) arguments[2], 0);
		return Status.OK;
	}

	private Status setBytes(GuestMemory memory, long[] arguments) {
		HostBuffer buffer = buffer(arguments[0]);
		byte[] data = this.guest.body(memory, arguments[3], arguments[4]);
		long start = Integer.toUnsignedLong((int) arguments[1]);
		long length = Integer.toUnsignedLong((int) arguments[2]);
		int size = buffer.length();
		if (start == 0) {
			buffer.splice(0, (int) Math.min(length, size), data);
			return Status.OK;
		}
		if (start >= size) {
			buffer.splice(size, 0, data);
			return Status.OK;
		}
		return Status.BAD_ARGUMENT;
	}

	private Status getConfiguration(GuestMemory memory, long[] arguments) {
		Guest.checkInts(memory, arguments[0], arguments[1]);
		this.guest.give(memory, this.host.configuration(), arguments[0], arguments[1]);
		return Status.OK;
	}

	private HostBuffer buffer(long code) {
		BufferType type = BufferType.of((int) code);
		if (type == null) {
			throw StatusException.of(Status.BAD_ARGUMENT);
		}
		HostBuffer buffer = this.host.buffer(type);
		if (buffer == null) {
			throw StatusException.of(Status.NOT_FOUND);
		}
		return buffer;
	}

}
