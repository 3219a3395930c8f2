package io.gatewaywasm.boot.gateway.message;

import java.net.URI;
import java.util.HexFormat;
import java.util.regex.Pattern;

import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.ServerWebExchange;

/**
 * Applies the changes that a filter made to a request's headers to the exchange.
 */
public final class RequestChange {

	private static final String UNESCAPED = "-._~!$&'()*+,;=:@/?";

	private static final HexFormat HEX = HexFormat.of().withUpperCase();

	private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

	private RequestChange() {
	}

	/**
	 * Returns an exchange with the changed request, or the same exchange if nothing was
	 * changed.
	 */
	public static ServerWebExchange apply(ServerWebExchange exchange, RequestHeaderMap map) {
		PseudoHeaders pseudo = map.pseudo();
		String method = pseudo.changed(PseudoHeaders.METHOD);
		String path = pseudo.changed(PseudoHeaders.PATH);
		String authority = pseudo.changed(PseudoHeaders.AUTHORITY);
		// The upstream of a request without an authority receives its own one.
		boolean authorityRemoved = pseudo.isRemoved(PseudoHeaders.AUTHORITY);
		boolean same = !map.regular().areChanged() && authority == null && !authorityRemoved;
		if (same && method == null && path == null) {
			return exchange;
		}
		ServerHttpRequest request = exchange.getRequest();
		HttpHeaders headers = map.regular().toHttpHeaders();
		if (authorityRemoved) {
			PortableHeaders.remove(headers, HttpHeaders.HOST);
			exchange.getAttributes().put(ServerWebExchangeUtils.PRESERVE_HOST_HEADER_ATTRIBUTE, false);
		}
		else if (authority != null) {
			PortableHeaders.set(headers, HttpHeaders.HOST, authority);
			exchange.getAttributes().put(ServerWebExchangeUtils.PRESERVE_HOST_HEADER_ATTRIBUTE, true);
		}
		if (path != null) {
			request = request.mutate().uri(withPath(request.getURI(), path)).build();
			exchange.getAttributes()
				.computeIfPresent(ServerWebExchangeUtils.GATEWAY_REQUEST_URL_ATTR,
						(name, url) -> withPath((URI) url, path));
		}
		HttpMethod sent = (method != null) ? HttpMethod.valueOf(method) : request.getMethod();
		return FilteredExchange.withHeaders(exchange, new FramedRequest(request, sent, headers, request.getBody()));
	}

	/**
	 * Returns whether a method can be sent: it is a token and not CONNECT, which would
	 * turn the upstream's connection into a tunnel.
	 */
	static boolean isMethod(String method) {
		return TOKEN.matcher(method).matches() && !method.equalsIgnoreCase("CONNECT");
	}

	/** Replaces the raw path and query. {@code pathAndQuery} begins with a slash. */
	static URI withPath(URI uri, String pathAndQuery) {
		String base = (uri.getRawAuthority() != null) ? uri.getScheme() + "://" + uri.getRawAuthority() : "";
		return URI.create(base + escape(pathAndQuery));
	}

	/** Escapes the characters that are not allowed in a URI, except existing escapes. */
	private static String escape(String path) {
		StringBuilder result = new StringBuilder(path.length());
		for (int i = 0; i < path.length(); i++) {
			char character = path.charAt(i);
			if (isAllowed(character) || isEscape(path, i)) {
				result.append(character);
			}
			else {
				result.append('%').append(HEX.toHexDigits((byte) character));
			}
		}
		return result.toString();
	}

	private static boolean isAllowed(char character) {
		return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z')
				|| (character >= '0' && character <= '9') || UNESCAPED.indexOf(character) >= 0;
	}

	private static boolean isEscape(String path, int index) {
		return path.charAt(index) == '%' && index + 2 < path.length() && HexFormat.isHexDigit(path.charAt(index + 1))
				&& HexFormat.isHexDigit(path.charAt(index + 2));
	}

}
