package io.gatewaywasm.boot.services;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.gatewaywasm.host.abi.FramingHeaders;
import io.gatewaywasm.host.abi.HeaderPair;
import io.gatewaywasm.host.spi.Cancellable;
import io.gatewaywasm.host.spi.HttpCall;
import io.gatewaywasm.host.spi.HttpCallResult;
import io.gatewaywasm.host.spi.HttpCallouts;
import io.gatewaywasm.host.spi.RouteUpstream;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http2.HttpConversionUtil;
import io.netty.util.AsciiString;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientResponse;

import org.springframework.beans.factory.DisposableBean;

/**
 * Sends HTTP callouts of guests with Reactor Netty, on the gateway's own event loops.
 * Redirects are not followed, because a guest may call only allowed upstreams. Request
 * trailers are not sent, because Reactor Netty's client does not support them.
 */
public final class ReactorHttpCallouts implements HttpCallouts, DisposableBean {

	private static final List<AsciiString> ADDED = List.of(HttpHeaderNames.ACCEPT, HttpHeaderNames.USER_AGENT);

	/** Headers that Netty adds when it converts a response of HTTP/2. */
	private static final Set<String> ADDED_BY_HTTP2 = Stream
		.concat(Stream.of(HttpHeaderNames.TRANSFER_ENCODING),
				Arrays.stream(HttpConversionUtil.ExtensionHeaderNames.values())
					.map(HttpConversionUtil.ExtensionHeaderNames::text))
		.map(AsciiString::toString)
		.collect(Collectors.toUnmodifiableSet());

	private final Upstreams upstreams;

	private final UpstreamAddresses addresses;

	private final CalloutClients clients;

	private final CalloutShares shares;

	private final RecentHosts chosenHosts = new RecentHosts(System::nanoTime);

	/**
	 * Creates HTTP callouts.
	 * @param upstreams the upstreams that guests may call
	 * @param addresses resolves the address of an upstream
	 * @param maxConnections the maximum number of connections per host, of which a plugin
	 * can use half; twice as many of its callouts can wait for one
	 */
	public ReactorHttpCallouts(Upstreams upstreams, UpstreamAddresses addresses, int maxConnections) {
		this.upstreams = upstreams;
		this.addresses = addresses;
		this.clients = new CalloutClients(maxConnections);
		this.shares = new CalloutShares(maxConnections);
	}

	@Override
	public @Nullable Cancellable send(HttpCall call, Consumer<HttpCallResult> result) {
		Upstream upstream = this.upstreams.find(call.upstream(), call.route());
		if (upstream == null) {
			return null;
		}
		Mono<HttpCallResult> received = this.addresses.address(upstream)
			.flatMap((address) -> limited(upstream, address, call));
		if (call.timeout().compareTo(Duration.ZERO) > 0) {
			received = received.timeout(call.timeout());
		}
		return received.onErrorResume((failure) -> Mono.just(CalloutFailures.of(failure, call.timeout())))
			.defaultIfEmpty(new HttpCallResult.Failure("no response"))
			.subscribe(result)::dispose;
	}

	/** Returns the exchange. A call that cannot be sent does not wait for its turn. */
	private Mono<HttpCallResult> limited(Upstream upstream, URI address, HttpCall call) {
		Mono<HttpCallResult> exchange = prepared(upstream, address, call);
		return this.shares.limited(host(upstream, address, call), call.plugin(), exchange);
	}

	/** Returns the host whose connections a callout uses. */
	private String host(Upstream upstream, URI address, HttpCall call) {
		String host = address.getScheme() + "://" + address.getRawAuthority();
		if (isChosenByGuest(upstream, call.route()) && !this.chosenHosts.add(call.plugin(), host)) {
			throw new IllegalStateException("the plugin has called too many different hosts");
		}
		return host;
	}

	/** Returns whether the guest or its client chooses the host, which no route names. */
	private static boolean isChosenByGuest(Upstream upstream, @Nullable RouteUpstream route) {
		return upstream.guarded() && (route == null || !route.uri().equals(upstream.uri()));
	}

	/**
	 * Returns the exchange. An exception before anything is sent is the fault of the
	 * call, and one after that of the response.
	 */
	private Mono<HttpCallResult> prepared(Upstream upstream, URI address, HttpCall call) {
		try {
			return exchange(this.clients.client(upstream, address), upstream, address, call);
		}
		catch (IllegalArgumentException ex) {
			throw new CalloutFailures.InvalidCalloutException(String.valueOf(ex.getMessage()), ex);
		}
	}

