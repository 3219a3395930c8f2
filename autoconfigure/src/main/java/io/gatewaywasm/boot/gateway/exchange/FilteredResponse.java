package io.gatewaywasm.boot.gateway.exchange;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

import io.gatewaywasm.boot.gateway.message.HeaderChanges;
import io.gatewaywasm.boot.gateway.message.ResponseEnd;
import io.gatewaywasm.boot.gateway.message.ResponseHeaderMap;
import io.gatewaywasm.boot.gateway.message.ResponseTrailers;
import io.gatewaywasm.boot.gateway.message.ShownFraming;
import io.gatewaywasm.boot.gateway.message.UpstreamFraming;
import org.jspecify.annotations.Nullable;

import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;

/**
 * The response of an exchange. It passes through the filters once.
 */
final class FilteredResponse {

	private final ServerWebExchange exchange;

	private final ShownFraming framing = new ShownFraming(null);

	private final HeaderChanges changes = new HeaderChanges();

	private final ResponseEnd end = new ResponseEnd();

	private final AtomicReference<ResponseState> state = new AtomicReference<>(ResponseState.NEW);

	/** Where the response is written if not to that of the exchange. */
	private volatile @Nullable ServerHttpResponse target;

	/**
	 * Whether the connection was reset, so that the status is no longer the response's.
	 */
	private volatile boolean broken;

	/** The status that filters see as the response's, until the response is sent. */
	private volatile int code;

	private volatile @Nullable ResponseTrailers trailers;

	FilteredResponse(ServerWebExchange exchange) {
		this.exchange = exchange;
	}

	/**
	 * Starts the response phases. Returns {@code false} if they cannot start any more.
	 * {@code http2} says whether the upstream speaks HTTP/2.
	 */
	boolean take(boolean http2) {
		boolean taken = this.state.compareAndSet(ResponseState.NEW, ResponseState.IN_FILTERS);
		if (taken) {
			recordCode();
			UpstreamFraming.show(this.exchange, http2, undecorated().getHeaders(), this.framing);
		}
		return taken;
	}

	/**
	 * Records the status of the response as it came, or as it leaves the filters. As in
	 * Envoy, filters see no change of the status in {@code response.code} before.
	 */
	void recordCode() {
		this.code = ResponseHeaderMap.status(undecorated());
	}

	/** Returns the status of the response without the changes of filters. */
	int code() {
		return (undecorated().isCommitted() && !this.broken) ? ResponseHeaderMap.status(undecorated()) : this.code;
	}

	/** Records that the headers leave the filters. */
	void leave() {
		recordCode();
		this.state.compareAndSet(ResponseState.IN_FILTERS, ResponseState.LEFT);
	}

	/** Records that the response was written or has failed. */
	void done() {
		if (!this.state.compareAndSet(ResponseState.LEFT, ResponseState.DONE)) {
			this.state.compareAndSet(ResponseState.IN_FILTERS, ResponseState.FAILED);
		}
	}

	/**
	 * Records that another response replaces the one that filters have seen. No filter
	 * sees it, so only the gateway and the application outside the filters may make it.
	 */
	void replace() {
		ResponseState current = state();
		if (current.hasStarted()) {
			this.state.compareAndSet(current, ResponseState.DONE);
		}
	}

	/**
	 * Removes what the filters have seen and was not sent, because a response that does
	 * not pass through them replaces it.
	 */
	void dropUnsent() {
		ServerHttpResponse unsent = undecorated();
		if (hasStarted() && !unsent.isCommitted()) {
			dropChanges();
			ReceivedHeaders.drop(this.exchange, unsent);
		}
	}

	/** Undoes the changes of the filters and drops their trailers. More do not follow. */
	void dropChanges() {
		this.changes.end();
		undoChanges();
		openTrailers().drop();
	}

	/** Records that the connection was reset, so that no filter sees another response. */
	void breakOff() {
		this.broken = true;
		prevent();
	}

	/** Returns whether the connection was reset. */
	boolean isBroken() {
		return this.broken;
	}

	/** Returns whether no filter sees a response from now on. */
	boolean prevent() {
		return this.state.compareAndSet(ResponseState.NEW, ResponseState.NONE)
				|| this.state.get() == ResponseState.NONE;
	}

	boolean isNew() {
		return this.state.get() == ResponseState.NEW;
	}

	private ResponseState state() {
		return Objects.requireNonNull(this.state.get());
	}

	/** Returns whether the response has entered the filters. */
	boolean hasStarted() {
		return state().hasStarted();
	}

	/** Returns whether filters have seen headers that they have not released. */
	boolean isWithheld() {
		return state().isWithheld();
	}

	/** Returns whether no filter waits for the response or is running for it. */
	boolean isOver() {
		return state().isOver();
	}

	/**
	 * Sets where the response is written. Decorators between the filters and the response
	 * of the exchange have already changed it and must not do so again.
	 */
	void writtenTo(ServerHttpResponse response) {
		this.target = response;
	}

	/**
	 * Returns whether the response that is being written to that of the exchange has
	 * passed through the filters, or replaces one that has.
	 */
	boolean isWrittenByFilters() {
		return this.target == null && state().isReleased();
	}

	/** Returns the response without the decorators of this library. */
	ServerHttpResponse undecorated() {
		ServerHttpResponse response = this.target;
		return (response != null) ? response : this.exchange.getResponse();
	}

	/** Returns the framing headers as guests see and set them. */
	ShownFraming framing() {
		return this.framing;
	}

	/** Returns the end of the upstream's response. */
	ResponseEnd end() {
		return this.end;
	}

	/** Returns the changes that guests made to the headers. */
	HeaderChanges changes() {
		return this.changes;
	}

	/** Undoes the guests' changes, because a local response replaces the response. */
	void undoChanges() {
		this.changes.undo(undecorated().getHeaders());
		this.framing.reset();
	}

	/** Returns the trailers, or {@code null} if no filter has opened them. */
	@Nullable ResponseTrailers trailers() {
		return this.trailers;
	}

	/**
	 * Returns the trailers for a filter that reads or adds trailers, and creates them if
	 * necessary.
	 */
	ResponseTrailers openTrailers() {
		ResponseTrailers open = this.trailers;
		if (open == null) {
			open = new ResponseTrailers(this.exchange);
			this.trailers = open;
		}
		return open;
	}

}
