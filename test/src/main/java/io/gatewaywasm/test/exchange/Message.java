package io.gatewaywasm.test.exchange;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

import io.gatewaywasm.host.abi.HeaderPair;
import org.jspecify.annotations.Nullable;

/**
 * A request or response as it left the filter.
 *
 * @param headers the headers, pseudo-headers included
 * @param chunks the parts of the body, each as it was sent on
 * @param trailers the trailers
 * @param complete whether the end was sent on as well
 */
public record Message(List<HeaderPair> headers, List<byte[]> chunks, List<HeaderPair> trailers, boolean complete) {

	public Message {
		headers = List.copyOf(headers);
		chunks = List.copyOf(chunks);
		trailers = List.copyOf(trailers);
	}

	/**
	 * Return a header.
	 * @param name the name
	 * @return the first value or {@code null} if there is none
	 */
	public @Nullable String header(String name) {
		List<String> values = headerValues(name);
		return values.isEmpty() ? null : values.get(0);
	}

	/**
	 * Return all values of a header.
	 * @param name the name
	 * @return the values in order
	 */
	public List<String> headerValues(String name) {
		return values(this.headers, name);
	}

	/**
	 * Return all values of a trailer.
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
	 * Return the status of a response.
	 * @return the status
	 */
	public int status() {
		return Integer.parseInt(Objects.requireNonNull(header(":status"), "a request has no status"));
	}

	/**
	 * Return the body.
	 * @return all parts of it in one
	 */
	public byte[] body() {
		ByteArrayOutputStream body = new ByteArrayOutputStream();
		this.chunks.forEach(body::writeBytes);
		return body.toByteArray();
	}

	/**
	 * Return the body as text.
	 * @return all parts of it in one, read as UTF-8
	 */
	public String text() {
		return new String(body(), StandardCharsets.UTF_8);
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
