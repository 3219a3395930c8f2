package io.gatewaywasm.host.imports;

import java.util.List;

import io.gatewaywasm.host.abi.GuestMemory;
import io.gatewaywasm.host.abi.HeaderPair;
import io.gatewaywasm.host.abi.Status;
import org.jspecify.annotations.Nullable;

/**
 * The functions of the section "gRPC calls" of the specification. Guests built before ABI
 * 0.1.0 was final call {@code
 * proxy_grpc_call} without metadata.
 */
final class GrpcCallImports {

	static final ImportArea<GrpcCallImports> AREA = ImportArea.of("gRPC calls", GrpcCallImports::new)
		.function("proxy_grpc_call", AbiVersion.V0_1_0, "iiiiiiiiiiii", GrpcCallImports::call)
		.function("proxy_grpc_call", AbiVersion.V0_1_0, "iiiiiiiiii", GrpcCallImports::callWithoutMetadata)
		.function("proxy_grpc_stream", AbiVersion.V0_1_0, "iiiiiiiii", GrpcCallImports::stream)
		.function("proxy_grpc_send", AbiVersion.V0_1_0, "iiii", GrpcCallImports::send)
		.function("proxy_grpc_cancel", AbiVersion.V0_1_0, "i", GrpcCallImports::cancel)
		.function("proxy_grpc_close", AbiVersion.V0_1_0, "i", GrpcCallImports::close);

	private final Guest guest;

	private final HostGrpcCalls host;

	private GrpcCallImports(Guest guest) {
		this.guest = guest;
		this.host = guest.host().grpcCalls();
	}

	private Status call(GuestMemory memory, long[] arguments) {
		List<HeaderPair> metadata = CalloutHeaders.metadata(HeaderFields.rawPairs(memory, arguments[6], arguments[7]));
		return call(memory, arguments, metadata, 8);
	}

	private Status callWithoutMetadata(GuestMemory memory, long[] arguments) {
		return call(memory, arguments, List.of(), 6);
	}

	private Status call(GuestMemory memory, long[] arguments, @Nullable List<HeaderPair> metadata, int next) {
		byte[] service = Guest.bytes(memory, arguments[0], arguments[1]);
		String serviceName = Guest.utf8(memory, arguments[2], arguments[3]);
		String methodName = Guest.utf8(memory, arguments[4], arguments[5]);
		byte[] message = this.guest.body(memory, arguments[next], arguments[next + 1]);
		int timeout = (int) arguments[next + 2];
		int tokenResult = (int) arguments[next + 3];
		memory.check(tokenResult, Integer.BYTES);
		// Unsigned, in contrast to HTTP callouts, so a negative number is a very long
		// time.
		int milliseconds = (timeout < 0) ? Integer.MAX_VALUE : timeout;
		memory.writeInt(tokenResult,
				this.host.grpcCall(service, serviceName, methodName, metadata, message, milliseconds));
		return Status.OK;
	}

	private Status stream(GuestMemory memory, long[] arguments) {
		byte[] service = Guest.bytes(memory, arguments[0], arguments[1]);
		String serviceName = Guest.utf8(memory, arguments[2], arguments[3]);
		String methodName = Guest.utf8(memory, arguments[4], arguments[5]);
		List<HeaderPair> metadata = CalloutHeaders.metadata(HeaderFields.rawPairs(memory, arguments[6], arguments[7]));
		int tokenResult = (int) arguments[8];
		memory.check(tokenResult, Integer.BYTES);
		memory.writeInt(tokenResult, this.host.grpcStream(service, serviceName, methodName, metadata));
		return Status.OK;
	}

	private Status send(GuestMemory memory, long[] arguments) {
		byte[] message = this.guest.body(memory, arguments[1], arguments[2]);
		this.host.grpcSend((int) arguments[0], message, (int) arguments[3] != 0);
		return Status.OK;
	}

	private Status cancel(GuestMemory memory, long[] arguments) {
		this.host.grpcCancel((int) arguments[0]);
		return Status.OK;
	}

	private Status close(GuestMemory memory, long[] arguments) {
		this.host.grpcClose((int) arguments[0]);
		return Status.OK;
	}

}
