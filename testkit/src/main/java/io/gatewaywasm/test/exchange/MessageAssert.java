package io.gatewaywasm.test.exchange;

import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

import org.assertj.core.api.AbstractAssert;
import org.assertj.core.api.Assertions;
import org.assertj.core.api.ListAssert;
import org.jspecify.annotations.Nullable;

/**
 * Assertions about a request or response after the filter.
 */
public final class MessageAssert extends AbstractAssert<MessageAssert, Message> {

	private final Supplier<String> story;

	MessageAssert(@Nullable Message actual, Supplier<String> story) {
		super(actual, MessageAssert.class);
		this.story = story;
	}

	/**
	 * Verifies the status of a response.
	 * @param status the status
	 * @return this
	 */
	public MessageAssert hasStatus(int status) {
		return hasHeader(":status", Integer.toString(status));
	}

	/**
	 * Verifies the path of a request.
	 * @param path the path with its query
	 * @return this
	 */
	public MessageAssert hasPath(String path) {
		return hasHeader(":path", path);
	}

	/**
	 * Verifies that a header has exactly these values.
	 * @param name the name
	 * @param values the values in order
	 * @return this
	 */
	public MessageAssert hasHeader(String name, String... values) {
		isNotNull();
		List<String> found = this.actual.headerValues(name);
		check(found.equals(List.of(values)), "Expected header '%s' to be %s but it was %s", name, List.of(values),
				found);
		return this;
	}

	/**
	 * Verifies that a header is absent.
	 * @param name the name
	 * @return this
	 */
	public MessageAssert hasNoHeader(String name) {
		isNotNull();
		List<String> found = this.actual.headerValues(name);
		check(found.isEmpty(), "Expected no header '%s' but it was %s", name, found);
		return this;
	}

	/**
	 * Returns assertions about the values of a header. Their description contains the
	 * calls between the filter and its host.
	 * @param name the name
	 * @return assertions about the values in order
	 */
	public ListAssert<String> header(String name) {
		isNotNull();
		return Assertions.assertThat(this.actual.headerValues(name))
			.as(() -> "header '" + name + "'" + this.story.get() + "\n");
	}

	/**
	 * Verifies that a trailer has exactly these values.
	 * @param name the name
	 * @param values the values in order
	 * @return this
	 */
	public MessageAssert hasTrailer(String name, String... values) {
		isNotNull();
		List<String> found = this.actual.trailerValues(name);
		check(found.equals(List.of(values)), "Expected trailer '%s' to be %s but it was %s", name, List.of(values),
				found);
		return this;
	}

	/**
	 * Verifies the body.
	 * @param text the whole body, decoded as UTF-8
	 * @return this
	 */
	public MessageAssert hasBody(String text) {
		isNotNull();
		String found = this.actual.text();
		check(Objects.equals(found, text), "Expected the body to be \"%s\" but it was \"%s\"", text, found);
		return this;
	}

	/**
	 * Verifies that the body is the same JSON, regardless of white space and the order of
	 * fields.
	 * @param json the whole body
	 * @return this
	 * @throws IllegalArgumentException if the expected body is not JSON
	 */
	public MessageAssert hasJsonBody(String json) {
		isNotNull();
		Object expected = JsonBody.parse(json, "The expected JSON is invalid");
		check(JsonBody.same(json("$"), expected), "Expected the body to be the JSON %s but it was %s", json,
				this.actual.text());
		return this;
	}

	/**
	 * Verifies a value of a JSON body.
	 * @param path the path, such as {@code $.items[0].name}
	 * @param value a string, number, boolean, list, map or {@code null}
	 * @return this
	 */
	public MessageAssert hasJson(String path, @Nullable Object value) {
		isNotNull();
		Object found = json(path);
		check(JsonBody.same(found, value), "Expected %s of the body to be %s but it was %s", path, value, found);
		return this;
	}

	private @Nullable Object json(String path) {
		try {
			return JsonBody.at(this.actual.text(), path);
		}
		catch (IllegalArgumentException ex) {
			check(false, "%s", ex.getMessage());
			return null;
		}
	}

	/**
	 * Verifies that the end of the message was sent.
	 * @return this
	 */
	public MessageAssert isComplete() {
		isNotNull();
		check(this.actual.complete(), "Expected the message to be complete but its end is missing");
		return this;
	}

	private void check(boolean holds, String message, @Nullable Object... arguments) {
		if (!holds) {
			failWithMessage("%s", String.format(message, arguments) + this.story.get());
		}
	}

}
