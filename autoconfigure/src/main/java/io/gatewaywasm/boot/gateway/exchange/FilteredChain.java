package io.gatewaywasm.boot.gateway.exchange;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

import io.gatewaywasm.boot.gateway.attributes.FilterValues;
import io.gatewaywasm.boot.gateway.message.FilteredExchange;
import io.gatewaywasm.boot.gateway.message.MessageFacts;
import io.gatewaywasm.boot.gateway.message.RequestDecoding;
import io.gatewaywasm.host.spi.Decision;
import io.gatewaywasm.host.spi.LocalResponse;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.ServerWebExchange;

/**
 * A part of the filter chain that contains Wasm filters.
 * <ol>
 * <li>{@link #around} decorates the exchange and runs the chain.
 * <li>Each filter runs its {@link RequestPhases} and calls the rest of the chain.
 * <li>When the response is written, {@link WasmResponse} runs its {@link ResponsePhases}.
 * A response that the gateway makes outside the chain runs through them when it is
 * committed.
 * <li>A guest's late decision, or the response to a request whose rest is malformed,
 * replaces the chain and ends the exchange.
 * <li>{@link ErrorResponses} turns an error that leaves the chain into a response. An
 * error that it does not handle becomes a response outside the chain.
 * </ol>
 */
public final class FilteredChain {

	private final WasmExchange wasm;

	private final ErrorResponses errors;

	private final WasmResponse response;

	private final ServerWebExchange framed;

	private FilteredChain(WasmExchange wasm, ErrorResponses errors) {
		this.wasm = wasm;
		this.errors = errors;
		this.response = new WasmResponse(wasm.response().undecorated(), wasm);
		this.framed = FilteredExchange.received(wasm.exchange(), wasm.received().framed(), this.response);
	}

	/**
	 * Runs a part of the filter chain that contains Wasm filters. {@code values} stores
	 * the values that guests set; {@code unreached} are the filters that the exchange
	 * passes through unless it is answered before. If a filter of the application runs
	 * the chain once more, all filters run once more.
	 */
	public static Mono<Void> around(ServerWebExchange exchange, ErrorResponses errors, FilterValues values,
			WasmExchange.UnreachedFilters unreached, Function<ServerWebExchange, Mono<Void>> chain) {
		WasmExchange earlier = WasmExchange.of(exchange);
		if (earlier != null) {
			if (!earlier.end().isChainOver()) {
				return Mono.error(new IllegalStateException("The filter chain is still running"));
			}
			earlier.end().repeated();
			if (earlier.response().isBroken()) {
				return earlier.reset("the request was repeated after a reset");
			}
		}
		WasmExchange wasm = new WasmExchange(exchange, values, unreached);
		wasm.open();
		RequestDecoding decoding = RequestDecoding.of(exchange);
		if (decoding != null) {
			decoding.onFailure((response) -> wasm.end().endEarly(new Decision.Respond(response)));
		}
		FilteredChain filtered = new FilteredChain(wasm, errors);
		exchange.getResponse().beforeCommit(filtered::beforeCommit);
		LocalResponse refusal = refusal(exchange.getRequest());
		return filtered.run(
				(refusal == null) ? chain : (framed) -> LocalResponses.write(framed, framed.getResponse(), refusal),
				() -> exchange.getResponse().isCommitted() ? Mono.empty()
						: around(exchange, errors, values, unreached, chain));
	}

	/**
	 * Returns the response to a request that servers read in different ways, so that no
	 * filter could check it, or {@code null}. As in Envoy, the filters only log it.
	 */
	private static @Nullable LocalResponse refusal(ServerHttpRequest request) {
		if (!MessageFacts.hasValidHost(request)) {
			return LocalResponse.of(HttpStatus.BAD_REQUEST.value(), "invalid_host");
		}
		if (MessageFacts.hasFragment(request)) {
			return LocalResponse.of(HttpStatus.BAD_REQUEST.value(), "path_with_fragment");
		}
		return MessageFacts.hasKnownTransferEncoding(request) ? null
				: LocalResponse.of(HttpStatus.NOT_IMPLEMENTED.value(), "unknown_transfer_encoding",
						"Not Implemented".getBytes(StandardCharsets.US_ASCII));
	}

