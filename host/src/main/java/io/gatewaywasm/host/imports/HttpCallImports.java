package io.gatewaywasm.host.imports;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import io.gatewaywasm.host.abi.GuestMemory;
import io.gatewaywasm.host.abi.HeaderPair;
import io.gatewaywasm.host.abi.Status;

/**
 * The functions of the section "HTTP calls" of the specification, and the status of the
 * last callout.
 */
final class HttpCallImports {

	static final ImportArea<HttpCallImports> AREA = ImportArea.of("HTTP calls", HttpCallImports::new)
		.function("proxy_http_call", AbiVersion.V0_1_0, "iiiiiiiiii", HttpCallImports::httpCall)
		.function("proxy_get_status", AbiVersion.V0_1_0, "iii", HttpCallImports::getStatus);

	private static final String PATH = ":path";

	private static final String METHOD = ":method";

	private final Guest guest;

	private final HostHttpCalls host;

	private HttpCallImports(Guest guest) {
		this.guest = guest;
		this.host = guest.host().httpCalls();
	}

	private Status httpCall(GuestMemory memory, long[] arguments) {
		String upstream = Guest.utf8(memory, arguments[0], arguments[1]);
		List<HeaderPair> headers = new ArrayList<>(HeaderFields.rawPairs(memory, arguments[2], arguments[3]));
		byte[] body = this.guest.body(memory, arguments[4], arguments[5]);
		List<HeaderPair> trailers = HeaderFields.rawPairs(memory, arguments[6], arguments[7]);
		int timeout = (int) arguments[8];
		int tokenResult = (int) arguments[9];
		// Check the pointer first: a callout must not start if its token cannot be
		// returned.
		memory.writeInt(tokenResult, 0);
		nameAuthority(headers);
		if (timeout < 0 || !contains(headers, METHOD) || !contains(headers, ":authority") || !contains(headers, PATH)) {
			return Status.BAD_ARGUMENT;
		}
		CalloutHeaders sent = new CalloutHeaders(headers);
		String refusal = sent.refusal();
		memory.writeInt(tokenResult, (refusal != null) ? this.host.refusedHttpCall(upstream, refusal)
				: this.host.httpCall(upstream, sent.headers(), body, CalloutHeaders.trailers(trailers), timeout));
		return Status.OK;
	}

	private Status getStatus(GuestMemory memory, long[] arguments) {
		memory.check((int) arguments[0], Integer.BYTES);
		Guest.checkInts(memory, arguments[1], arguments[2]);
		byte[] message = this.host.callStatusMessage().getBytes(StandardCharsets.UTF_8);
		memory.writeInt((int) arguments[0], this.host.callStatusCode());
		this.guest.give(memory, message, arguments[1], arguments[2]);
		return Status.OK;
	}

	/** Renames {@code host} to {@code :authority}, as Envoy does. */
	private static void nameAuthority(List<HeaderPair> headers) {
		if (!contains(headers, ":authority")) {
			headers.replaceAll(
					(header) -> header.name().equals("host") ? new HeaderPair(":authority", header.value()) : header);
		}
	}

	private static boolean contains(List<HeaderPair> headers, String name) {
		return headers.stream().anyMatch((header) -> header.name().equals(name));
	}

}
