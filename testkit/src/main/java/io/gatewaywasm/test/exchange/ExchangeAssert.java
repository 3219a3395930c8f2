package io.gatewaywasm.test.exchange;

import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Stream;

import io.gatewaywasm.host.spi.FailureReason;
import io.gatewaywasm.host.spi.LocalResponse;
import org.assertj.core.api.AbstractAssert;
import org.jspecify.annotations.Nullable;

/**
 * Assertions about an exchange. The message of a failed assertion contains the calls
 * between the filter and its host.
 */
public final class ExchangeAssert extends AbstractAssert<ExchangeAssert, Exchange> {

	/** All values of {@link FilterFailure#reason()}. */
	private static final List<String> REASONS = Stream
		.concat(Stream.of(FailureReason.values()).map(FailureReason::tag), Stream.of("bound"))
		.sorted()
		.toList();

	private final Supplier<String> story;

	private boolean failureExpected;

	ExchangeAssert(Exchange actual, Supplier<String> story) {
		super(actual, ExchangeAssert.class);
		this.story = story;
	}

	/**
	 * Verifies that the upstream has received the request, and returns assertions about
	 * it.
	 * @return assertions about the request
	 */
	public MessageAssert forwarded() {
		wasForwarded();
		return new MessageAssert(this.actual.forwarded(), this.story);
	}

	/**
	 * Verifies that the client has received a response, and returns assertions about it.
	 * @return assertions about the response
	 */
	public MessageAssert answered() {
		check(this.actual.answered() != null, "Expected a response to the client but there was none");
		return new MessageAssert(this.actual.answered(), this.story);
	}

	/**
	 * Verifies that the upstream has received the request.
	 * @return this
	 */
	public ExchangeAssert wasForwarded() {
		LocalResponse local = this.actual.localResponse();
		check(this.actual.forwarded() != null, "Expected the request to reach the upstream but it did not%s",
				(local != null) ? ": the filter responded with " + local.status() : failedOr(": ", ""));
		return this;
	}

	/**
	 * Verifies that the upstream has not received the request because the filter decided
	 * so. If the filter failed, call {@link #hasFailed(String)} before.
	 * @return this
	 */
	public ExchangeAssert wasNotForwarded() {
		checkDecided("Expected the filter not to forward the request but it failed");
		check(this.actual.forwarded() == null, "Expected the request not to reach the upstream but it did");
		return this;
	}

	/**
	 * Verifies that the client has received no response, not even headers.
	 * @return this
	 */
	public ExchangeAssert wasNotAnswered() {
		check(this.actual.answered() == null, "Expected no response to the client but there was one");
		return this;
	}

	/**
	 * Verifies that the filter has sent a local response. The response to a failure of
	 * the filter does not count.
	 * @param status the status of the local response
	 * @return this
	 */
	public ExchangeAssert hasLocalResponse(int status) {
		LocalResponse local = this.actual.localResponse();
		check(local != null && local.status() == status, "Expected the filter to respond with %d but %s", status,
				(local != null) ? "it responded with " + local.status() : failedOr("it did not"));
		return this;
	}

	/**
	 * Verifies that the filter has not sent a local response. If the filter failed, call
	 * {@link #hasFailed(String)} before.
	 * @return this
	 */
	public ExchangeAssert hasNoLocalResponse() {
		checkDecided("Expected no local response of the filter but it failed");
		LocalResponse local = this.actual.localResponse();
		check(local == null, "Expected no local response of the filter but there was one with %s",
				(local != null) ? local.status() : "");
		return this;
	}

	/**
	 * Verifies that the filter has failed, so that its fail strategy was applied.
	 * @param reason the reason, such as {@code trap} or {@code pause-timeout}, as in
	 * {@link FilterFailure#reason()}
	 * @return this
	 */
	public ExchangeAssert hasFailed(String reason) {
		if (!REASONS.contains(reason)) {
			throw new IllegalArgumentException("'%s' is not a reason of a failure. Valid reasons: %s".formatted(reason,
					String.join(", ", REASONS)));
		}
		this.failureExpected = true;
		FilterFailure failure = this.actual.failure();
		check(failure != null && failure.reason().equals(reason), "Expected the filter to fail with '%s' but %s",
				reason, (failure != null) ? "the reason was '" + failure.reason() + "'" : "it did not fail");
		return this;
	}

	/**
	 * Verifies that the filter has not failed. Sending a local response is not a failure.
	 * @return this
	 */
	public ExchangeAssert hasNotFailed() {
		check(this.actual.failure() == null, "Expected the filter not to fail but %s", failedOr(""));
		return this;
	}

	/**
	 * Verifies that the filter has paused the request or the response.
	 * @return this
	 */
	public ExchangeAssert isPaused() {
		check(this.actual.isPaused(), "Expected the exchange to be paused but it was not");
		return this;
	}

	/**
	 * Verifies that the filter has not paused the exchange.
	 * @return this
	 */
	public ExchangeAssert isNotPaused() {
		check(!this.actual.isPaused(), "Expected the exchange not to be paused but it was");
		return this;
	}

	/**
	 * Verifies that the connection was reset.
	 * @return this
	 */
	public ExchangeAssert wasReset() {
		check(this.actual.resetReason() != null, "Expected the connection to be reset but it was not");
		return this;
	}

	/**
	 * Verifies a property that the filter has set.
	 * @param path the path, its segments separated by dots
	 * @param value the value, decoded as UTF-8
	 * @return this
	 */
	public ExchangeAssert hasSetProperty(String path, String value) {
		String found = this.actual.property(path);
		check(Objects.equals(found, value), "Expected property '%s' to be set to \"%s\" but it was %s", path, value,
				(found != null) ? '"' + found + '"' : "not set");
		return this;
	}

	/** A filter that failed has decided nothing, so its omissions prove nothing. */
	private void checkDecided(String message) {
		check(this.failureExpected || this.actual.failure() == null, message);
	}

	private String failedOr(String otherwise) {
		return failedOr("", otherwise);
	}

	private String failedOr(String prefix, String otherwise) {
		FilterFailure failure = this.actual.failure();
		return (failure != null) ? prefix + "it failed" : otherwise;
	}

	private void check(boolean holds, String message, @Nullable Object... arguments) {
		isNotNull();
		if (!holds) {
			failWithMessage("%s", String.format(message, arguments) + this.story.get());
		}
	}

}
