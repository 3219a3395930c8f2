package io.gatewaywasm.test.callout;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

import io.gatewaywasm.host.abi.HeaderPair;
import io.gatewaywasm.host.spi.Cancellable;
import io.gatewaywasm.host.spi.HttpCall;
import io.gatewaywasm.host.spi.HttpCallResult;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP call that a filter made. One that no {@link HttpAnswer} was prepared for is
 * answered by the test, or fails when its time is up.
 */
public final class HttpCallout {

	private final HttpCall call;

	private final Consumer<HttpCallResult> result;

	private @Nullable Cancellable timeout;

	private boolean over;

	HttpCallout(HttpCall call, Consumer<HttpCallResult> result) {
		this.call = call;
		this.result = result;
	}

	void expiresBy(Cancellable timer) {
		this.timeout = timer;
	}

	/**
	 * Return whom the filter called.
	 * @return the name of the upstream
	 */
	public String upstream() {
		return this.call.upstream();
	}

	/**
	 * Return the method of the request.
	 * @return the method
	 */
	public String method() {
		return String.valueOf(header(":method"));
	}

	/**
	 * Return the path of the request.
	 * @return the path with its query
	 */
	public String path() {
		return String.valueOf(header(":path"));
	}

	/**
	 * Return a header of the request.
	 * @param name the name in lower case
	 * @return the first value or {@code null} if there is none
	 */
	public @Nullable String header(String name) {
		return headers().stream()
			.filter((pair) -> pair.name().equals(name))
			.map(HeaderPair::value)
			.findFirst()
			.orElse(null);
	}

	/**
	 * Return the headers of the request.
	 * @return the headers, pseudo-headers included
	 */
	public List<HeaderPair> headers() {
		return this.call.headers();
	}

	/**
	 * Return the body of the request.
	 * @return the body, read as UTF-8
	 */
	public String body() {
		return new String(this.call.body(), StandardCharsets.UTF_8);
	}

	/**
	 * Return how long the answer may take.
	 * @return the time-out
	 */
	public Duration timeout() {
		return this.call.timeout();
	}

	/**
	 * Return whether the call still waits for its answer.
	 * @return whether it does
	 */
	public boolean isPending() {
		return !this.over;
	}

	/**
	 * Answer the call.
	 * @param answer the answer, or that there is none
	 */
	public void answer(HttpAnswer answer) {
		if (this.over) {
			throw new IllegalStateException("the call to '" + upstream() + "' is over");
		}
		end();
		this.result.accept(answer.result());
	}

	void end() {
		this.over = true;
		if (this.timeout != null) {
			this.timeout.cancel();
		}
	}

	@Override
	public String toString() {
		return method() + " " + path() + " to " + upstream();
	}

}
