package io.gatewaywasm.boot.gateway.exchange;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;

import io.gatewaywasm.boot.gateway.attributes.UpstreamCall;
import io.gatewaywasm.boot.gateway.message.NativeConnection;
import io.gatewaywasm.host.spi.Decision;
import io.gatewaywasm.host.spi.LocalResponse;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.netty.channel.ChannelOperations;

import org.springframework.http.HttpStatus;

/**
 * An upstream's response that ends before its body is complete while a filter pauses its
 * headers. As in Envoy, the client immediately gets a local response in its place, and no
 * filter sees that response. The gateway does not read the body during the pause, so the
 * end of the connection is the only sign.
 */
final class BrokenResponse {

	private final WasmExchange owner;

	private final ChannelOperations<?, ?> upstream;

	/** Kept, because a complete response detaches the operations from its channel. */
	private final Channel channel;

	private final DecisionSlot slot;

	private final ChannelFutureListener listener = (closed) -> check();

	private BrokenResponse(WasmExchange owner, ChannelOperations<?, ?> upstream, DecisionSlot slot) {
		this.owner = owner;
		this.upstream = upstream;
		this.channel = upstream.channel();
		this.slot = slot;
	}

	/**
	 * Continues with the decision of a filter on the headers, or with {@code cancelled},
	 * as {@link DecisionSlot#then} does. Until then, watches the connection if the
	 * response comes from an upstream.
	 */
	static Mono<Void> watchUntilDecided(WasmExchange owner, DecisionSlot slot, Function<Decision, Mono<Void>> next,
			Runnable cancelled) {
		Connection upstream = NativeConnection.ofUpstream(owner.exchange());
		if (!(upstream instanceof ChannelOperations<?, ?> operations)) {
			return slot.then(next, cancelled);
		}
		BrokenResponse watched = new BrokenResponse(owner, operations, slot);
		watched.channel.closeFuture().addListener(watched.listener);
		return slot.then((decision) -> {
			watched.unwatch();
			return next.apply(decision);
		}, () -> {
			watched.unwatch();
			cancelled.run();
		});
	}

	/** The connection can serve many exchanges. */
	private void unwatch() {
		this.channel.closeFuture().removeListener(this.listener);
	}

	/**
	 * Waits until Netty has passed the end of the connection through all handlers,
	 * because that can complete a body without a length, and then ends the exchange
	 * unless the response is complete.
	 */
	private void check() {
		if (this.channel.isRegistered()) {
			this.channel.eventLoop().execute(this::check);
		}
		else if (isIncomplete() && !this.slot.isDecided()) {
			this.owner.upstreamCall().brokenOff();
			this.owner.end().endEarly(new Decision.Respond(response(this.owner.upstreamCall())));
		}
	}

	/**
	 * Returns whether the response still uses the connection. Reactor Netty detaches a
	 * complete one from it.
	 */
	private boolean isIncomplete() {
		return ChannelOperations.get(this.channel) == this.upstream && !this.upstream.isInboundCancelled();
	}

	/**
	 * Returns the response to an error in the body of a response whose headers wait for
	 * that body, or {@code null} if the error does not come from the upstream's
	 * connection.
	 */
	static @Nullable LocalResponse response(WasmExchange owner, Throwable error) {
		Connection upstream = NativeConnection.ofUpstream(owner.exchange());
		boolean waits = owner.response().isWithheld() && !owner.response().undecorated().isCommitted();
		return (waits && error instanceof IOException && upstream != null) ? response(owner.upstreamCall()) : null;
	}

	/** Returns the response for the end of a connection, or of a stream of HTTP/2. */
	private static LocalResponse response(UpstreamCall call) {
		HttpStatus status = call.isHttp2() ? HttpStatus.SERVICE_UNAVAILABLE : HttpStatus.BAD_GATEWAY;
		String reason = call.breakReason();
		return LocalResponse.of(status.value(), "upstream_reset_after_response_started{" + reason + "}",
				("upstream connect error or disconnect/reset before headers. reset reason: " + reason.replace('_', ' '))
					.getBytes(StandardCharsets.US_ASCII));
	}

}
