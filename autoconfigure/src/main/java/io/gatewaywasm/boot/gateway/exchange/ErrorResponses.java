package io.gatewaywasm.boot.gateway.exchange;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

import io.gatewaywasm.boot.gateway.attributes.UpstreamCall;
import io.netty.channel.ChannelException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.netty.channel.AbortedException;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.util.function.SingletonSupplier;
import org.springframework.web.ErrorResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebExceptionHandler;

/**
 * Turns errors that the gateway raises in a route's filter chain, such as an unreachable
 * upstream, into responses. Outside the chain, the application's exception handlers would
 * do so, but Wasm filters would see only the headers of the response. Here the same
 * handlers write to the response that passes through the filters. Other errors leave the
 * chain, because a filter of the application, such as one of Spring Security, may expect
 * them.
 */
public final class ErrorResponses {

	/** Handles no errors, so that all of them leave the chain. */
	public static final ErrorResponses NONE = new ErrorResponses(List::of);

	private final SingletonSupplier<List<WebExceptionHandler>> handlers;

	/**
	 * Creates an instance that delegates to the application's exception handlers. They
	 * are looked up at the first error, because they may depend on the gateway's routes.
	 */
	public ErrorResponses(BeanFactory beans) {
		this(() -> beans.getBeanProvider(WebExceptionHandler.class).orderedStream().toList());
	}

	private ErrorResponses(Supplier<List<WebExceptionHandler>> handlers) {
		this.handlers = SingletonSupplier.of(handlers);
	}

	/**
	 * Returns a publisher that writes the response to an error to the exchange's response
	 * and fails with the error if no handler handles it. Returns {@code null} if the
	 * error is not handled here or the response is committed.
	 */
	@Nullable Mono<Void> respond(ServerWebExchange exchange, UpstreamCall call, Throwable error) {
		if (!isOfGateway(error, call) || exchange.getResponse().isCommitted()) {
			return null;
		}
		List<WebExceptionHandler> all = this.handlers.obtain();
		if (all.isEmpty()) {
			return null;
		}
		Mono<Void> response = Mono.error(error);
		for (WebExceptionHandler handler : all) {
			response = response.onErrorResume((failure) -> handler.handle(exchange, failure));
		}
		return response;
	}

	/**
	 * Returns whether the error has a status or comes from the connection to the
	 * upstream.
	 */
	private static boolean isOfGateway(Throwable error, UpstreamCall call) {
		return (error instanceof ErrorResponse || error instanceof IOException || error instanceof TimeoutException
				|| error instanceof ChannelException || call.failedWith(error)) && !(error instanceof AbortedException);
	}

}
