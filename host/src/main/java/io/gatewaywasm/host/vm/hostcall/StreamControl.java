package io.gatewaywasm.host.vm.hostcall;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Predicate;

import io.gatewaywasm.host.abi.HeaderPair;
import io.gatewaywasm.host.abi.Status;
import io.gatewaywasm.host.abi.StatusException;
import io.gatewaywasm.host.abi.StreamType;
import io.gatewaywasm.host.imports.HostStreams;
import io.gatewaywasm.host.limits.SizeLimits;
import io.gatewaywasm.host.spi.LocalResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The actions of a guest on the effective context as a whole.
 */
final class StreamControl implements HostStreams {

	private static final byte[] TOO_LARGE_RESPONSE = "local response too large".getBytes(StandardCharsets.UTF_8);

	private static final byte[] MISDIRECTED = "local response for another context".getBytes(StandardCharsets.UTF_8);

	private static final Logger logger = LoggerFactory.getLogger(StreamControl.class);

	private final VmScope vm;

	StreamControl(VmScope vm) {
		this.vm = vm;
	}

	@Override
	public void setEffectiveContext(int contextId) {
		if (!this.vm.effective(contextId)) {
			throw StatusException.of(Status.BAD_ARGUMENT);
		}
	}

	@Override
	public void done() {
		if (!(this.vm.effective() instanceof RootScope root && root.done())) {
			throw StatusException.of(Status.NOT_FOUND);
		}
	}

	@Override
	public void continueStream(StreamType type) {
		switch (type) {
			case HTTP_REQUEST, HTTP_RESPONSE -> {
				StreamScope stream = this.vm.stream();
				if (stream != null) {
					stream.resume(type);
				}
			}
			case DOWNSTREAM -> {
				// A stream type for network filters; as in Envoy, no effect here
			}
			case UPSTREAM -> throw StatusException.of(Status.UNIMPLEMENTED);
		}
	}

	@Override
	public void closeStream(StreamType type) {
		switch (type) {
			case HTTP_REQUEST, HTTP_RESPONSE -> {
				StreamScope stream = this.vm.stream();
				if (stream != null) {
					stream.close("closed by the filter");
				}
			}
			case DOWNSTREAM, UPSTREAM -> {
				// Stream types for network filters; as in Envoy, no effect here
			}
		}
	}

	@Override
	public void sendLocalResponse(int statusCode, String details, byte[] body, List<HeaderPair> headers,
			int grpcStatus) {
		SizeLimits sizes = this.vm.settings().sizes();
		if (body.length > sizes.localResponse() || BoundedHeaders.exceed(headers, sizes)) {
			// SDKs panic at any status other than OK, and a denied request must stay
			// denied
			send((stream) -> stream
				.refuse(LocalResponse.of(500, "local_response_too_large", TOO_LARGE_RESPONSE.clone())));
			return;
		}
		send((stream) -> stream.respond(new LocalResponse(statusCode, details, body, headers, grpcStatus, true)));
	}

	private void send(Predicate<StreamScope> response) {
		StreamScope stream = this.vm.stream();
		refuseIfMisdirected(stream);
		if (stream == null || stream.isLogging()) {
			// As in Envoy, no effect
			return;
		}
		if (response.test(stream)) {
			this.vm.observer().responded();
		}
	}

	/**
	 * Ends the exchange whose callback sends a local response for another context. In
	 * Envoy this exchange hangs, so it must not pass: the guest may have meant to deny
	 * it.
	 */
	private void refuseIfMisdirected(@Nullable StreamScope target) {
		ContextScope running = this.vm.running();
		StreamScope own = (running != null) ? running.stream() : null;
		if (own == null || own == target || own.isLogging() || !own.message(StreamType.HTTP_REQUEST).isStarted()) {
			return;
		}
		boolean ends = own.refuse(LocalResponse.of(503, "local_response_for_another_context", MISDIRECTED.clone()));
		if (ends && this.vm.settings().logOnce().isFirst("misdirected local response")) {
			logger.warn("Wasm plugin '{}': an exchange got 503, because the filter sent a local response for another"
					+ " context in a callback of this exchange. Reset the effective context before the filter sends"
					+ " the local response.", this.vm.settings().plugin());
		}
	}

	@Override
	public void injectResponseBody(byte[] data, boolean endOfStream) {
		StreamScope stream = this.vm.stream();
		Injection result = (stream == null) ? Injection.NO_STREAM : stream.inject(data, endOfStream);
		if (result == Injection.ACCEPTED) {
			return;
		}
		if (this.vm.settings().logOnce().isFirst("injection " + result)) {
			logger.warn("Wasm plugin '{}' could not inject {} bytes into a response: {}; the call returned {}",
					this.vm.settings().plugin(), data.length, result.reason(), result.status());
		}
		throw StatusException.of(result.status());
	}

	@Override
	public void clearRouteCache() {
		this.vm.outside(() -> {
			StreamScope stream = this.vm.stream();
			if (stream != null) {
				stream.httpStream().clearRouteCache();
			}
		});
	}

}
