package io.gatewaywasm.host.imports;

import java.util.ArrayList;
import java.util.List;

import io.gatewaywasm.host.abi.HeaderPair;
import io.gatewaywasm.host.abi.PrintableText;
import org.jspecify.annotations.Nullable;

/**
 * The headers of an HTTP callout, and the metadata of a gRPC callout. As in Envoy,
 * headers that HTTP does not allow are not the fault of the host call, since a client may
 * have sent them: the guest gets an error response, and nothing is sent.
 *
 * @param pairs the headers from the guest, with names in lowercase
 */
record CalloutHeaders(List<HeaderPair> pairs) {

	private static final String PATH = ":path";

	private static final String METHOD = ":method";

	/** Returns why the callout is not sent, or {@code null} if it can be sent. */
	@Nullable String refusal() {
		for (HeaderPair pair : this.pairs) {
			String name = pair.name();
			if (!name.isEmpty() && !HeaderFields.isName(name)) {
				return "invalid header name: " + PrintableText.of(name, PrintableText.NAME);
			}
			boolean method = name.equals(METHOD);
			if (method && HeaderFields.clean(pair.value()).equalsIgnoreCase("CONNECT")) {
				return "missing required header: :protocol";
			}
			boolean invalid = method && !HeaderFields.isMethod(HeaderFields.clean(pair.value()));
			if (invalid || HeaderFields.hasControl(pair.value())) {
				return "invalid header value for: " + PrintableText.of(name, PrintableText.NAME);
			}
		}
		return null;
	}

	/**
	 * Returns the headers to send. A header without a name is left out, as in Envoy. The
	 * bytes of the path are kept, because a path is not a header value.
	 */
	List<HeaderPair> headers() {
		return this.pairs.stream()
			.filter((pair) -> !pair.name().isEmpty())
			.map((pair) -> pair.name().equals(PATH) ? pair : clean(pair))
			.toList();
	}

	/**
	 * Returns the trailers to send. Those that HTTP does not allow are left out, as in
	 * Envoy, which sends no trailers to an upstream of HTTP/1.1.
	 */
	static List<HeaderPair> trailers(List<HeaderPair> pairs) {
		return pairs.stream()
			.filter((pair) -> HeaderFields.isName(pair.name()) && !HeaderFields.hasControl(pair.value()))
			.map(CalloutHeaders::clean)
			.toList();
	}

	/**
	 * Returns the metadata of a gRPC callout to send, or {@code null} if the callout
	 * cannot be sent. The values of binary metadata are any bytes.
	 */
	static @Nullable List<HeaderPair> metadata(List<HeaderPair> pairs) {
		List<HeaderPair> sent = new ArrayList<>();
		for (HeaderPair pair : pairs) {
			boolean binary = pair.name().endsWith("-bin");
			if (pair.name().isEmpty()) {
				continue;
			}
			if (!HeaderFields.isName(pair.name()) || (!binary && HeaderFields.hasControl(pair.value()))) {
				return null;
			}
			sent.add(binary ? pair : clean(pair));
		}
		return sent;
	}

	private static HeaderPair clean(HeaderPair pair) {
		return new HeaderPair(pair.name(), HeaderFields.clean(pair.value()));
	}

}
