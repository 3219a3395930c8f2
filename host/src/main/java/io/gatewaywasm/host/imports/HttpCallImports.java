package io.gatewaywasm.host.imports;

import java.nio.charset.StandardCharsets;
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
		List<HeaderPair> raw = HeaderFields.rawPairs(memory, arguments[2], arguments[3]);
		List<HeaderPair> headers = withRawPath(HeaderFields.pairs(raw), raw);
		byte[] body = this.guest.body(memory, arguments[4], arguments[5]);
		List<HeaderPair> trailers = HeaderFields.pairs(memory, arguments[6], arguments[7]);
		int timeout = (int) arguments[8];
		int tokenResult = (int) arguments[9];
		// Check the pointer first: a callout must not start if its token cannot be
		// returned.
		memory.writeInt(tokenResult, 0);
		nameAuthority(headers);
		if (timeout < 0 || !hasMethod(headers) || !contains(headers, ":authority") || !hasPath(headers)) {
			return Status.BAD_ARGUMENT;
		}
		memory.writeInt(tokenResult, this.host.httpCall(upstream, headers, body, trailers, timeout));
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

	/**
	 * Returns the headers with the bytes of the path as the guest has given them, because
	 * a path is not a header value.
	 */
	private static List<HeaderPair> withRawPath(List<HeaderPair> headers, List<HeaderPair> raw) {
		for (int i = 0; i < raw.size(); i++) {
			if (raw.get(i).name().equals(PATH)) {
				headers.set(i, raw.get(i));
			}
		}
		return headers;
	}

	/** Returns whether there is a path, and none that would end the request line. */
	private static boolean hasPath(List<HeaderPair> headers) {
		List<HeaderPair> paths = headers.stream().filter((header) -> header.name().equals(PATH)).toList();
		return !paths.isEmpty() && paths.stream()
			.flatMapToInt((path) -> path.value().chars())
			.noneMatch((character) -> "\r\n\0".indexOf(character) >= 0);
	}

	private static boolean hasMethod(List<HeaderPair> headers) {
		List<HeaderPair> methods = headers.stream().filter((header) -> header.name().equals(METHOD)).toList();
		return !methods.isEmpty() && methods.stream().map(HeaderPair::value).allMatch(HeaderFields::isMethod);
	}

	private static boolean contains(List<HeaderPair> headers, String name) {
		return headers.stream().anyMatch((header) -> header.name().equals(name));
	}

}
