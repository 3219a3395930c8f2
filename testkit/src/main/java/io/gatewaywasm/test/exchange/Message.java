package io.gatewaywasm.test.exchange;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

import io.gatewaywasm.host.abi.HeaderPair;
import org.jspecify.annotations.Nullable;

/**
 * A request or response after the filter.
 *
 * @param headers the headers, including pseudo-headers
 * @param chunks the chunks of the body as they were sent
 * @param trailers the trailers
 * @param complete whether the end was sent
 * @param failure the failure that kept the filter from serving the exchange, or
 * {@code null} if there is none
 */
public record Message(List<HeaderPair> headers, List<byte[]> chunks, List<HeaderPair> trailers, boolean complete,
		@Nullable FilterFailure failure) {

	public Message {
		headers = List.copyOf(headers);
		chunks = List.copyOf(chunks);
		trailers = List.copyOf(trailers);
	}

	/**
	 * Returns a header.
	 * @param name the name
	 * @return the first value, or {@code null} if there is none
	 */
	public @Nullable String header(String name) {
		List<String> values = headerValues(name);
		return values.isEmpty() ? null : values.get(0);
	}

	/**
	 * Returns all values of a header.
	 * @param name the name
	 * @return the values in order
	 */
	public List<String> headerValues(String name) {
		return values(this.headers, name);
	}

	/**
	 * Returns all values of a trailer.
	 * @param name the name
	 * @return the values in order
	 */
	public List<String> trailerValues(String name) {
		return values(this.trailers, name);
	}

	private static List<String> values(List<HeaderPair> pairs, String name) {
		return pairs.stream().filter((pair) -> pair.name().equalsIgnoreCase(name)).map(HeaderPair::value).toList();
	}

	/**
	 * Returns the status of a response.
	 * @return the status
	 */
	public int status() {
		return Integer.parseInt(Objects.requireNonNull(header(":status"), "a request has no status"));
	}

	/**
	 * Returns the whole body.
	 * @return the bytes
	 */
	public byte[] body() {
		ByteArrayOutputStream body = new ByteArrayOutputStream();
		this.chunks.forEach(body::writeBytes);
		return body.toByteArray();
	}

	/**
	 * Returns the whole body as text.
	 * @return the body, decoded as UTF-8
	 */
	public String text() {
		return new String(body(), StandardCharsets.UTF_8);
	}

	/**
	 * Returns the body as JSON.
	 * @return a map, list, string, {@code Long}, {@code BigDecimal}, {@code Boolean} or
	 * {@code null}
	 * @throws IllegalArgumentException if the body is not JSON
	 */
	public @Nullable Object json() {
		return json("$");
	}

	/**
	 * Returns a value of a JSON body.
	 * @param path the path, such as {@code $.items[0].name}
	 * @return the value, as in {@link #json()}
	 * @throws IllegalArgumentException if the body is not JSON, or has no such value
	 */
	public @Nullable Object json(String path) {
		try {
			return JsonBody.at(text(), path);
		}
		catch (IllegalArgumentException ex) {
			if (this.failure == null) {
				throw ex;
			}
			throw new IllegalArgumentException(ex.getMessage() + this.failure.inExchange(), ex);
		}
	}

	@Override
	public String toString() {
		StringBuilder text = new StringBuilder();
		this.headers.forEach((pair) -> text.append(pair.name()).append(": ").append(pair.value()).append('\n'));
		text.append('\n').append(text());
		this.trailers.forEach((pair) -> text.append('\n').append(pair.name()).append(": ").append(pair.value()));
		return text.toString();
	}

}
