package io.gatewaywasm.boot.services;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

import io.gatewaywasm.host.abi.FramingHeaders;
import io.gatewaywasm.host.abi.HeaderPair;
import io.gatewaywasm.host.spi.Cancellable;
import io.gatewaywasm.host.spi.HttpCall;
import io.gatewaywasm.host.spi.HttpCallResult;
import io.gatewaywasm.host.spi.HttpCallouts;
import io.gatewaywasm.registry.http.BlockedAddresses;
import io.gatewaywasm.registry.http.ConnectGuard;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.util.AsciiString;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientResponse;
import reactor.netty.resources.ConnectionProvider;

import org.springframework.beans.factory.DisposableBean;

/**
 * Sends HTTP callouts of guests with Reactor Netty, on the gateway's own event loops.
 * Redirects are not followed, because a guest may call only allowed upstreams. Request
 * trailers are not sent, because Reactor Netty's client does not support them.
 */
public final class ReactorHttpCallouts implements HttpCallouts, DisposableBean {

	private static final String GUARD = "gateway-wasm.guard";

	private static final List<AsciiString> ADDED = List.of(HttpHeaderNames.ACCEPT, HttpHeaderNames.USER_AGENT);

	private final Upstreams upstreams;

	private final UpstreamAddresses addresses;

	private final ConnectionProvider connections;

	private final HttpClient client;

	/** Refuses addresses that no operator has allowed, even if a route leads there. */
	private final HttpClient guardedClient;

	/**
	 * Creates HTTP callouts.
	 * @param upstreams the upstreams that guests may call
	 * @param addresses resolves the address of an upstream
	 * @param maxConnections the maximum number of connections per host; twice as many
	 * callouts can wait for one
	 */
	public ReactorHttpCallouts(Upstreams upstreams, UpstreamAddresses addresses, int maxConnections) {
		this.upstreams = upstreams;
		this.addresses = addresses;
		this.connections = ConnectionProvider.create("gateway-wasm", maxConnections);
		this.client = InterimResponses
			.ignoredBy(HttpClient.create(this.connections).followRedirect(false).disableRetry(true));
		this.guardedClient = guarded(this.client);
	}

	private static HttpClient guarded(HttpClient client) {
		ConnectGuard guard = new ConnectGuard(new BlockedAddresses(List.of()));
		return client.doOnChannelInit((observer, channel, remote) -> channel.pipeline().addFirst(GUARD, guard));
	}

	@Override
	public @Nullable Cancellable send(HttpCall call, Consumer<HttpCallResult> result) {
		Upstream upstream = this.upstreams.find(call.upstream(), call.route());
		if (upstream == null) {
			return null;
		}
		return send(upstream.guarded() ? this.guardedClient : this.client, upstream, call, result);
	}

	private Cancellable send(HttpClient sender, Upstream upstream, HttpCall call, Consumer<HttpCallResult> result) {
		Mono<HttpCallResult> received = this.addresses.address(upstream)
			.flatMap((address) -> prepared(sender, address, call, upstream.maxResponseSize()));
		if (call.timeout().compareTo(Duration.ZERO) > 0) {
			received = received.timeout(call.timeout());
		}
		return received.onErrorResume((failure) -> Mono.just(CalloutFailures.of(failure, call.timeout())))
			.defaultIfEmpty(new HttpCallResult.Failure("no response"))
			.subscribe(result)::dispose;
	}

	/**
	 * Returns the exchange. An exception before anything is sent is the fault of the
	 * call, and one after that of the response.
	 */
	private static Mono<HttpCallResult> prepared(HttpClient sender, URI address, HttpCall call, int maxSize) {
		try {
			return exchange(sender, address, call, maxSize);
		}
		catch (IllegalArgumentException ex) {
			return Mono.error(new CalloutFailures.InvalidCalloutException(String.valueOf(ex.getMessage()), ex));
		}
	}

	private static Mono<HttpCallResult> exchange(HttpClient sender, URI address, HttpCall call, int maxSize) {
		CalloutPath path = new CalloutPath(header(call, ":path", "/"));
		if (path.hasControl()) {
			throw new IllegalArgumentException("The path of a callout must not contain control characters");
		}
		HttpHeaders sent = headers(call);
		HttpClient prepared = sender.headers((headers) -> headers.set(sent));
		boolean plain = path.isPlain();
		if (!plain) {
			prepared = prepared
				.doOnRequest((request, connection) -> connection.addHandlerLast(new CalloutPath.Handler(path)));
		}
		return prepared.request(HttpMethod.valueOf(header(call, ":method", "GET")))
			.uri(URI.create(address.getScheme() + "://" + address.getRawAuthority() + (plain ? path.toString() : "/")))
			.send((request, outbound) -> {
				// Remove headers that Reactor Netty adds and the guest has not set.
				ADDED.stream().filter((name) -> !sent.contains(name)).forEach(request.requestHeaders()::remove);
				return (call.body().length > 0) ? outbound.sendByteArray(Mono.just(call.body())) : outbound;
			})
			.response((response, content) -> receive(response, content, maxSize))
			.next();
	}

	private static HttpHeaders headers(HttpCall call) {
		HttpHeaders headers = new DefaultHttpHeaders();
		for (HeaderPair pair : call.headers()) {
			String name = pair.name().toLowerCase(Locale.ROOT);
			if (!name.startsWith(":") && !name.equals("host") && !FramingHeaders.owns(name)) {
				headers.add(name, pair.value());
			}
		}
		headers.set(HttpHeaderNames.HOST, authority(call));
		String method = header(call, ":method", "GET");
		if (call.body().length > 0 || !(method.equals("GET") || method.equals("HEAD"))) {
			headers.set(HttpHeaderNames.CONTENT_LENGTH, call.body().length);
		}
		return headers;
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

	private static Mono<HttpCallResult> receive(HttpClientResponse response, ByteBufFlux content, int maxSize) {
		return content.asByteArray()
			.reduceWith(ByteArrayOutputStream::new, (body, chunk) -> append(body, chunk, maxSize))
			.zipWith(response.trailerHeaders().defaultIfEmpty(EmptyHttpHeaders.INSTANCE))
			.map((parts) -> new HttpCallResult.Response(pairs(response), parts.getT1().toByteArray(),
					pairs(new ArrayList<>(), parts.getT2())));
	}

	private static ByteArrayOutputStream append(ByteArrayOutputStream body, byte[] chunk, int maxSize) {
		if (body.size() + chunk.length > maxSize) {
			throw new CalloutFailures.ResponseTooLargeException(maxSize);
		}
		body.writeBytes(chunk);
		return body;
	}

	private static List<HeaderPair> pairs(HttpClientResponse response) {
		List<HeaderPair> pairs = new ArrayList<>();
		pairs.add(new HeaderPair(":status", Integer.toString(response.status().code())));
		return pairs(pairs, response.responseHeaders());
	}

	private static List<HeaderPair> pairs(List<HeaderPair> pairs, HttpHeaders headers) {
		headers.forEach(
				(header) -> pairs.add(new HeaderPair(header.getKey().toLowerCase(Locale.ROOT), header.getValue())));
		return pairs;
	}

	@Override
	public void destroy() {
		this.connections.dispose();
	}

}
