package io.gatewaywasm.boot.gateway.exchange;

import java.util.function.Consumer;

import io.gatewaywasm.boot.gateway.body.BodyFilter;
import io.gatewaywasm.boot.gateway.message.ResponseTrailers;
import io.gatewaywasm.host.spi.Decision;

/**
 * Passes the body and trailers of a response to a filter.
 */
record ResponseBodyFilter(GatewayStream stream, ResponseTrailers trailers) implements BodyFilter {

	@Override
	public void chunk(byte[] chunk, boolean endOfStream, Consumer<Decision> decision) {
		this.stream.responseBody(chunk, endOfStream, decision);
	}

	@Override
	public boolean buffer(long change) {
		return this.stream.buffer(change);
	}

	@Override
	public boolean countsSentPart() {
		return true;
	}

	@Override
	public boolean hasTrailers() {
		return this.trailers.arePresent();
	}

	@Override
	public boolean trailers(Consumer<Decision> decision) {
		boolean present = hasTrailers();
		if (present) {
			this.stream.responseTrailers(decision);
		}
		return present;
	}

	@Override
	public void responded() {
		this.stream.respond();
	}

	@Override
	public void reset() {
		this.stream.reset();
	}

}
