package io.gatewaywasm.test.exchange;

import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;

import io.gatewaywasm.host.plugin.Plugin;
import io.gatewaywasm.host.spi.LocalResponse;
import io.gatewaywasm.host.spi.TimeSource;
import org.assertj.core.api.AssertProvider;
import org.jspecify.annotations.Nullable;

/**
 * A request and its response on their way through a filter. If the filter pauses, the
 * exchange waits until a callout ends or time passes.
 */
public final class Exchange implements AssertProvider<ExchangeAssert> {

	private final ExchangeRun run;

	private final Supplier<String> story;

	private Exchange(ExchangeRun run, Supplier<String> story) {
		this.run = run;
		this.story = story;
	}

	/**
	 * Starts an exchange.
	 * @param request the request
	 * @param plugin the filter
	 * @param time the time
	 * @param failures receives the failures of the filter
	 * @param story describes the actions of the filter, for failed assertions
	 * @return the exchange, up to where the filter has paused it
	 */
	public static Exchange begin(FilterRequest request, Plugin plugin, TimeSource time, FailureLog failures,
			Supplier<String> story) {
		ExchangeRun run = new ExchangeRun(request.simulated(), plugin, time, failures);
		run.start();
		return new Exchange(run, story);
	}

	/**
	 * Returns the request as the upstream has received it.
	 * @return what has been sent of the request, or {@code null} if nothing has
	 */
	public @Nullable Message forwarded() {
		return this.run.forwarded();
	}

	/**
	 * Returns the response as the client has received it.
	 * @return what has been sent of the response, or {@code null} if nothing has
	 */
	public @Nullable Message answered() {
		return this.run.answered();
	}

	/**
	 * Returns the local response of the filter. A response of the fail strategy, or of
	 * the host because of a mistake of the filter, does not count.
	 * @return the local response, or {@code null} if there is none
	 */
	public @Nullable LocalResponse localResponse() {
		return this.run.localResponse();
	}

	/**
	 * Returns the failure that kept the filter from serving this exchange.
	 * @return the failure, or {@code null} if there is none
	 */
	public @Nullable FilterFailure failure() {
		this.run.seeFailure();
		return this.run.failure();
	}

	/**
	 * Returns why the connection was reset.
	 * @return the reason, or {@code null} if it was not reset
	 */
	public @Nullable String resetReason() {
		return this.run.resetReason();
	}

	/**
	 * Returns whether the filter has paused the request or the response.
	 * @return whether a direction has neither ended nor waits for the upstream
	 */
	public boolean isPaused() {
		return !this.run.isOver() && !this.run.awaitsResponse();
	}

	/**
	 * Returns a property that the filter has set.
	 * @param path the path, its segments separated by dots
	 * @return the value, decoded as UTF-8, or {@code null} if the filter has not set it
	 */
	public @Nullable String property(String path) {
		byte[] value = this.run.setProperty(path);
		return (value != null) ? new String(value, StandardCharsets.UTF_8) : null;
	}

	/**
	 * Sends the response of the upstream, after {@link FilterRequest#respondLater()}.
	 * @param response the response
	 * @return this exchange
	 */
	public Exchange respond(UpstreamResponse response) {
		if (!this.run.awaitsResponse()) {
			throw new IllegalStateException("The upstream has not received the request, or has already responded");
		}
		this.run.respond(response);
		return this;
	}

	/**
	 * Cancels the exchange as a client that disconnects, unless it has ended.
	 */
	public void cancel() {
		if (!this.run.isOver()) {
			this.run.end();
		}
	}

	/**
	 * Supports AssertJ's {@code assertThat}.
	 * @deprecated use {@code assertThat(exchange)}
	 */
	@Override
	@Deprecated
	public ExchangeAssert assertThat() {
		return new ExchangeAssert(this, this.run, this::story);
	}

	private String story() {
		FilterFailure failure = failure();
		return ((failure != null) ? failure.inExchange() : "") + this.story.get();
	}

	@Override
	public String toString() {
		FilterFailure failure = this.run.failure();
		return "forwarded: " + this.run.forwarded() + "\nanswered: " + this.run.answered()
				+ ((failure != null) ? failure.inExchange() : "");
	}

}
