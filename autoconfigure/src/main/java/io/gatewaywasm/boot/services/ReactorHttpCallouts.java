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
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientResponse;
import reactor.netty.resources.ConnectionProvider;

import org.springframework.beans.factory.DisposableBean;

/**
 * Sends the HTTP calls of guests by Reactor Netty, on the gateway's own event loops.
 * Redirects are not followed, since a guest may call only what it was allowed to.
 * Trailers of requests are not sent: the client has no means to.
 */
public final class ReactorHttpCallouts implements HttpCallouts, DisposableBean {

	private final Upstreams upstreams;

	private final UpstreamAddresses addresses;

	private final ConnectionProvider connections;

	private final HttpClient client;

	/**
	 * Create new HTTP callouts.
	 * @param upstreams what guests may call
	 * @param addresses finds the address of an upstream
	 * @param maxConnections how many connections each host gets; twice as many calls wait
	 * for one
	 */
	public ReactorHttpCallouts(Upstreams upstreams, UpstreamAddresses addresses, int maxConnections) {
		this.upstreams = upstreams;
		this.addresses = addresses;
		this.connections = ConnectionProvider.create("gateway-wasm", maxConnections);
		this.client = HttpClient.create(this.connections).followRedirect(false).disableRetry(true);
	}

	@Override
	public @Nullable Cancellable send(HttpCall call, Consumer<HttpCallResult> result) {
		Upstream upstream = this.upstreams.find(call.upstream());
		if (upstream == null) {
			return null;
		}
		Mono<HttpCallResult> answer = this.addresses.address(upstream)
			.flatMap((address) -> exchange(address, call, upstream.maxResponseSize()));
		if (call.timeout().compareTo(Duration.ZERO) > 0) {
			answer = answer.timeout(call.timeout());
		}
		return answer.onErrorResume((failure) -> Mono.just(CalloutFailures.of(failure, call.timeout())))
			.defaultIfEmpty(new HttpCallResult.Failure("no answer"))
			.subscribe(result)::dispose;
	}

	private Mono<HttpCallResult> exchange(URI address, HttpCall call, int maxSize) {
		return this.client.headers((headers) -> headers.set(headers(call)))
			.request(HttpMethod.valueOf(header(call, ":method", "GET")))
			.uri(target(address, header(call, ":path", "/")))
			.send((request, outbound) -> (call.body().length > 0) ? outbound.sendByteArray(Mono.just(call.body()))
					: outbound)
			.response((response, content) -> answer(response, content, maxSize))
			.next();
	}

	/** What a guest gives as the path must not lead to another host. */
	private static URI target(URI address, String path) {
		URI target = URI.create(address.getScheme() + "://" + address.getRawAuthority() + path);
		if (!address.getRawAuthority().equals(target.getRawAuthority())) {
			throw new IllegalArgumentException("the path of a call must begin with '/'");
		}
		return target;
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
			throw new IllegalArgumentException("The authority of a call must be a host, with or without a port");
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

	private static Mono<HttpCallResult> answer(HttpClientResponse response, ByteBufFlux content, int maxSize) {
		return content.asByteArray()
			.reduceWith(ByteArrayOutputStream::new, (body, chunk) -> append(body, chunk, maxSize))
			.zipWith(response.trailerHeaders().defaultIfEmpty(EmptyHttpHeaders.INSTANCE))
			.map((parts) -> new HttpCallResult.Answer(pairs(response), parts.getT1().toByteArray(),
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
