package io.gatewaywasm.registry.oci;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.gatewaywasm.registry.FetchFailure;
import io.gatewaywasm.registry.ModuleFetchException;
import org.jspecify.annotations.Nullable;

/**
 * A registry's challenge that asks for a token. {@code service} is the service that the
 * token is for, or {@code null}.
 */
record BearerChallenge(URI realm, @Nullable String service) {

	private static final Pattern PARAMETER = Pattern.compile("([A-Za-z]+)\\s*=\\s*(?:\"([^\"]*)\"|([^\\s,\"]+))");

	/**
	 * Finds a challenge that asks for a token. {@code headers} has the values of
	 * {@code WWW-Authenticate}. Throws {@link ModuleFetchException} if a challenge does
	 * not say where to get the token.
	 */
	static Optional<BearerChallenge> find(List<String> headers) {
		return headers.stream().filter((header) -> isScheme(header, "bearer")).findFirst().map(BearerChallenge::parse);
	}

	/**
	 * Returns whether a challenge asks for basic authentication.
	 */
	static boolean asksForBasic(List<String> headers) {
		return headers.stream().anyMatch((header) -> isScheme(header, "basic"));
	}

	private static boolean isScheme(String header, String scheme) {
		return header.toLowerCase(Locale.ROOT).startsWith(scheme);
	}

	private static BearerChallenge parse(String header) {
		String realm = null;
		String service = null;
		Matcher matcher = PARAMETER.matcher(header);
		while (matcher.find()) {
			String value = (matcher.group(2) != null) ? matcher.group(2) : matcher.group(3);
			switch (matcher.group(1).toLowerCase(Locale.ROOT)) {
				case "realm" -> realm = value;
				case "service" -> service = value;
				default -> {
				}
			}
		}
		return new BearerChallenge(uri(realm), service);
	}

	private static URI uri(@Nullable String realm) {
		try {
			URI uri = new URI((realm != null) ? realm : "");
			if (String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT).matches("https?") && uri.getHost() != null
					&& uri.getUserInfo() == null) {
				return uri;
			}
		}
		catch (URISyntaxException ex) {
			// reported below
		}
		throw new ModuleFetchException(FetchFailure.PROTOCOL,
				"The registry requires a token but does not say where to get it", "Check the registry.");
	}

}
