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
 * Turns pairs into metadata and back. Guests know metadata as it is on the wire, so the
 * values of names that end in {@code -bin} are in Base64.
 */
final class MetadataPairs {

	/** What the protocol and the library speak about themselves. */
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
				metadata.put(Metadata.Key.of(name, Metadata.BINARY_BYTE_MARSHALLER), decode(pair.value()));
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

	/** What is no Base64 is taken as it is. */
	private static byte[] decode(String value) {
		try {
			return Base64.getDecoder().decode(value);
		}
		catch (IllegalArgumentException ex) {
			return value.getBytes(StandardCharsets.ISO_8859_1);
		}
	}

	static List<HeaderPair> pairs(Metadata metadata) {
		List<HeaderPair> pairs = new ArrayList<>();
		for (String name : metadata.keys()) {
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