	private static Mono<HttpCallResult> exchange(HttpClient sender, Upstream upstream, URI address, HttpCall call) {
		CalloutPath path = new CalloutPath(header(call, ":path", "/"));
		if (path.hasControl()) {
			throw new IllegalArgumentException("The path of a callout must not contain control characters");
		}
		HttpHeaders sent = headers(call, upstream.protocol());
		HttpClient prepared = sender.headers((headers) -> headers.set(sent));
		boolean plain = path.isPlain();
		if (!plain) {
			prepared = prepared
				.doOnRequest((request, connection) -> connection.addHandlerLast(new CalloutPath.Handler(path)));
		}
		if (upstream.protocol() == UpstreamProtocol.HTTP2 && call.body().length == 0) {
			prepared = prepared
				.doOnRequest((request, connection) -> connection.addHandlerLast(new EmptyHttp2Request()));
		}
		return prepared.request(HttpMethod.valueOf(header(call, ":method", "GET")))
			.uri(URI.create(address.getScheme() + "://" + address.getRawAuthority() + (plain ? path.toString() : "/")))
			.send((request, outbound) -> {
				// Remove headers that Reactor Netty adds and the guest has not set.
				ADDED.stream().filter((name) -> !sent.contains(name)).forEach(request.requestHeaders()::remove);
				return (call.body().length > 0) ? outbound.sendByteArray(Mono.just(call.body())) : outbound;
			})
			.response((response, content) -> receive(response, content, upstream))
			.next();
	}

	private static HttpHeaders headers(HttpCall call, UpstreamProtocol protocol) {
		HttpHeaders headers = new DefaultHttpHeaders();
		for (HeaderPair pair : call.headers()) {
			String name = pair.name().toLowerCase(Locale.ROOT);
			if (!name.startsWith(":") && !name.equals("host") && !FramingHeaders.owns(name)) {
				headers.add(name, pair.value());
			}
		}
		headers.set(HttpHeaderNames.HOST, authority(call));
		if (call.body().length > 0
				|| (protocol == UpstreamProtocol.HTTP1 && hasLength(header(call, ":method", "GET")))) {
			headers.set(HttpHeaderNames.CONTENT_LENGTH, call.body().length);
		}
		return headers;
	}

	/** Returns whether HTTP/1 announces also that the body is empty. */
	private static boolean hasLength(String method) {
		return !(method.equals("GET") || method.equals("HEAD"));
	}

	private static String authority(HttpCall call) {
		String authority = header(call, ":authority", "");
		if (!authority.isEmpty() && !FramingHeaders.isAuthority(authority)) {
			throw new IllegalArgumentException("The authority of a callout must be a host, optionally with a port");
		}
		return authority;
	}

	private static String header(HttpCall call, String name, String defaultValue) {
		for (HeaderPair pair : call.headers()) {
			if (pair.name().equalsIgnoreCase(name)) {
				return pair.value();
			}
		}
		return defaultValue;
	}

	private static Mono<HttpCallResult> receive(HttpClientResponse response, ByteBufFlux content, Upstream upstream) {
		return content.asByteArray()
			.reduceWith(ByteArrayOutputStream::new, (body, chunk) -> append(body, chunk, upstream.maxResponseSize()))
			.zipWith(response.trailerHeaders().defaultIfEmpty(EmptyHttpHeaders.INSTANCE))
			.map((parts) -> new HttpCallResult.Response(pairs(response, upstream.protocol()),
					parts.getT1().toByteArray(), pairs(new ArrayList<>(), parts.getT2())));
	}

	private static ByteArrayOutputStream append(ByteArrayOutputStream body, byte[] chunk, int maxSize) {
		if (body.size() + chunk.length > maxSize) {
			throw new CalloutFailures.ResponseTooLargeException(maxSize);
		}
		body.writeBytes(chunk);
		return body;
	}

	private static List<HeaderPair> pairs(HttpClientResponse response, UpstreamProtocol protocol) {
		List<HeaderPair> pairs = new ArrayList<>();
		pairs.add(new HeaderPair(":status", Integer.toString(response.status().code())));
		pairs(pairs, response.responseHeaders());
		if (protocol == UpstreamProtocol.HTTP2) {
			pairs.removeIf((pair) -> ADDED_BY_HTTP2.contains(pair.name()));
		}
		return pairs;
	}

	private static List<HeaderPair> pairs(List<HeaderPair> pairs, HttpHeaders headers) {
		headers.forEach(
				(header) -> pairs.add(new HeaderPair(header.getKey().toLowerCase(Locale.ROOT), header.getValue())));
		return pairs;
	}

	@Override
	public void destroy() {
		this.clients.close();
	}

}
