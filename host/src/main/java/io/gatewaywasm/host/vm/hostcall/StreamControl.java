package io.gatewaywasm.host.vm.hostcall;

import java.util.List;

import io.gatewaywasm.host.abi.HeaderPair;
import io.gatewaywasm.host.abi.Status;
import io.gatewaywasm.host.abi.StatusException;
import io.gatewaywasm.host.abi.StreamType;
import io.gatewaywasm.host.spi.LocalReply;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The actions of a guest on the effective context as a whole.
 */
final class StreamControl {

	private static final Logger logger = LoggerFactory.getLogger(StreamControl.class);

	private final VmScope vm;

	StreamControl(VmScope vm) {
		this.vm = vm;
	}

	/** Returns the effective context. */
	ContextScope context() {
		ContextScope context = this.vm.effective();
		if (context == null) {
			throw StatusException.of(Status.BAD_ARGUMENT);
		}
		return context;
	}

	/** Returns the root context of the effective context. */
	RootScope root() {
		return context().root();
	}

	void done() {
		if (!(this.vm.effective() instanceof RootScope root && root.done())) {
			throw StatusException.of(Status.NOT_FOUND);
		}
	}

	void continueStream(StreamType type) {
		switch (type) {
			case HTTP_REQUEST, HTTP_RESPONSE -> {
				StreamScope stream = stream();
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

	void closeStream(StreamType type) {
		switch (type) {
			case HTTP_REQUEST, HTTP_RESPONSE -> {
				StreamScope stream = stream();
				if (stream != null) {
					stream.close("closed by the filter");
				}
			}
			case DOWNSTREAM, UPSTREAM -> throw StatusException.of(Status.UNIMPLEMENTED);
		}
	}

	void sendLocalResponse(int statusCode, String details, byte[] body, List<HeaderPair> headers, int grpcStatus) {
		StreamScope stream = stream();
		if (stream == null || stream.isLogging()) {
			// As in Envoy, no effect
			return;
		}
		if (stream.reply(new LocalReply(statusCode, details, body, headers, grpcStatus))) {
			this.vm.observer().replied();
		}
	}

	void injectResponseBody(byte[] data, boolean endOfStream) {
		StreamScope stream = stream();
		Injection result = (stream == null) ? Injection.NO_STREAM : stream.inject(data, endOfStream);
		if (result == Injection.ACCEPTED) {
			return;
		}
		if (this.vm.settings().logOnce().isFirst("injection " + result)) {
			logger.warn("Plugin '{}' could not inject {} bytes into a response: {}; it was answered {}",
					this.vm.settings().plugin(), data.length, result.reason(), result.status());
		}
		throw StatusException.of(result.status());
	}

	List<HeaderPair> upstreamHosts() {
		StreamScope stream = stream();
		List<HeaderPair> hosts = (stream != null) ? stream.httpStream().upstreamHosts() : List.of();
		if (hosts.isEmpty()) {
			throw StatusException.of(Status.NOT_FOUND);
		}
		return hosts;
	}

	void overrideUpstreamHost(String address) {
		StreamScope stream = stream();
		if (stream == null || !stream.message(StreamType.HTTP_REQUEST).headersOpen()) {
			// The request was already sent on, or does not exist
			throw StatusException.of(Status.BAD_ARGUMENT);
		}
		if (!stream.httpStream().overrideUpstreamHost(address)) {
			throw StatusException.of(Status.NOT_FOUND);
		}
	}

	void clearRouteCache() {
		StreamScope stream = stream();
		if (stream != null) {
			stream.httpStream().clearRouteCache();
		}
	}

	/**
	 * Returns the stream, or {@code null} in a root context. As in Envoy, actions on a
	 * stream have no effect in a root context.
	 */
	private @Nullable StreamScope stream() {
		ContextScope context = this.vm.effective();
		return (context != null) ? context.stream() : null;
	}

}
