package io.gatewaywasm.host.vm;

import java.util.List;

import io.gatewaywasm.host.abi.HeaderPair;
import io.gatewaywasm.host.abi.Status;
import io.gatewaywasm.host.abi.StatusException;
import io.gatewaywasm.host.abi.StreamType;
import io.gatewaywasm.host.spi.ForeignCall;
import io.gatewaywasm.host.spi.ForeignFunction;
import io.gatewaywasm.host.spi.LocalReply;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a guest can do with the effective context as a whole.
 */
final class StreamControl {

	private static final Logger logger = LoggerFactory.getLogger(StreamControl.class);

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
	}

	void clearRouteCache() {
		StreamContext stream = stream();
		if (stream != null) {
			stream.httpStream().clearRouteCache();
		}
	}

	byte[] callForeignFunction(String name, byte[] arguments) {
		ForeignFunction function = this.vm.services().foreignFunction(name);
		if (function == null) {
			throw StatusException.of(Status.NOT_FOUND);
		}
		StreamContext stream = stream();
		try {
			return function.call(
					new ForeignCall(this.vm.spec().plugin(), (stream != null) ? stream.httpStream() : null), arguments);
		}
		catch (StatusException ex) {
			throw ex;
		}
		catch (RuntimeException ex) {
			// A bug of the application's is no reason to lose the VM.
			logger.error("Plugin '{}': foreign function '{}' failed", this.vm.spec().plugin(), name, ex);
			throw StatusException.of(Status.INTERNAL_FAILURE);
		}
	}

	/** What is asked of a stream in a root context has, as in Envoy, no effect. */
	private @Nullable StreamContext stream() {
		return (this.vm.effective() instanceof StreamContext stream) ? stream : null;
	}

}
