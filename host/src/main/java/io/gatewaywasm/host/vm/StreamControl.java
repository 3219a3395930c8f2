package io.gatewaywasm.host.vm;

import java.util.List;

import io.gatewaywasm.host.abi.HeaderPair;
import io.gatewaywasm.host.abi.Status;
import io.gatewaywasm.host.abi.StatusException;
import io.gatewaywasm.host.abi.StreamType;
import io.gatewaywasm.host.spi.LocalReply;

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
		Context context = this.vm.guest().effective();
		if (context == null) {
			throw StatusException.of(Status.BAD_ARGUMENT);
		}
		return context.root();
	}

	void done() {
		if (!(this.vm.guest().effective() instanceof RootContext root && root.done())) {
			throw StatusException.of(Status.NOT_FOUND);
		}
	}

	void continueStream(StreamType type) {
		switch (type) {
			case HTTP_REQUEST, HTTP_RESPONSE -> stream().requestContinue(type);
			case DOWNSTREAM, UPSTREAM -> throw StatusException.of(Status.UNIMPLEMENTED);
		}
	}

	void closeStream(StreamType type) {
		switch (type) {
			case HTTP_REQUEST, HTTP_RESPONSE -> stream().close("closed by the filter");
			case DOWNSTREAM, UPSTREAM -> throw StatusException.of(Status.UNIMPLEMENTED);
		}
	}

	void sendLocalResponse(int statusCode, String details, byte[] body, List<HeaderPair> headers, int grpcStatus) {
		StreamContext stream = stream();
		if (stream.isLogging()) {
			// From the log phase it has no effect, as in Envoy.
			return;
		}
		if (!stream.reply(new LocalReply(statusCode, details, body, headers, grpcStatus))) {
			throw StatusException.of(Status.BAD_ARGUMENT);
		}
	}

	void clearRouteCache() {
		if (this.vm.guest().effective() instanceof StreamContext stream) {
			stream.httpStream().clearRouteCache();
		}
	}

	private StreamContext stream() {
		if (this.vm.guest().effective() instanceof StreamContext stream) {
			return stream;
		}
		throw StatusException.of(Status.BAD_ARGUMENT);
	}

}
