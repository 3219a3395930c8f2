package io.gatewaywasm.test.exchange;

import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

import org.assertj.core.api.AbstractAssert;
import org.assertj.core.api.Assertions;
import org.assertj.core.api.ListAssert;
import org.jspecify.annotations.Nullable;

/**
 * Assertions about a request or response as it left the filter.
 */
public final class MessageAssert extends AbstractAssert<MessageAssert, Message> {

	private final Supplier<String> story;

	MessageAssert(@Nullable Message actual, Supplier<String> story) {
		super(actual, MessageAssert.class);
		this.story = story;
	}

	/**
	 * Verify the status of a response.
	 * @param status the status
	 * @return this
	 */
	public MessageAssert hasStatus(int status) {
		return hasHeader(":status", Integer.toString(status));
	}

	/**
	 * Verify the path of a request.
	 * @param path the path with its query
	 * @return this
	 */
	public MessageAssert hasPath(String path) {
		return hasHeader(":path", path);
	}

	/**
	 * Verify that a header has exactly these values.
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
	 * Verify that there is no such header.
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
	 * Go on with the values of a header.
	 * @param name the name
	 * @return assertions about the values in order
	 */
	public ListAssert<String> header(String name) {
		isNotNull();
		return Assertions.assertThat(this.actual.headerValues(name)).as("header '%s'", name);
	}

	/**
	 * Verify the values of a trailer.
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
	 * Verify the body.
	 * @param text the whole body, read as UTF-8
	 * @return this
	 */
	public MessageAssert hasBody(String text) {
		isNotNull();
		String found = this.actual.text();
		check(Objects.equals(found, text), "Expected the body to be \"%s\" but it was \"%s\"", text, found);
		return this;
	}

	/**
	 * Verify that the end was sent on as well.
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
