package io.gatewaywasm.boot.gateway.exchange;

import io.gatewaywasm.boot.gateway.body.BodyDisposal;
import io.gatewaywasm.boot.gateway.body.BodyPipe;
import io.gatewaywasm.boot.gateway.body.FilteredBody;
import io.gatewaywasm.boot.gateway.body.MessageBody;
import io.gatewaywasm.boot.gateway.message.Framing;
import io.gatewaywasm.boot.gateway.message.MessageFacts;
import io.gatewaywasm.boot.gateway.message.ResponseTrailers;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.server.reactive.ServerHttpResponse;

/**
 * The body of a response while the response runs through the filters.
 */
final class ResponseBody {

	/** How the outgoing body differs from the original. */
	private enum Content {

		/** No filter sees the body or its trailers. */
		ORIGINAL,

		/** Filters see the body or its trailers, but cannot change its length. */
		SHOWN,

		/** A filter can change the body, so its length is not known in advance. */
		REWRITTEN,

		/** Another body whose length is known, or none, replaces the original one. */
		REPLACED

	}

	private final WasmExchange owner;

	private final ServerHttpResponse response;

	private @Nullable Publisher<? extends DataBuffer> body;

	private Content content = Content.ORIGINAL;

	/** The kind and length of the body as received, before any filter changes it. */
	private MessageBody received;

	/** Whether the response ends with its headers. */
	private boolean absent;

	/**
	 * Whether a filter of the application has put the whole body into one buffer. Spring
	 * Cloud Gateway's filters set the length when that buffer arrives, so it must arrive
	 * before the headers are framed.
	 */
	private boolean single;

	/** Whether each part is flushed. */
	private boolean flushing;

	/** The pipe of the last filter that sees the body. */
	private @Nullable BodyPipe lastPipe;

	ResponseBody(WasmExchange owner, @Nullable Publisher<? extends DataBuffer> body, boolean flushing) {
		this.owner = owner;
		this.response = owner.response().undecorated();
		this.body = body;
		this.flushing = flushing;
		this.single = body instanceof Mono;
		this.received = (body != null)
				? MessageFacts.responseBody(owner.exchange(), owner.requestFacts(), this.response) : MessageBody.NONE;
		this.absent = !this.received.present();
	}

	@Nullable Publisher<? extends DataBuffer> publisher() {
		return this.body;
	}

	boolean isAbsent() {
		return this.absent;
	}

	/** Returns whether the application writes the body as one part. */
	boolean isSingle() {
		return this.single;
	}

	boolean isOriginal() {
		return this.content == Content.ORIGINAL;
	}

	boolean isRewritten() {
		return this.content == Content.REWRITTEN;
	}

	boolean isFlushing() {
		return this.flushing;
	}

	/** Returns whether the body is sent on unchanged, and its length is unknown. */
	boolean keepsUnknownLength() {
		return (isOriginal() || this.content == Content.SHOWN) && this.received.length() < 0;
	}

	/**
	 * Returns the length that the body was received with and keeps, or -1 if it has none.
	 */
	long keptLength() {
		return (isOriginal() || this.content == Content.SHOWN) ? this.received.length() : -1;
	}

	/** Returns whether a filter's output is gathered so that its length can be sent. */
	boolean isGathered(BodyPipe pipe) {
		return isRewritten() && pipe.whole() == null && !this.flushing
				&& (this.single || this.received.isAtMost(BodyPipe.SMALL)) && !pipe.isStarted();
	}

	/**
	 * Passes the body through a filter, whose decisions about the body the caller passes
	 * to the pipe.
	 */
	BodyPipe pipe(GatewayStream stream) {
		Publisher<? extends DataBuffer> source = (this.body != null) ? this.body : Flux.empty();
		BodyPipe before = this.lastPipe;
		BodyPipe pipe = new BodyPipe(source,
				(before == null) ? this.owner.response().end()::cameWith : (bytes) -> false,
				new ResponseBodyFilter(stream, this.owner.response().openTrailers()), this.response.bufferFactory());
		if (before != null) {
			before.next(pipe);
		}
		this.lastPipe = pipe;
		this.body = pipe;
		if (stream.options().readOnlyBody()) {
			shown();
		}
		else {
			this.content = Content.REWRITTEN;
		}
		return pipe;
	}

	/** Shows only the trailers to a filter that does not see the body. */
	void showTrailers(GatewayStream stream) {
		Publisher<? extends DataBuffer> source = this.body;
		if (source != null && (isRewritten() || ResponseTrailers.arePossible(this.owner.exchange()))) {
			this.body = new BodyWithTrailers(source,
					new ResponseBodyFilter(stream, this.owner.response().openTrailers()));
			shown();
		}
	}

	private void shown() {
		if (isOriginal()) {
			this.content = Content.SHOWN;
		}
	}

	/**
	 * Leaves the length and the end of the body to a filter that sends a part of it while
	 * the headers wait. The response has a body from now on.
	 */
	void open() {
		if (this.absent) {
			this.body = Flux.empty();
			this.absent = false;
		}
		this.received = MessageBody.UNKNOWN;
		this.single = false;
	}

	/** Drops the body, and the trailers that filters added. */
	void drop() {
		dispose();
		this.owner.response().openTrailers().drop();
		this.body = null;
		this.absent = true;
		this.content = Content.REPLACED;
		Framing.exactLength(this.response.getHeaders(), 0);
	}

	/**
	 * Disposes of the body, which is not going to be read. Filters that have not started
	 * to read it do not see it either.
	 */
	void dispose() {
		Publisher<? extends DataBuffer> dropped = this.body;
		if (dropped != null) {
			BodyDisposal.dispose(this.owner.exchange(), FilteredBody.unread(dropped));
		}
	}

	/** Replaces a body that was dropped. */
	void replace(byte[] bytes) {
		this.body = Mono.fromSupplier(() -> this.response.bufferFactory().wrap(bytes));
		this.absent = bytes.length == 0;
		this.flushing = false;
	}

}
