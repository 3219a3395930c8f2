package io.gatewaywasm.test.exchange;

import java.util.Objects;
import java.util.function.Supplier;

import io.gatewaywasm.host.spi.LocalReply;
import org.assertj.core.api.AbstractAssert;
import org.jspecify.annotations.Nullable;

/**
 * Assertions about an exchange. What fails shows the calls between filter and host.
 */
public final class ExchangeAssert extends AbstractAssert<ExchangeAssert, Exchange> {

	private final Supplier<String> story;

	ExchangeAssert(Exchange actual, Supplier<String> story) {
		super(actual, ExchangeAssert.class);
		this.story = story;
	}

	/**
	 * Go on with the request as the upstream got it, which it must have.
	 * @return assertions about the request
	 */
	public MessageAssert forwarded() {
		wasForwarded();
		return new MessageAssert(this.actual.forwarded(), this.story);
	}

	/**
	 * Go on with the response as the client got it, which it must have.
	 * @return assertions about the response
	 */
	public MessageAssert answered() {
		check(this.actual.answered() != null, "Expected an answer to the client but there was none");
		return new MessageAssert(this.actual.answered(), this.story);
	}

	/**
	 * Verify that the upstream got the request.
	 * @return this
	 */
	public ExchangeAssert wasForwarded() {
		LocalReply reply = this.actual.localReply();
		check(this.actual.forwarded() != null, "Expected the request to reach the upstream but it did not%s",
				(reply != null) ? ": the filter replied with " + reply.status() : "");
		return this;
	}

	/**
	 * Verify that the upstream did not get the request.
	 * @return this
	 */
	public ExchangeAssert wasNotForwarded() {
		check(this.actual.forwarded() == null, "Expected the request not to reach the upstream but it did");
		return this;
	}

	/**
	 * Verify that the client got no answer, not even headers.
	 * @return this
	 */
	public ExchangeAssert wasNotAnswered() {
		check(this.actual.answered() == null, "Expected no answer to the client but there was one");
		return this;
	}

	/**
	 * Verify that the filter, or its failure policy, replied itself.
	 * @param status the status of the reply
	 * @return this
	 */
	public ExchangeAssert hasLocalReply(int status) {
		LocalReply reply = this.actual.localReply();
		check(reply != null && reply.status() == status, "Expected the filter to reply with %d but %s", status,
				(reply != null) ? "it replied with " + reply.status() : "it did not");
		return this;
	}

	/**
	 * Verify that the filter did not reply itself.
	 * @return this
	 */
	public ExchangeAssert hasNoLocalReply() {
		LocalReply reply = this.actual.localReply();
		check(reply == null, "Expected no reply of the filter but there was one with %s",
				(reply != null) ? reply.status() : "");
		return this;
	}

	/**
	 * Verify that the filter holds the request or the response back.
	 * @return this
	 */
	public ExchangeAssert isPaused() {
		check(this.actual.isPaused(), "Expected the exchange to be paused but it was not");
		return this;
	}

	/**
	 * Verify that the filter holds nothing back.
	 * @return this
	 */
	public ExchangeAssert isNotPaused() {
		check(!this.actual.isPaused(), "Expected the exchange to go on but it was paused");
		return this;
	}

	/**
	 * Verify that the connection was cut.
	 * @return this
	 */
	public ExchangeAssert wasReset() {
		check(this.actual.resetReason() != null, "Expected the connection to be cut but it was not");
		return this;
	}

	/**
	 * Verify a property that the filter has set.
	 * @param path the path, its segments separated by dots
	 * @param value the value, read as UTF-8
	 * @return this
	 */
	public ExchangeAssert hasSetProperty(String path, String value) {
		String found = this.actual.property(path);
		check(Objects.equals(found, value), "Expected property '%s' to be set to \"%s\" but it was %s", path, value,
				(found != null) ? '"' + found + '"' : "not set");
		return this;
	}

	private void check(boolean holds, String message, @Nullable Object... arguments) {
		isNotNull();
		if (!holds) {
			failWithMessage("%s", String.format(message, arguments) + this.story.get());
		}
	}

}
