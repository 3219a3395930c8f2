package io.gatewaywasm.boot.gateway.exchange;

import java.util.function.Consumer;

import io.gatewaywasm.boot.gateway.body.BodyFilter;
import io.gatewaywasm.boot.gateway.message.RequestTrailers;
import io.gatewaywasm.host.spi.Decision;
import org.jspecify.annotations.Nullable;

/**
 * Passes the body and trailers of a request to a filter. {@code trailers} is {@code null}
 * if the request has no body.
 */
record RequestBodyFilter(GatewayStream stream, @Nullable RequestTrailers trailers) implements BodyFilter {

	@Override
	public void chunk(byte[] chunk, boolean endOfStream, Consumer<Decision> decision) {
		this.stream.requestBody(chunk, endOfStream, decision);
	}

	@Override
	public boolean buffer(long change) {
		return this.stream.buffer(change);
	}

	@Override
	public boolean hasTrailers() {
		return this.trailers != null && this.trailers.arePresent();
	}

	@Override
	public boolean trailers(Consumer<Decision> decision) {
		boolean present = hasTrailers();
		if (present) {
			this.stream.requestTrailers(decision);
		}
		return present;
	}

}
