package io.gatewaywasm.test.exchange;

import java.util.Objects;
import java.util.function.Supplier;

import io.gatewaywasm.host.spi.LocalResponse;
import org.assertj.core.api.AbstractAssert;
import org.jspecify.annotations.Nullable;

/**
 * Assertions about an exchange. The message of a failed assertion contains the calls
 * between the filter and its host.
 * <p>
 * If the filter failed, its fail strategy has decided what happens, so no assertion holds
 * until {@link #hasFailed(String)} has shown that the test expects the failure. The
 * method of the same name of the filter's assertions does not show it for an exchange.
 */
public final class ExchangeAssert extends AbstractAssert<ExchangeAssert, Exchange> {

	private final ExchangeRun run;

	private final Supplier<String> story;

	ExchangeAssert(Exchange actual, ExchangeRun run, Supplier<String> story) {
		super(actual, ExchangeAssert.class);
		this.run = run;
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
		check(this.actual.answered() != null, "Expected a response to the client but there was none%s", because());
		return new MessageAssert(this.actual.answered(), this.story);
	}

	/**
	 * Verifies that the upstream has received the request.
	 * @return this
	 */
	public ExchangeAssert wasForwarded() {
		LocalResponse local = this.actual.localResponse();
		check(this.actual.forwarded() != null, "Expected the request to reach the upstream but it did not%s",
				(local != null) ? ": the filter responded with " + local.status() : because());
		return this;
	}

	/**
	 * Verifies that the upstream has not received the request.
	 * @return this
	 */
	public ExchangeAssert wasNotForwarded() {
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
	 * Verifies that the filter has sent a local response. A response of the fail
	 * strategy, or of the host because of a mistake of the filter, does not count.
	 * @param status the status of the local response
	 * @return this
	 */
	public ExchangeAssert hasLocalResponse(int status) {
		LocalResponse local = this.actual.localResponse();
		check(local != null && local.status() == status, "Expected the filter to respond with %d but %s", status,
				(local != null) ? "it responded with " + local.status() : failedOr("it did not" + because()));
		return this;
	}

	/**
	 * Verifies that the filter has not sent a local response.
	 * @return this
	 */
	public ExchangeAssert hasNoLocalResponse() {
		LocalResponse local = this.actual.localResponse();
		check(local == null, "Expected no local response of the filter but there was one with %s",
				(local != null) ? local.status() : "");
		return this;
	}

	/**
	 * Verifies that the filter has failed, so that its fail strategy was applied or the
	 * host responded with an error. Later assertions then describe the effects of the
	 * failure.
	 * @param reason the reason, such as {@code trap} or {@code body-buffer}, as in
	 * {@link FilterFailure#reason()}
	 * @return this
	 */
	public ExchangeAssert hasFailed(String reason) {
		FailureExpectations.checkReason(reason);
		FilterFailure failure = this.actual.failure();
		verify(failure != null && failure.reason().equals(reason), "Expected the filter to fail with '%s' but %s",
				reason, (failure != null) ? "the reason was '" + failure.reason() + "'" : "it did not fail");
		this.run.expectFailure();
		return this;
	}

	/**
	 * Verifies that the filter has not failed. Sending a local response is not a failure.
	 * @return this
	 */
	public ExchangeAssert hasNotFailed() {
		verify(this.actual.failure() == null, "Expected the filter not to fail but %s", failedOr(""));
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

	private String failedOr(String otherwise) {
		return (this.actual.failure() != null) ? "it failed" : otherwise;
	}

	/** Returns why the exchange has not come further, empty if it has ended. */
	private String because() {
		if (this.actual.failure() != null) {
			return ": it failed";
		}
		if (this.actual.resetReason() != null) {
			return ": the connection was reset";
		}
		if (this.run.awaitsResponse()) {
			return ": the upstream has not responded. Call respond(…) on the exchange";
		}
		return this.actual.isPaused() ? ": the filter has paused the exchange" : "";
	}

	/** A filter that failed has decided nothing, so that nothing about it is shown. */
	private void check(boolean holds, String message, @Nullable Object... arguments) {
		verify(holds, message, arguments);
		FilterFailure unexpected = this.run.unexpectedFailure();
		verify(unexpected == null,
				"The filter failed. If the test expects this failure, verify it first: assertThat(exchange).hasFailed(\"%s\")",
				(unexpected != null) ? unexpected.reason() : "");
	}

	private void verify(boolean holds, String message, @Nullable Object... arguments) {
		isNotNull();
		if (!holds) {
			failWithMessage("%s", String.format(message, arguments) + this.story.get());
		}
	}

}
