package io.gatewaywasm.host.vm;

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

	private final Vm vm;

	StreamControl(Vm vm) {
		this.vm = vm;
	}

	/**
	 * Return the root of the effective context.
	 * @return the root context
	 */
	RootContext root() {
		Context context = this.vm.effective();
		if (context == null) {
			throw StatusException.of(Status.BAD_ARGUMENT);
		}
		return context.root();
	}

	void done() {
		if (!(this.vm.effective() instanceof RootContext root && root.done())) {
			throw StatusException.of(Status.NOT_FOUND);
		}
	}

	void continueStream(StreamType type) {
		switch (type) {
			case HTTP_REQUEST, HTTP_RESPONSE -> {
				StreamContext stream = stream();
				if (stream != null) {
					stream.requestContinue(type);
				}
			}
			case DOWNSTREAM, UPSTREAM -> throw StatusException.of(Status.UNIMPLEMENTED);
		}
	}

	void closeStream(StreamType type) {
		switch (type) {
			case HTTP_REQUEST, HTTP_RESPONSE -> {
				StreamContext stream = stream();
				if (stream != null) {
					stream.close("closed by the filter");
				}
			}
			case DOWNSTREAM, UPSTREAM -> throw StatusException.of(Status.UNIMPLEMENTED);
		}
	}

	void sendLocalResponse(int statusCode, String details, byte[] body, List<HeaderPair> headers, int grpcStatus) {
		StreamContext stream = stream();
		if (stream == null || stream.isLogging()) {
			// No effect, as in Envoy.
			return;
		}
		if (!stream.reply(new LocalReply(statusCode, details, body, headers, grpcStatus))) {
			throw StatusException.of(Status.BAD_ARGUMENT);
		}
		this.vm.observer().replied();
	}

	void clearRouteCache() {
		StreamContext stream = stream();
		if (stream != null) {
			stream.httpStream().clearRouteCache();
		}
	}

	/** What is asked of a stream in a root context has, as in Envoy, no effect. */
	private @Nullable StreamContext stream() {
		return (this.vm.effective() instanceof StreamContext stream) ? stream : null;
	}

}
