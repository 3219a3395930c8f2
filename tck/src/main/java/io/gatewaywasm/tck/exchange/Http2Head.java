package io.gatewaywasm.tck.exchange;

import java.util.List;

import io.gatewaywasm.tck.exchange.HttpMessage.Field;

/**
 * The headers that start a message on a stream of HTTP/2. {@code fields} has the fields,
 * with pseudo-headers. {@code ended} says whether the message has neither a body nor
 * trailers.
 */
record Http2Head(int stream, List<Field> fields, boolean ended) {

	String pseudo(String name) {
		return this.fields.stream()
			.filter((field) -> field.name().equals(name))
			.map(Field::value)
			.findFirst()
			.orElse("");
	}

	String startLine() {
		return pseudo(":status").isEmpty() ? pseudo(":method") + " " + pseudo(":path") + " HTTP/2"
				: "HTTP/2 " + pseudo(":status");
	}

	List<Field> headers() {
		return this.fields.stream().filter((field) -> !field.name().matches(":(status|method|path)")).toList();
	}

}
