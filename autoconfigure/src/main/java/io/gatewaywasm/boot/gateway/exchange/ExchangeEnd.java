package io.gatewaywasm.boot.gateway.exchange;

import io.gatewaywasm.boot.gateway.attributes.ExchangeFacts;
import io.gatewaywasm.boot.gateway.message.FilteredForms;
import io.gatewaywasm.boot.gateway.message.NativeConnection;
import io.gatewaywasm.host.spi.Decision;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.SignalType;
import reactor.netty.Connection;

import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.web.server.ServerWebExchange;

/**
 * The end of an exchange. Streams end when the filter chain has completed and the
 * response has passed through the filters, or when the client disconnects. The streams of
 * a WebSocket end with its connection. If an error leaves the chain, or a filter of the
 * application cancels it, the response is made outside it, and the streams end when that
 * response is committed. A late decision replaces the chain.
 */
final class ExchangeEnd {

	private final ServerWebExchange exchange;

	private final ExchangeFacts facts;

	private final ReceivedRequest request;

	private final FilteredResponse response;

	private final Runnable streams;

	/** Set to {@code null} when these filters have logged the exchange. */
	private @Nullable Runnable unreached;

	/** The part of the chain that contains the filters. */
	private volatile @Nullable ReplaceableChain chain;

	private volatile @Nullable Decision lateDecision;

	/** Whether {@link #leftChain} has been called. */
	private volatile boolean chainOver;

	/** Whether a filter of the application runs the chain once more. */
	private volatile boolean repeated;

	/**
	 * Creates the end. {@code streams} ends all streams; {@code unreached} lets the
	 * filters that the exchange has not reached log it.
	 */
	ExchangeEnd(ServerWebExchange exchange, ExchangeFacts facts, ReceivedRequest request, FilteredResponse response,
			Runnable streams, Runnable unreached) {
		this.exchange = exchange;
		this.facts = facts;
		this.request = request;
		this.response = response;
		this.streams = streams;
		this.unreached = unreached;
	}

	/** Records the chain that {@link #endEarly} replaces. */
	void runs(ReplaceableChain running) {
		this.chain = running;
		if (this.lateDecision != null) {
			// The decision came while the chain was being assembled.
			running.replace();
		}
	}

	/**
	 * Ends the exchange immediately with a local response or a reset, in any state of the
	 * chain. Returns {@code false} if the chain is over or has been replaced before.
	 */
	boolean endEarly(Decision decision) {
		this.lateDecision = decision;
		ReplaceableChain running = this.chain;
		return running == null || running.replace();
	}

	/**
	 * Returns the decision that replaced the chain, or {@code null} if there is none.
	 */
	@Nullable Decision lateDecision() {
		return this.lateDecision;
	}

	/** Records the end of the chain, and ends the streams if they are not needed. */
	void leftChain(SignalType signal) {
		this.chainOver = true;
		if (this.repeated) {
			return;
		}
		Connection connection = NativeConnection.of(this.exchange.getRequest());
		boolean cancelled = signal == SignalType.CANCEL;
		boolean disconnected = cancelled && (connection == null || !connection.channel().isActive());
		if (cancelled) {
			// A response that the filters have seen was cancelled with the chain
			this.response.replace();
			if (disconnected) {
				this.facts.disconnected();
			}
			else {
				// A filter of the application makes another response
				this.response.dropUnsent();
			}
		}
		FilteredForms.deleteFiles(this.exchange.getAttributes());
		// The chain of a WebSocket completes when the connection is upgraded, but the
		// exchange ends when the connection is closed. If the upgrade was refused, the
		// exchange ends immediately.
		boolean continues = signal == SignalType.ON_COMPLETE && connection != null
				&& this.request.facts().isHandshake();
		if (!continues && (disconnected || this.response.isOver())) {
			endStreams();
			return;
		}
		if (connection != null) {
			connection.onTerminate().subscribe(null, (failure) -> endStreams(), this::endStreams);
		}
	}

	/**
	 * Returns whether the chain has completed, failed, or been cancelled. A subscriber
	 * that is being notified of this may run the chain once more.
	 */
	boolean isChainOver() {
		ReplaceableChain running = this.chain;
		return this.chainOver || (running != null && running.isOver());
	}

	/**
	 * Ends the streams because the chain runs once more. The filters that this run has
	 * not reached are left to the next one, unless they have logged it already because
	 * the next one was delayed.
	 */
	void repeated() {
		this.repeated = true;
		takeUnreached();
		this.response.replace();
		if (this.response.hasStarted()) {
			// The status can be that of an earlier response, which was dropped
			this.response.undecorated().setStatusCode(null);
		}
		this.request.resetTrailers();
		endStreams();
	}

	/** Records that the response has passed through the filters. */
	void responseDone() {
		if (this.chainOver) {
			endStreams();
		}
	}

	private void endStreams() {
		// A response that is committed later must not wait for filters that have ended
		this.response.prevent();
		this.streams.run();
		if (ServerWebExchangeUtils.isAlreadyRouted(this.exchange)) {
			// All filters were reached
			return;
		}
		Runnable filters = takeUnreached();
		if (filters != null) {
			filters.run();
		}
	}

	private synchronized @Nullable Runnable takeUnreached() {
		Runnable filters = this.unreached;
		this.unreached = null;
		return filters;
	}

}
