package io.gatewaywasm.testsupport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
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
import org.jspecify.annotations.Nullable;

/**
 * An HTTP server in this process, whose responses are defined by the test.
 */
public class StubServer implements AutoCloseable {

	private final HttpServer server;

	private final ExecutorService threads = Executors.newCachedThreadPool();

	private final Map<String, HttpHandler> handlers = new ConcurrentHashMap<>();

	private final List<Seen> seen = new CopyOnWriteArrayList<>();

	public StubServer() {
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

	public StubServer on(String path, HttpHandler handler) {
		this.handlers.put(path, handler);
		return this;
	}

	/**
	 * Handles the first requests for a path differently.
	 */
	public StubServer atFirst(String path, int times, HttpHandler handler) {
		HttpHandler then = this.handlers.getOrDefault(path, status(404));
		AtomicInteger count = new AtomicInteger();
		return on(path, (exchange) -> ((count.getAndIncrement() < times) ? handler : then).handle(exchange));
	}

	public StubServer serve(String path, byte[] body) {
		return on(path, body(body));
	}

	/**
	 * Serves a blob of a repository under its digest.
	 */
	public StubServer blob(String repository, byte[] bytes) {
		return serve("/v2/" + repository + "/blobs/" + digest(bytes), bytes);
	}

	/**
	 * Serves a manifest of a repository under its digest and a tag.
	 */
	public StubServer manifest(String repository, String tag, byte[] bytes) {
		serve("/v2/" + repository + "/manifests/" + tag, bytes);
		return serve("/v2/" + repository + "/manifests/" + digest(bytes), bytes);
	}

	private static String digest(byte[] bytes) {
		try {
			return "sha256:" + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Requires a header for all paths that are served so far.
	 */
	public StubServer protect(String authorization, String challenge) {
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

	public static HttpHandler body(byte[] body) {
		return (exchange) -> {
			exchange.sendResponseHeaders(200, (body.length > 0) ? body.length : -1);
			exchange.getResponseBody().write(body);
		};
	}

	public static HttpHandler status(int status) {
		return (exchange) -> exchange.sendResponseHeaders(status, -1);
	}

	public static HttpHandler redirect(String location) {
		return (exchange) -> {
			exchange.getResponseHeaders().set("location", location);
			exchange.sendResponseHeaders(307, -1);
		};
	}

	public int port() {
		return this.server.getAddress().getPort();
	}

	public String authority() {
		return "localhost:" + port();
	}

	/**
	 * Returns this server under another host name.
	 */
	public String otherAuthority() {
		return "127.0.0.1:" + port();
	}

	public String url(String path) {
		return "http://" + authority() + path;
	}

	public List<Seen> seen() {
		return this.seen;
	}

	public List<String> seenPaths() {
		return this.seen.stream().map(Seen::path).toList();
	}

	@Override
	public void close() {
		this.server.stop(0);
		this.threads.shutdownNow();
	}

	public record Seen(String method, String path, @Nullable String authorization, String body) {

	}

}
