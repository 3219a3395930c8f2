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
 * responses. Each request has its own connection, on the client's own threads. Callers
 * block.
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
	 * @return the response, whose status is neither a redirect nor a temporary failure
	 * @throws ModuleFetchException if the server does not respond
	 */
	@Override
	public TransportResponse send(TransportRequest request, Deadline deadline) {
		TransportRequest current = request;
		for (int redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
			TransportResponse response = exchange(current, deadline);
			String location = response.header("location");
			if (!REDIRECTS.contains(response.status()) || location == null) {
				return checkAvailable(response);
			}
			current = current.redirected(target(current, location));
		}
		throw protocolError("'%s' redirects more than %d times".formatted(request.uri().getHost(), MAX_REDIRECTS));
	}

	private TransportResponse exchange(TransportRequest request, Deadline deadline) {
		Duration remaining = deadline.remaining();
		try {
			TransportResponse response = send(request).timeout(remaining).block();
			if (response == null) {
				throw protocolError("'%s' does not respond".formatted(request.uri().getHost()));
			}
			return response;
		}
		catch (RuntimeException ex) {
			Throwable error = Exceptions.unwrap(ex);
			throw (error instanceof TimeoutException) ? deadline.expired()
					: ConnectionErrors.describe(request.uri(), error);
		}
	}

	private Mono<TransportResponse> send(TransportRequest request) {
		HttpClient client = clientFor(request.uri()).headers((headers) -> addHeaders(headers, request));
		byte[] content = request.body();
		HttpClient.RequestSender sender = client.request(HttpMethod.valueOf(request.method())).uri(request.uri());
		HttpClient.ResponseReceiver<?> receiver = (content != null)
				? sender.send(Mono.fromSupplier(() -> Unpooled.wrappedBuffer(content))) : sender;
		return receiver.response((response, body) -> collect(request, response, body)).single();
	}

	private HttpClient clientFor(URI uri) {
		Origin origin = Origin.of(uri);
		if (!origin.isSecure()) {
			return this.client;
		}
		SslContext context = this.sslContexts.forAuthority(origin.authority());
		return this.client.secure((spec) -> spec.sslContext(context).handshakeTimeout(this.handshakeTimeout));
	}

	private static void addHeaders(HttpHeaders headers, TransportRequest request) {
		request.headers().forEach(headers::set);
		if (request.authorization() != null) {
			headers.set("authorization", request.authorization());
		}
	}

	private static Mono<TransportResponse> collect(TransportRequest request, HttpClientResponse response,
			ByteBufFlux body) {
		int status = response.status().code();
		Map<String, List<String>> headers = copy(response.responseHeaders());
		if (status != 200) {
			return Mono.just(new TransportResponse(request.uri(), status, headers, new byte[0]));
		}
		BoundedBody bytes = new BoundedBody(request);
		bytes.checkDeclared(response.responseHeaders().get("content-length"));
		return body.asByteArray()
			.doOnNext(bytes::add)
			.then(Mono.fromSupplier(() -> new TransportResponse(request.uri(), status, headers, bytes.toByteArray())));
	}

	private static Map<String, List<String>> copy(HttpHeaders headers) {
		Map<String, List<String>> copy = new HashMap<>();
		headers.names().forEach((name) -> copy.put(name, headers.getAll(name)));
		return copy;
	}

	private static URI target(TransportRequest request, String location) {
		URI target = resolve(request.uri(), location);
		String scheme = String.valueOf(target.getScheme()).toLowerCase(Locale.ROOT);
		boolean http = scheme.equals("http") || scheme.equals("https");
		if (!http || target.getHost() == null || target.getUserInfo() != null || request.body() != null) {
			throw protocolError(
					"'%s' redirects to a URL that modules cannot be fetched from".formatted(request.uri().getHost()));
		}
		if (scheme.equals("http") && Origin.of(request.uri()).isSecure()) {
			throw protocolError("'%s' redirects from HTTPS to HTTP".formatted(request.uri().getHost()));
		}
		return target;
	}

	private static URI resolve(URI base, String location) {
		try {
			return base.resolve(location);
		}
		catch (IllegalArgumentException ex) {
			throw protocolError("'%s' redirects to an invalid URL".formatted(base.getHost()));
		}
	}

	private static TransportResponse checkAvailable(TransportResponse response) {
		if (response.status() >= 500 || BUSY.contains(response.status())) {
			throw new SourceBusyException(
					"'%s' responds with status %d".formatted(response.uri().getHost(), response.status()),
					retryAfter(response.header("retry-after")));
		}
		return response;
	}

	private static Duration retryAfter(@Nullable String seconds) {
		return (seconds != null && seconds.matches("\\d{1,6}")) ? Duration.ofSeconds(Long.parseLong(seconds))
				: Duration.ZERO;
	}

	private static ModuleFetchException protocolError(String message) {
		return new ModuleFetchException(FetchFailure.PROTOCOL, message, "Check the location and the server.");
	}

	@Override
	public void close() {
		this.loops.dispose();
	}

}
