package io.gatewaywasm.test.exchange;

import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;

import io.gatewaywasm.host.plugin.Plugin;
import io.gatewaywasm.host.spi.LocalReply;
import io.gatewaywasm.host.spi.TimeSource;
import org.assertj.core.api.AssertProvider;
import org.jspecify.annotations.Nullable;

/**
 * A request and its response on their way through a filter, at this moment. A filter that
 * pauses holds it up until a call is answered or time passes.
 */
public final class Exchange implements AssertProvider<ExchangeAssert> {

	private final ExchangeRun run;

	private final Supplier<String> story;

	private Exchange(ExchangeRun run, Supplier<String> story) {
		this.run = run;
		this.story = story;
	}

	/**
	 * Begin an exchange.
	 * @param request the request
	 * @param plugin the filter
	 * @param time the time
	 * @param story tells what the filter did, for failed assertions
	 * @return the exchange, as far as the filter has let it go
	 */
	public static Exchange begin(FilterRequest request, Plugin plugin, TimeSource time, Supplier<String> story) {
		ExchangeRun run = new ExchangeRun(request, plugin, time);
		run.start();
		return new Exchange(run, story);
	}

	/**
	 * Return the request as it was sent on to the upstream.
	 * @return the request as far as it has gone, or {@code null} if it has not
	 */
	public @Nullable Message forwarded() {
		return this.run.forwarded();
	}

	/**
	 * Return the response as it was sent to the client.
	 * @return the response as far as it has gone, or {@code null} if it has not
	 */
	public @Nullable Message answered() {
		return this.run.answered();
	}

	/**
	 * Return what the filter, or its failure policy, replied itself.
	 * @return the reply or {@code null} if there was none
	 */
	public @Nullable LocalReply localReply() {
		return this.run.localReply();
	}

	/**
	 * Return why the connection was cut.
	 * @return the reason, or {@code null} if it was not
	 */
	public @Nullable String resetReason() {
		return this.run.resetReason();
	}

	/**
	 * Return whether the filter holds the request or the response back.
	 * @return whether something is neither over nor waiting for the upstream
	 */
	public boolean isPaused() {
		return !this.run.isOver() && !this.run.awaitsResponse();
	}

	/**
	 * Return a property that the filter has set.
	 * @param path the path, its segments separated by dots
	 * @return the value, read as UTF-8, or {@code null} if it has not set it
	 */
	public @Nullable String property(String path) {
		byte[] value = this.run.setProperty(path);
		return (value != null) ? new String(value, StandardCharsets.UTF_8) : null;
	}

	/**
	 * Let the upstream answer, after {@link FilterRequest#respondLater()}.
	 * @param response the response
	 * @return this exchange
	 */
	public Exchange respond(UpstreamResponse response) {
		if (!this.run.awaitsResponse()) {
			throw new IllegalStateException("the upstream does not have the request, or has answered");
		}
		this.run.respond(response);
		return this;
	}

	/**
	 * Let the client go away, if the exchange is not over.
	 */
	public void cancel() {
		if (!this.run.isOver()) {
			this.run.end();
		}
	}

	/**
	 * For AssertJ's {@code assertThat}.
	 * @deprecated use {@code assertThat(exchange)}
	 */
	@Override
	@Deprecated
	public ExchangeAssert assertThat() {
		return new ExchangeAssert(this, this.story);
	}

	@Override
	public String toString() {
		return "forwarded: " + this.run.forwarded() + "\nanswered: " + this.run.answered();
	}

}
