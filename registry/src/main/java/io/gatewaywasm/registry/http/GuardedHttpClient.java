package io.gatewaywasm.registry.http;

import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeoutException;

import io.gatewaywasm.registry.FetchFailure;
import io.gatewaywasm.registry.FetchSettings;
import io.gatewaywasm.registry.ModuleFetchException;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.ssl.SslContext;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.DefaultAddressResolverGroup;
import org.jspecify.annotations.Nullable;
import reactor.core.Exceptions;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientResponse;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.resources.LoopResources;

/**
 * An HTTP client for URLs that are not trusted. It does not connect to blocked addresses,
 * does not send credentials to the target of a redirect, and limits the size of
 * responses. Each request has a connection of its own, on the client's own threads.
 * Callers block.
 */
public final class GuardedHttpClient implements HttpTransport, AutoCloseable {

	private static final int MAX_REDIRECTS = 5;

	private static final int MAX_HEADERS = 32 * 1024;

	private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

	private static final Set<Integer> BUSY = Set.of(408, 425, 429);

	private final LoopResources loops = LoopResources.create("gateway-wasm-fetch", 1, true);

	private final HttpClient client;

	private final SslContexts sslContexts;

	private final Duration handshakeTimeout;

	/**
	 * Creates a client.
	 * @param settings timeouts and blocked addresses
	 * @param sslContexts the TLS settings by server
	 */
	public GuardedHttpClient(FetchSettings settings, SslContexts sslContexts) {
		this(settings, sslContexts, DefaultAddressResolverGroup.INSTANCE);
	}

	/**
	 * Creates a client with a custom resolver.
	 * @param settings timeouts and blocked addresses
	 * @param sslContexts the TLS settings by server
	 * @param resolver resolves host names
	 */
	public GuardedHttpClient(FetchSettings settings, SslContexts sslContexts,
			AddressResolverGroup<InetSocketAddress> resolver) {
		ConnectGuard guard = new ConnectGuard(new BlockedAddresses(settings.blockedAddresses()));
		this.sslContexts = sslContexts;
		this.handshakeTimeout = settings.connectTimeout();
		this.client = HttpClient.create(ConnectionProvider.newConnection())
			.runOn(this.loops)
			.resolver(resolver)
			.option(ChannelOption.CONNECT_TIMEOUT_MILLIS, Math.toIntExact(settings.connectTimeout().toMillis()))
			.responseTimeout(settings.readTimeout())
			.disableRetry(true)
			.httpResponseDecoder((decoder) -> decoder.maxHeaderSize(MAX_HEADERS))
			.headers((headers) -> headers.set("user-agent", "gateway-wasm"))
			.doOnChannelInit((observer, channel, remote) -> channel.pipeline().addFirst("gateway-wasm.guard", guard));
	}

	/**
	 * Sends a request and follows its redirects.
	 * @param ask the request
	 * @param deadline the deadline
	 * @return the response, whose status is neither a redirect nor a temporary failure
	 * @throws ModuleFetchException if the server does not respond
	 */
	@Override
	public HttpAnswer send(HttpAsk ask, Deadline deadline) {
		HttpAsk current = ask;
		for (int redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
			HttpAnswer answer = exchange(current, deadline);
			String location = answer.header("location");
			if (!REDIRECTS.contains(answer.status()) || location == null) {
				return checkAvailable(answer);
			}
			current = current.redirected(target(current, location));
		}
		throw protocol("'%s' redirects more than %d times".formatted(ask.uri().getHost(), MAX_REDIRECTS));
	}

	private HttpAnswer exchange(HttpAsk ask, Deadline deadline) {
		Duration remaining = deadline.remaining();
		try {
			HttpAnswer answer = request(ask).timeout(remaining).block();
			if (answer == null) {
				throw protocol("'%s' does not respond".formatted(ask.uri().getHost()));
			}
			return answer;
		}
		catch (RuntimeException ex) {
			Throwable error = Exceptions.unwrap(ex);
			throw (error instanceof TimeoutException) ? deadline.expired()
					: ConnectionErrors.describe(ask.uri(), error);
		}
	}

