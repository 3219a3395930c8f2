package io.gatewaywasm.demo;

import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.web.reactive.function.server.ServerRequest;

/**
 * Accepts only clients on this machine, and in browsers only pages of this application.
 * Pages of other sites, and other host names that resolve to this machine, are refused.
 */
final class LocalClients {

	private static final Set<String> LOCAL_NAMES = Set.of("localhost", "127.0.0.1", "[::1]");

	private LocalClients() {
	}

	/** Returns the reason, or {@code null} if the request is accepted. */
	static @Nullable String refusal(ServerRequest request) {
		InetSocketAddress address = request.remoteAddress().orElse(null);
		if (address == null || address.getAddress() == null || !address.getAddress().isLoopbackAddress()) {
			return "The demo runs modules only for clients on its own machine.";
		}
		HttpHeaders headers = request.headers().asHttpHeaders();
		InetSocketAddress host = headers.getHost();
		if (host == null || !LOCAL_NAMES.contains(host.getHostString())) {
			return "The demo runs modules only under the host name localhost.";
		}
		String origin = headers.getOrigin();
		if (origin != null && !isOf(origin, headers.getFirst(HttpHeaders.HOST))) {
			return "The demo runs modules only for its own page, not for " + origin + ".";
		}
		return null;
	}

	private static boolean isOf(String origin, @Nullable String host) {
		try {
			String authority = URI.create(origin).getRawAuthority();
			return authority != null && authority.equalsIgnoreCase(host);
		}
		catch (IllegalArgumentException ex) {
			return false;
		}
	}

}
