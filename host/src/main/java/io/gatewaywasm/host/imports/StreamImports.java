package io.gatewaywasm.host.imports;

import java.nio.charset.StandardCharsets;
import java.util.List;

import io.gatewaywasm.host.abi.GuestMemory;
import io.gatewaywasm.host.abi.HeaderPair;
import io.gatewaywasm.host.abi.PrintableText;
import io.gatewaywasm.host.abi.Status;
import io.gatewaywasm.host.abi.StreamType;

/**
 * The functions of the sections "Contexts", "Streams" and "HTTP streams" of the
 * specification.
 */
final class StreamImports {

	static final ImportArea<StreamImports> AREA = ImportArea.of("Contexts and streams", StreamImports::new)
		.function("proxy_set_effective_context", AbiVersion.V0_1_0, "i", StreamImports::setEffectiveContext)
		.function("proxy_done", AbiVersion.V0_1_0, "", StreamImports::done)
		.function("proxy_continue_stream", AbiVersion.V0_2_0, "i", StreamImports::continueStream)
		.function("proxy_close_stream", AbiVersion.V0_2_0, "i", StreamImports::closeStream)
		.function("proxy_continue_request", AbiVersion.V0_1_0, "", StreamImports::continueRequest)
		.function("proxy_continue_response", AbiVersion.V0_1_0, "", StreamImports::continueResponse)
		.function("proxy_clear_route_cache", AbiVersion.V0_1_0, "", StreamImports::clearRouteCache)
		.function("proxy_send_local_response", AbiVersion.V0_1_0, "iiiiiiii", StreamImports::sendLocalResponse);

	private static final int MAXIMUM_GRPC_STATUS = 16;

	private final Guest guest;

	private final HostStreams host;

	private StreamImports(Guest guest) {
		this.guest = guest;
		this.host = guest.host().streams();
	}

	private Status setEffectiveContext(GuestMemory memory, long[] arguments) {
		this.host.setEffectiveContext((int) arguments[0]);
		return Status.OK;
	}

	private Status done(GuestMemory memory, long[] arguments) {
		this.host.done();
		return Status.OK;
	}

	private Status continueStream(GuestMemory memory, long[] arguments) {
		StreamType type = StreamType.of((int) arguments[0]);
		if (type == null) {
			return Status.BAD_ARGUMENT;
		}
		if (type == StreamType.UPSTREAM) {
			// As in Envoy, where an upstream connection cannot be paused.
			return Status.UNIMPLEMENTED;
		}
		this.host.continueStream(type);
		return Status.OK;
	}

	private Status closeStream(GuestMemory memory, long[] arguments) {
		StreamType type = StreamType.of((int) arguments[0]);
		if (type == null) {
			return Status.BAD_ARGUMENT;
		}
		this.host.closeStream(type);
		return Status.OK;
	}

	private Status continueRequest(GuestMemory memory, long[] arguments) {
		this.host.continueStream(StreamType.HTTP_REQUEST);
		return Status.OK;
	}

	private Status continueResponse(GuestMemory memory, long[] arguments) {
		this.host.continueStream(StreamType.HTTP_RESPONSE);
		return Status.OK;
	}

	private Status clearRouteCache(GuestMemory memory, long[] arguments) {
		this.host.clearRouteCache();
		return Status.OK;
	}

	private Status sendLocalResponse(GuestMemory memory, long[] arguments) {
		String details = underscored(Guest.utf8(memory, arguments[1], arguments[2]));
		byte[] body = this.guest.body(memory, arguments[3], arguments[4]);
		List<HeaderPair> pairs = HeaderFields.rawPairs(memory, arguments[5], arguments[6]);
		for (HeaderPair pair : pairs) {
			if (!HeaderFields.isName(pair.name())) {
				// SDKs panic on any status other than OK, and a filter's rejection must
				// remain one.
				String text = "invalid header name: " + PrintableText.of(pair.name(), PrintableText.NAME);
				this.host.sendLocalResponse(500, "invalid_header_name", text.getBytes(StandardCharsets.UTF_8),
						List.of(), -1);
				return Status.OK;
			}
		}
		List<HeaderPair> headers = pairs.stream()
			// Guests copy the headers of a callout's response, including its :status.
			.filter((pair) -> !pair.name().startsWith(":"))
			.map((pair) -> new HeaderPair(pair.name(), HeaderFields.clean(pair.value())))
			.toList();
		int grpcStatus = (int) arguments[7];
		if (grpcStatus < 0 || grpcStatus > MAXIMUM_GRPC_STATUS) {
			grpcStatus = -1;
		}
		this.host.sendLocalResponse((int) arguments[0], details, body, headers, grpcStatus);
		return Status.OK;
	}

	private static String underscored(String details) {
		StringBuilder result = new StringBuilder(details);
		for (int i = 0; i < result.length(); i++) {
			char character = result.charAt(i);
			if (Character.isWhitespace(character) || Character.isISOControl(character)) {
				result.setCharAt(i, '_');
			}
		}
		return result.toString();
	}

}