	private Mono<HttpAnswer> request(HttpAsk ask) {
		HttpClient client = clientFor(ask.uri()).headers((headers) -> addHeaders(headers, ask));
		byte[] content = ask.body();
		HttpClient.RequestSender sender = client.request(HttpMethod.valueOf(ask.method())).uri(ask.uri());
		HttpClient.ResponseReceiver<?> receiver = (content != null)
				? sender.send(Mono.fromSupplier(() -> Unpooled.wrappedBuffer(content))) : sender;
		return receiver.response((response, body) -> collect(ask, response, body)).single();
	}

	private HttpClient clientFor(URI uri) {
		Origin origin = Origin.of(uri);
		if (!origin.isSecure()) {
			return this.client;
		}
		SslContext context = this.sslContexts.forAuthority(origin.authority());
		return this.client.secure((spec) -> spec.sslContext(context).handshakeTimeout(this.handshakeTimeout));
	}

	private static void addHeaders(HttpHeaders headers, HttpAsk ask) {
		ask.headers().forEach(headers::set);
		if (ask.authorization() != null) {
			headers.set("authorization", ask.authorization());
		}
	}

	private static Mono<HttpAnswer> collect(HttpAsk ask, HttpClientResponse response, ByteBufFlux body) {
		int status = response.status().code();
		Map<String, List<String>> headers = copy(response.responseHeaders());
		if (status != 200) {
			return Mono.just(new HttpAnswer(ask.uri(), status, headers, new byte[0]));
		}
		BoundedBody bytes = new BoundedBody(ask);
		bytes.checkDeclared(response.responseHeaders().get("content-length"));
		return body.asByteArray()
			.doOnNext(bytes::add)
			.then(Mono.fromSupplier(() -> new HttpAnswer(ask.uri(), status, headers, bytes.toByteArray())));
	}

	private static Map<String, List<String>> copy(HttpHeaders headers) {
		Map<String, List<String>> copy = new HashMap<>();
		headers.names().forEach((name) -> copy.put(name, headers.getAll(name)));
		return copy;
	}

	private static URI target(HttpAsk ask, String location) {
		URI target = resolve(ask.uri(), location);
		String scheme = String.valueOf(target.getScheme()).toLowerCase(Locale.ROOT);
		boolean http = scheme.equals("http") || scheme.equals("https");
		if (!http || target.getHost() == null || target.getUserInfo() != null || ask.body() != null) {
			throw protocol(
					"'%s' redirects to a URL that modules cannot be fetched from".formatted(ask.uri().getHost()));
		}
		if (scheme.equals("http") && Origin.of(ask.uri()).isSecure()) {
			throw protocol("'%s' redirects from HTTPS to HTTP".formatted(ask.uri().getHost()));
		}
		return target;
	}

	private static URI resolve(URI base, String location) {
		try {
			return base.resolve(location);
		}
		catch (IllegalArgumentException ex) {
			throw protocol("'%s' redirects to an invalid URL".formatted(base.getHost()));
		}
	}

	private static HttpAnswer checkAvailable(HttpAnswer answer) {
		if (answer.status() >= 500 || BUSY.contains(answer.status())) {
			throw new SourceBusyException(
					"'%s' responds with status %d".formatted(answer.uri().getHost(), answer.status()),
					retryAfter(answer.header("retry-after")));
		}
		return answer;
	}

	private static Duration retryAfter(@Nullable String seconds) {
		return (seconds != null && seconds.matches("\\d{1,6}")) ? Duration.ofSeconds(Long.parseLong(seconds))
				: Duration.ZERO;
	}

	private static ModuleFetchException protocol(String message) {
		return new ModuleFetchException(FetchFailure.PROTOCOL, message, "Check the location and the server.");
	}

	@Override
	public void close() {
		this.loops.dispose();
	}

}
