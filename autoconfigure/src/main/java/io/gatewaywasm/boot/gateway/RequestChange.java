package io.gatewaywasm.boot.gateway;

import java.net.URI;
import java.util.HexFormat;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.ServerWebExchange;

/**
 * Carries the changes that a filter made to a request's headers over to the exchange.
 */
final class RequestChange {

	private static final String UNESCAPED = "-._~!$&'()*+,;=:@/?";

	private static final HexFormat HEX = HexFormat.of().withUpperCase();

	private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

	private RequestChange() {
	}

	/**
	 * Return the exchange with the request as the filter wants it.
	 * @param exchange the exchange
	 * @param map the headers as the filter left them
	 * @return the same exchange if nothing was changed
	 */
	static ServerWebExchange apply(ServerWebExchange exchange, RequestHeaderMap map) {
		String method = map.newMethod();
		String path = map.newPath();
		String authority = map.newAuthority();
		if (!map.isChanged() && method == null && path == null && authority == null) {
			return exchange;
		}
		ServerHttpRequest.Builder request = map.builder();
		if (authority != null) {
			request.headers((headers) -> PortableHeaders.set(headers, HttpHeaders.HOST, authority));
			exchange.getAttributes().put(ServerWebExchangeUtils.PRESERVE_HOST_HEADER_ATTRIBUTE, true);
		}
		request.method((method != null && TOKEN.matcher(method).matches()) ? HttpMethod.valueOf(method)
				: exchange.getRequest().getMethod());
		if (path != null) {
			request.uri(withPath(exchange.getRequest().getURI(), path));
			exchange.getAttributes()
				.computeIfPresent(ServerWebExchangeUtils.GATEWAY_REQUEST_URL_ATTR,
						(name, url) -> withPath((URI) url, path));
		}
		return exchange.mutate().request(request.build()).build();
	}

	/**
	 * Replace path and query, both raw.
	 * @param uri the URI
	 * @param pathAndQuery the new path, and query if there is a question mark
	 * @return the changed URI
	 */
	static URI withPath(URI uri, String pathAndQuery) {
		String base = (uri.getRawAuthority() != null) ? uri.getScheme() + "://" + uri.getRawAuthority() : "";
		String path = pathAndQuery.startsWith("/") ? pathAndQuery : "/" + pathAndQuery;
		return URI.create(base + escape(path));
	}

	/** Escape what a URI cannot hold, and nothing that is escaped already. */
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
