package io.gatewaywasm.boot.gateway.message;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.gatewaywasm.host.abi.FramingHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import org.jspecify.annotations.Nullable;
import reactor.netty.http.server.HttpServerRequest;

import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.web.server.ServerWebExchange;

/**
 * The target of a request in absolute form, as clients send it to a proxy. Its authority
 * takes precedence over the header {@code host} (RFC 9112, section 3.2.2). Spring reads
 * only the header, so that routes, filters and the upstream would see another host than a
 * cache or a firewall ahead of the gateway.
 */
public final class AbsoluteTarget {

	private static final Pattern FORM = Pattern.compile("https?://(?:[^/?#@]*@)?([^/?#@]*)(?:[/?#].*)?",
			Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

	private AbsoluteTarget() {
	}

	/**
	 * Sets the host of the request to that of an absolute target. Returns the exchange
	 * unchanged if the target has another form, or if the request is refused because of
	 * its hosts.
	 */
	public static ServerWebExchange apply(ServerWebExchange exchange) {
		HttpServerRequest server = NativeConnection.request(exchange.getRequest());
		String authority = (server != null) ? authority(server.uri()) : null;
		if (server == null || authority == null || !MessageFacts.hasValidHost(exchange.getRequest())) {
			return exchange;
		}
		List<String> hosts = NettyHeaders.values(server.requestHeaders(), HttpHeaderNames.HOST);
		String host = hosts.isEmpty() ? "" : hosts.get(0);
		if (host.equals(authority)) {
			return exchange;
		}
		server.requestHeaders().set(HttpHeaderNames.HOST, authority);
		ServerHttpRequest request = exchange.getRequest();
		URI uri = request.getURI();
		// Trusted headers of a proxy ahead have set another host
		boolean forwarded = !host.isEmpty() && !isSame(uri, host);
		URI changed = forwarded ? null : withAuthority(uri, authority);
		return exchange.mutate()
			.request(new Targeted(request, (changed != null) ? changed : uri, headers(request, authority)))
			.build();
	}

	private static @Nullable String authority(String target) {
		if (target.startsWith("/")) {
			return null;
		}
		Matcher matcher = FORM.matcher(target);
		return (matcher.matches() && FramingHeaders.isAuthority(matcher.group(1))) ? matcher.group(1) : null;
	}

	/**
	 * Returns the headers with the host of the target. They are usually those of the
	 * server, but a copy if Spring has applied the headers of a proxy.
	 */
	private static HttpHeaders headers(ServerHttpRequest request, String authority) {
		HttpHeaders headers = request.getHeaders();
		if (authority.equals(PortableHeaders.first(headers, HttpHeaders.HOST))) {
			return headers;
		}
		HttpHeaders changed = PortableHeaders.copy(headers);
		PortableHeaders.set(changed, HttpHeaders.HOST, authority);
		return changed;
	}

	private static boolean isSame(URI uri, String host) {
		String authority = uri.getRawAuthority();
		return authority != null && withoutPort(authority).equals(withoutPort(host));
	}

	private static String withoutPort(String authority) {
		return authority.replaceFirst(":[0-9]*$", "").toLowerCase(Locale.ROOT);
	}

	private static @Nullable URI withAuthority(URI uri, String authority) {
		String query = uri.getRawQuery();
		try {
			return new URI(
					uri.getScheme() + "://" + authority + uri.getRawPath() + ((query != null) ? "?" + query : ""));
		}
		catch (URISyntaxException ex) {
			return null;
		}
	}

	/** A request with the URI and the host of its target. */
	private static final class Targeted extends ServerHttpRequestDecorator {

		private final URI uri;

		private final HttpHeaders headers;

		private Targeted(ServerHttpRequest request, URI uri, HttpHeaders headers) {
			super(request);
			this.uri = uri;
			this.headers = headers;
		}

		@Override
		public URI getURI() {
			return this.uri;
		}

		@Override
		public HttpHeaders getHeaders() {
			return this.headers;
		}

	}

}
