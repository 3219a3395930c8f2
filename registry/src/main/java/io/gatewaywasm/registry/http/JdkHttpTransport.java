package io.gatewaywasm.registry.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.Arrays;

import io.gatewaywasm.registry.FetchFailure;
import io.gatewaywasm.registry.ModuleFetchException;

/**
 * Sends requests with the client of the JDK, for commands whose user chooses the server.
 * Blocks no addresses and follows no redirects.
 */
public final class JdkHttpTransport implements HttpTransport {

	private static final Duration REQUEST_TIMEOUT = Duration.ofMinutes(2);

	private final HttpClient client = HttpClient.newBuilder()
		.version(HttpClient.Version.HTTP_1_1)
		.connectTimeout(Duration.ofSeconds(10))
		.build();

	@Override
	public TransportResponse send(TransportRequest request, Deadline deadline) {
		URI uri = request.uri();
		Duration timeout = deadline.isWithin(REQUEST_TIMEOUT) ? REQUEST_TIMEOUT : deadline.remaining();
		HttpRequest.Builder builder = HttpRequest.newBuilder(uri)
			.timeout(timeout)
			.method(request.method(), body(request));
		request.headers().forEach(builder::setHeader);
		if (request.authorization() != null) {
			builder.setHeader("authorization", request.authorization());
		}
		try {
			HttpResponse<InputStream> response = this.client.send(builder.build(), BodyHandlers.ofInputStream());
			try (InputStream body = response.body()) {
				return new TransportResponse(uri, response.statusCode(), response.headers().map(), read(body, request));
			}
		}
		catch (IOException ex) {
			throw new ModuleFetchException(FetchFailure.UNREACHABLE,
					"'%s' cannot be reached: %s".formatted(uri.getRawAuthority(), reason(ex)),
					"Check the location, and whether the server uses TLS.", ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new ModuleFetchException(FetchFailure.UNREACHABLE, "The request was interrupted", "Try again.", ex);
		}
	}

	private static BodyPublisher body(TransportRequest request) {
		byte[] body = request.body();
		return (body != null) ? BodyPublishers.ofByteArray(body) : BodyPublishers.noBody();
	}

	private static byte[] read(InputStream body, TransportRequest request) throws IOException {
		BoundedBody bytes = new BoundedBody(request);
		byte[] buffer = new byte[8192];
		for (int read = body.read(buffer); read >= 0; read = body.read(buffer)) {
			bytes.add(Arrays.copyOf(buffer, read));
		}
		return bytes.toByteArray();
	}

	/** Returns the reason of a failure. Exceptions of the JDK often have no message. */
	static String reason(IOException ex) {
		for (Throwable cause = ex; cause != null; cause = cause.getCause()) {
			if (cause instanceof UnresolvedAddressException || cause instanceof UnknownHostException) {
				return "its host is unknown";
			}
		}
		String message = ex.getMessage();
		if (ex instanceof ConnectException && (message == null || message.contains("refused"))) {
			return "the connection was refused";
		}
		return (message != null) ? message : ex.toString();
	}

}
