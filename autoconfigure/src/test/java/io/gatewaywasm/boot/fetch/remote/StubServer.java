package io.gatewaywasm.boot.fetch.remote;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import io.gatewaywasm.packer.Blob;
import io.gatewaywasm.packer.Image;

/**
 * A server in this process, whose answers are up to the test.
 */
final class StubServer implements AutoCloseable {

	private final HttpServer server;

	private final ExecutorService threads = Executors.newCachedThreadPool();

	private final Map<String, HttpHandler> handlers = new ConcurrentHashMap<>();

	private final List<Seen> seen = new CopyOnWriteArrayList<>();

	StubServer() {
		try {
			this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.server.setExecutor(this.threads);
		this.server.createContext("/", this::handle);
		this.server.start();
	}

	private void handle(HttpExchange exchange) throws IOException {
		try (exchange) {
			String path = exchange.getRequestURI().getPath();
			this.seen.add(new Seen(exchange.getRequestMethod(), exchange.getRequestURI().toString(),
					exchange.getRequestHeaders().getFirst("authorization"),
					new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
			this.handlers.getOrDefault(path, status(404)).handle(exchange);
		}
	}

	StubServer on(String path, HttpHandler handler) {
		this.handlers.put(path, handler);
		return this;
	}

	/** Let the first requests for a path be answered otherwise. */
	StubServer atFirst(String path, int times, HttpHandler handler) {
		HttpHandler then = this.handlers.getOrDefault(path, status(404));
		AtomicInteger count = new AtomicInteger();
		return on(path, (exchange) -> ((count.getAndIncrement() < times) ? handler : then).handle(exchange));
	}

	StubServer serve(String path, byte[] body) {
		return on(path, body(body));
	}

	StubServer push(String repository, String tag, Image image) {
		image.layers().forEach((blob) -> blob(repository, blob));
		blob(repository, image.config());
		return manifest(repository, tag, image.manifest().bytes());
	}

	StubServer blob(String repository, Blob blob) {
		return serve("/v2/" + repository + "/blobs/" + blob.digest(), blob.bytes());
	}

	StubServer manifest(String repository, String tag, byte[] bytes) {
		serve("/v2/" + repository + "/manifests/" + tag, bytes);
		return serve("/v2/" + repository + "/manifests/" + new Blob("", bytes).digest(), bytes);
	}

	/** Demand a header from all requests that come in so far. */
	StubServer protect(String authorization, String challenge) {
		this.handlers.replaceAll((path, handler) -> (exchange) -> {
			if (authorization.equals(exchange.getRequestHeaders().getFirst("authorization"))) {
				handler.handle(exchange);
				return;
			}
			exchange.getResponseHeaders().set("www-authenticate", challenge);
			exchange.sendResponseHeaders(401, -1);
		});
		return this;
	}

	static HttpHandler body(byte[] body) {
		return (exchange) -> {
			exchange.sendResponseHeaders(200, (body.length > 0) ? body.length : -1);
			exchange.getResponseBody().write(body);
		};
	}

	static HttpHandler status(int status) {
		return (exchange) -> exchange.sendResponseHeaders(status, -1);
	}

	static HttpHandler redirect(String location) {
		return (exchange) -> {
			exchange.getResponseHeaders().set("location", location);
			exchange.sendResponseHeaders(307, -1);
		};
	}

	int port() {
		return this.server.getAddress().getPort();
	}

	String authority() {
		return "localhost:" + port();
	}

	/** The same server under another name, as another host. */
	String otherAuthority() {
		return "127.0.0.1:" + port();
	}

	String url(String path) {
		return "http://" + authority() + path;
	}

	List<Seen> seen() {
		return this.seen;
	}

	List<String> seenPaths() {
		return this.seen.stream().map(Seen::path).toList();
	}

	@Override
	public void close() {
		this.server.stop(0);
		this.threads.shutdownNow();
	}

	record Seen(String method, String path, String authorization, String body) {

	}

}
