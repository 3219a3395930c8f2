package io.gatewaywasm.host.vm.hostcall;

import java.util.List;

import io.gatewaywasm.host.abi.HeaderPair;
import io.gatewaywasm.host.abi.Status;
import io.gatewaywasm.host.abi.StatusException;
import io.gatewaywasm.host.abi.StreamType;
import io.gatewaywasm.host.spi.LocalReply;
import org.jspecify.annotations.Nullable;

/**
 * What a guest can do with the effective context as a whole.
 */
final class StreamControl {

	private final VmScope vm;

	StreamControl(VmScope vm) {
		this.vm = vm;
	}

	/**
	 * Returns the effective context.
	 * @return the context
	 */
	ContextScope context() {
		ContextScope context = this.vm.effective();
		if (context == null) {
			throw StatusException.of(Status.BAD_ARGUMENT);
		}
		return context;
	}

	/**
	 * Returns the root of the effective context.
	 * @return the root context
	 */
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
			case DOWNSTREAM, UPSTREAM -> throw StatusException.of(Status.UNIMPLEMENTED);
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
			// No effect, as in Envoy.
			return;
		}
		if (stream.reply(new LocalReply(statusCode, details, body, headers, grpcStatus))) {
			this.vm.observer().replied();
		}
	}

	void clearRouteCache() {
		StreamScope stream = stream();
		if (stream != null) {
			stream.httpStream().clearRouteCache();
		}
	}

	/** What is asked of a stream in a root context has, as in Envoy, no effect. */
	private @Nullable StreamScope stream() {
		ContextScope context = this.vm.effective();
		return (context != null) ? context.stream() : null;
	}

}