	private Mono<Void> run(Function<ServerWebExchange, Mono<Void>> chain, Supplier<Mono<Void>> again) {
		ReplaceableChain replaceable = new ReplaceableChain(chain.apply(this.framed),
				(context) -> UpstreamRequests.addTo(context, this.wasm), this::applyLateDecision, this::respond,
				this.wasm.end()::leftChain, again);
		this.wasm.end().runs(replaceable);
		return replaceable;
	}

	/**
	 * Runs the headers through the filters if the response was not written to
	 * {@link WasmResponse}.
	 */
	private Mono<Void> beforeCommit() {
		List<GatewayStream> streams = this.wasm.takeResponse();
		if (streams == null) {
			if (this.wasm.response().isWithheld()) {
				SecondResponse.replaceHeaders(this.wasm);
			}
			this.wasm.setConnection();
			return Mono.empty();
		}
		return ResponsePhases.ofHeaders(this.wasm, streams)
			.start()
			.doFinally((signal) -> this.wasm.responseDone())
			.doOnSuccess((nothing) -> {
				this.wasm.setConnection();
				countDeclared();
			});
	}

	/** Counts a body that is written outside the chain by its length. */
	private void countDeclared() {
		long length = this.wasm.response().undecorated().getHeaders().getContentLength();
		if (length > 0 && !this.wasm.requestFacts().isHead()) {
			this.wasm.facts().sizes().sent(length);
		}
	}

	private @Nullable Mono<Void> respond(Throwable error) {
		if (this.wasm.isAbandoned()) {
			return null;
		}
		this.wasm.facts().failed(error);
		FilteredResponse response = this.wasm.response();
		LocalResponse broken = BrokenResponse.response(this.wasm, error);
		if (broken != null) {
			return replace(broken);
		}
		boolean unfiltered = response.isNew();
		// A page passes through the filters only if they have not seen another response
		response.replace();
		Mono<Void> page = this.errors.respond(unfiltered ? this.framed : undecorated(), this.wasm.upstreamCall(),
				error);
		if (page == null || MessageFacts.upstream(this.wasm.exchange()) == null) {
			response.dropUnsent();
			return page;
		}
		return Mono.defer(() -> {
			removeReceivedHeaders();
			return page;
		});
	}

	/** Returns the exchange with a response that no filter sees. */
	private ServerWebExchange undecorated() {
		return FilteredExchange.received(this.wasm.exchange(), this.framed.getRequest(),
				this.wasm.response().undecorated());
	}

	/**
	 * Removes the headers of an upstream that has failed in the body, because they do not
	 * describe the error page. Headers that filters have added stay, since the page does
	 * not run through filters that have already seen the headers.
	 */
	private void removeReceivedHeaders() {
		FilteredResponse response = this.wasm.response();
		if (!response.isNew()) {
			response.changes().end();
		}
		response.openTrailers().drop();
		ReceivedHeaders.remove(this.wasm.exchange(), response.undecorated());
	}

	private Mono<Void> applyLateDecision() {
		Decision decision = this.wasm.end().lateDecision();
		boolean unfiltered = this.wasm.response().isNew();
		if (decision == null || this.wasm.response().isOver()) {
			return Mono.empty();
		}
		if (decision instanceof Decision.Respond local && !this.response.isCommitted()) {
			// A response that is already in the filters does not run through them again,
			// and a filter that waits with it no longer changes it.
			return unfiltered ? LocalResponses.replace(this.wasm.exchange(), this.response, local.response())
					: replace(local.response());
		}
		return this.wasm.reset(String.valueOf(decision));
	}

	/** Replaces a response that filters have seen by one that they do not see. */
	private Mono<Void> replace(LocalResponse local) {
		this.wasm.response().replace();
		this.wasm.response().changes().end();
		return LocalResponses.replace(this.wasm.exchange(), this.wasm.response().undecorated(), local)
			.doOnTerminate(this.wasm::responseDone);
	}

}
