package io.gatewaywasm.boot.gateway.message;

import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;

/**
 * Removes the headers that a client's {@code Connection} header names (RFC 9110, section
 * 7.6.1) before any filter runs. The gateway itself removes them only after the filters,
 * when such a name may belong to a header that a filter has checked or added.
 */
public final class ConnectionOptions {

	/** Connection options that the gateway's own filters read. */
	private static final Set<String> OWN = Set.of("close", "keep-alive", "upgrade", "te");

	/** Headers that a client cannot have removed. */
	private static final Set<String> PROTECTED = Set.of("host", "content-length", "transfer-encoding", "trailer");

	private ConnectionOptions() {
	}

	/**
	 * Returns the headers without those that {@code Connection} names, and removes their
	 * names from {@code Connection}. Returns {@code null} if there is nothing to remove.
	 */
	public static @Nullable HttpHeaders withoutNamed(HttpHeaders headers) {
		if (!PortableHeaders.contains(headers, HttpHeaders.CONNECTION)) {
			return null;
		}
		Set<String> kept = new LinkedHashSet<>();
		Set<String> named = new LinkedHashSet<>();
		for (String value : PortableHeaders.values(headers, HttpHeaders.CONNECTION)) {
			for (String option : value.split(",")) {
				String name = option.trim();
				(OWN.contains(name.toLowerCase(Locale.ROOT)) ? kept : named).add(name);
			}
		}
		named.remove("");
		if (named.isEmpty()) {
			return null;
		}
		HttpHeaders changed = PortableHeaders.copy(headers);
		named.removeIf((name) -> PROTECTED.contains(name.toLowerCase(Locale.ROOT)));
		named.add(HttpHeaders.CONNECTION);
		PortableHeaders.removeAll(changed, named);
		if (!kept.isEmpty()) {
			PortableHeaders.set(changed, HttpHeaders.CONNECTION, String.join(", ", kept));
		}
		return changed;
	}

}
