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
 * An HTTP callout of a filter. If no {@link HttpCallResponse} was prepared, the test
 * responds to it, or it fails when its timeout has passed.
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
	 * Returns the name of the upstream.
	 * @return the name
	 */
	public String upstream() {
		return this.call.upstream();
	}

	/**
	 * Returns the method of the request.
	 * @return the method
	 */
	public String method() {
		return String.valueOf(header(":method"));
	}

	/**
	 * Returns the path of the request.
	 * @return the path with its query
	 */
	public String path() {
		return String.valueOf(header(":path"));
	}

	/**
	 * Returns a header of the request.
	 * @param name the name in lowercase
	 * @return the first value, or {@code null} if there is none
	 */
	public @Nullable String header(String name) {
		return headers().stream()
			.filter((pair) -> pair.name().equals(name))
			.map(HeaderPair::value)
			.findFirst()
			.orElse(null);
	}

	/**
	 * Returns the headers of the request.
	 * @return the headers, including pseudo-headers
	 */
	public List<HeaderPair> headers() {
		return this.call.headers();
	}

	/**
	 * Returns the body of the request.
	 * @return the body, decoded as UTF-8
	 */
	public String body() {
		return new String(this.call.body(), StandardCharsets.UTF_8);
	}

	/**
	 * Returns the timeout of the callout.
	 * @return the timeout
	 */
	public Duration timeout() {
		return this.call.timeout();
	}

	/**
	 * Returns whether the callout has not ended yet.
	 * @return whether it is pending
	 */
	public boolean isPending() {
		return !this.over;
	}

	/**
	 * Sends a response, and ends the callout.
	 * @param response the response or failure
	 */
	public void respond(HttpCallResponse response) {
		if (this.over) {
			throw new IllegalStateException("The callout to '" + upstream() + "' has already ended");
		}
		end();
		this.result.accept(response.result());
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
