package io.gatewaywasm.boot.grpc;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Set;

import io.gatewaywasm.host.abi.HeaderPair;
import io.grpc.Metadata;
import org.jspecify.annotations.Nullable;

/**
 * Converts header pairs to metadata and back. As in Envoy, the two directions differ for
 * names that end in {@code -bin}: a guest sends raw bytes, which the gateway encodes in
 * Base64, and receives Base64 text.
 */
final class MetadataPairs {

	/** Headers that belong to the protocol or to grpc-java. */
	private static final Set<String> NOT_COPIED = Set.of("content-type", "te", "user-agent", "host", "connection",
			"content-length", "transfer-encoding", "grpc-timeout", "grpc-encoding", "grpc-accept-encoding");

	private MetadataPairs() {
	}

	static Metadata metadata(List<HeaderPair> pairs) {
		Metadata metadata = new Metadata();
		for (HeaderPair pair : pairs) {
			String name = pair.name().toLowerCase(Locale.ROOT);
			if (NOT_COPIED.contains(name) || !isValid(name)) {
				continue;
			}
			if (name.endsWith(Metadata.BINARY_HEADER_SUFFIX)) {
				metadata.put(Metadata.Key.of(name, Metadata.BINARY_BYTE_MARSHALLER),
						pair.value().getBytes(StandardCharsets.ISO_8859_1));
			}
			else {
				metadata.put(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER), pair.value());
			}
		}
		return metadata;
	}

	private static boolean isValid(String name) {
		return !name.isEmpty() && !name.equals(Metadata.BINARY_HEADER_SUFFIX)
				&& name.chars()
					.allMatch((character) -> (character >= 'a' && character <= 'z')
							|| (character >= '0' && character <= '9') || character == '-' || character == '_'
							|| character == '.');
	}

	/**
	 * Returns metadata as header pairs. Headers of upstreams that do not use gRPC, such
	 * as {@code :status}, are omitted because grpc-java has no keys for them.
	 */
	static List<HeaderPair> pairs(Metadata metadata) {
		List<HeaderPair> pairs = new ArrayList<>();
		for (String name : metadata.keys()) {
			if (!isValid(name)) {
				continue;
			}
			if (name.endsWith(Metadata.BINARY_HEADER_SUFFIX)) {
				add(pairs, name, metadata.getAll(Metadata.Key.of(name, Metadata.BINARY_BYTE_MARSHALLER)));
			}
			else {
				Iterable<String> values = metadata.getAll(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER));
				if (values != null) {
					values.forEach((value) -> pairs.add(new HeaderPair(name, value)));
				}
			}
		}
		return pairs;
	}

	private static void add(List<HeaderPair> pairs, String name, @Nullable Iterable<byte[]> values) {
		if (values != null) {
			Base64.Encoder encoder = Base64.getEncoder().withoutPadding();
			values.forEach((value) -> pairs.add(new HeaderPair(name, encoder.encodeToString(value))));
		}
	}

}
