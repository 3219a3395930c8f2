package io.gatewaywasm.boot.gateway.exchange;

import java.util.function.Supplier;

import io.gatewaywasm.boot.gateway.body.BodyPipe;
import io.gatewaywasm.boot.gateway.body.ExactBody;
import io.gatewaywasm.boot.gateway.body.UnseenBody;
import io.gatewaywasm.boot.gateway.body.WholeBody;
import io.gatewaywasm.boot.gateway.message.Framing;
import io.gatewaywasm.boot.gateway.message.MessageFacts;
import io.gatewaywasm.boot.gateway.message.NativeConnection;
import io.gatewaywasm.boot.gateway.message.PortableHeaders;
import io.gatewaywasm.boot.gateway.message.ResponseHeaderMap;
import io.gatewaywasm.boot.gateway.message.ResponseTrailers;
import io.gatewaywasm.host.abi.FramingHeaders;
import io.gatewaywasm.host.spi.Decision;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpResponse;

/**
 * Frames and writes a response whose headers have passed through the filters.
 */
final class ResponseWriter {

	private final WasmExchange owner;

	private final ServerHttpResponse response;

	private final ResponseBody body;

	private final Supplier<Mono<Void>> unchanged;

	/**
	 * Creates the writer. {@code unchanged} writes the response with its original body.
	 */
	ResponseWriter(WasmExchange owner, ResponseBody body, Supplier<Mono<Void>> unchanged) {
		this.owner = owner;
		this.response = owner.response().undecorated();
		this.body = body;
		this.unchanged = unchanged;
	}

	/**
	 * Returns why the response cannot be sent as the filters left it, or {@code null} if
	 * it can be sent.
	 */
	@Nullable String refusal() {
		String refusal = this.owner.response().framing().refusal();
		boolean invalid = refusal == null && !FramingHeaders.isFinalStatus(ResponseHeaderMap.status(this.response));
		return invalid ? "missing required header: :status" : refusal;
	}

	Mono<Void> write() {
		endWithHeadersIfSo();
		if (this.body.isOriginal()) {
			return writeOriginal();
		}
		Publisher<? extends DataBuffer> outgoing = this.body.publisher();
		if (outgoing == null || this.body.isAbsent()) {
			return this.response.setComplete();
		}
		if (outgoing instanceof BodyPipe pipe && this.body.isGathered(pipe)) {
			return pipe.gather((end) -> gathered(end, pipe));
		}
		return write(outgoing);
	}

	/**
	 * Drops a body that the status does not allow, and removes its framing. A response
	 * without a body gets the length 0 if its status allows one. A filter may have
	 * changed the status.
	 */
	private void endWithHeadersIfSo() {
		int status = ResponseHeaderMap.status(this.response);
		HttpHeaders headers = this.response.getHeaders();
		if (Framing.isBodyless(status)) {
			if (!this.body.isAbsent()) {
				this.body.drop();
			}
			Framing.noBody(headers, status);
		}
		else if (this.body.isAbsent() && !this.owner.requestFacts().isHead()) {
			if (!isLengthZeroOrAbsent(headers)) {
				this.body.drop();
			}
			else if (this.owner.requestFacts().protocol() != MessageFacts.Protocol.HTTP_2
					&& !this.owner.requestFacts().isHandshake()) {
				// Reactor Netty would send chunks
				Framing.exactLength(headers, 0);
			}
		}
	}

	private static boolean isLengthZeroOrAbsent(HttpHeaders headers) {
		String length = PortableHeaders.first(headers, HttpHeaders.CONTENT_LENGTH);
		return length == null || length.equals("0");
	}

	/**
	 * Writes the original body with its original length, unless a filter of the
	 * application has set another length. If the whole body is in one buffer, its bytes
	 * are counted.
	 */
	private Mono<Void> writeOriginal() {
		Publisher<? extends DataBuffer> outgoing = this.body.publisher();
		if (this.owner.requestFacts().isHead()) {
			omitChunksOfHttp10();
		}
		if (outgoing != null && this.body.isAbsent() && !this.owner.requestFacts().isHead()) {
			return this.response.writeWith(UnseenBody.of(outgoing));
		}
		if (outgoing == null || this.body.isAbsent() || !this.body.keepsUnknownLength()) {
			return this.unchanged.get();
		}
		HttpHeaders headers = this.response.getHeaders();
		boolean counted = PortableHeaders.contains(headers, HttpHeaders.CONTENT_LENGTH);
		keepUnknownLength();
		if (counted && !this.body.isFlushing() && outgoing instanceof Mono<? extends DataBuffer> single) {
			return this.response.writeWith(
					sending(single.doOnNext((buffer) -> Framing.exactLength(headers, buffer.readableByteCount()))));
		}
		return this.unchanged.get();
	}

	/**
	 * Removes the transfer coding, which Reactor Netty sets for a response without a
	 * length and HTTP/1.0 does not know.
	 */
	private void omitChunksOfHttp10() {
		if (this.owner.requestFacts().protocol() == MessageFacts.Protocol.HTTP_1_0) {
			PortableHeaders.remove(this.response.getHeaders(), HttpHeaders.TRANSFER_ENCODING);
		}
	}

	private void keepUnknownLength() {
		HttpHeaders headers = this.response.getHeaders();
		if (PortableHeaders.contains(headers, HttpHeaders.CONTENT_LENGTH)
				|| !PortableHeaders.contains(headers, HttpHeaders.TRANSFER_ENCODING)
				|| this.owner.requestFacts().protocol() == MessageFacts.Protocol.HTTP_1_0) {
			Framing.unknownLength(headers, this.owner.requestFacts().protocol());
		}
	}

	private Mono<Void> gathered(Decision end, BodyPipe pipe) {
		return (end instanceof Decision.Continue) ? write(pipe) : Mono.error(pipe.refusal(end));
	}

	private Mono<Void> write(Publisher<? extends DataBuffer> outgoing) {
		WholeBody whole = (outgoing instanceof BodyPipe pipe && !trailersFollow()) ? pipe.whole() : null;
		if (this.body.isRewritten()) {
			frame(whole);
		}
		else if (this.body.keepsUnknownLength()) {
			keepUnknownLength();
		}
		if (whole != null && isEndedByLength()) {
			return writeWhole(whole);
		}
		long length = this.body.keptLength();
		Publisher<? extends DataBuffer> sent = sending((length >= 0) ? ExactBody.of(outgoing, length) : outgoing);
		return this.body.isFlushing() ? this.response.writeAndFlushWith(Flux.from(sent).map(Flux::just))
				: this.response.writeWith(sent);
	}

	/** Counts what is sent. */
	private Publisher<? extends DataBuffer> sending(Publisher<? extends DataBuffer> body) {
		return this.owner.facts().sizes().sending(body);
	}

	private boolean trailersFollow() {
		ResponseTrailers trailers = this.owner.trailers();
		return trailers != null && trailers.size() > 0;
	}

	private void frame(@Nullable WholeBody whole) {
		if (whole != null) {
			Framing.exactLength(this.response.getHeaders(), whole.length());
		}
		else {
			Framing.unknownLength(this.response.getHeaders(), this.owner.requestFacts().protocol());
		}
	}

	/**
	 * Returns whether nothing can follow a body of known length. In HTTP/2, other filters
	 * can still add trailers while it is written.
	 */
	private boolean isEndedByLength() {
		return this.owner.requestFacts().protocol() != MessageFacts.Protocol.HTTP_2;
	}

	/**
	 * Writes headers and body in one piece. Otherwise each part would be a separate write
	 * and flush.
	 */
	private Mono<Void> writeWhole(WholeBody whole) {
		Mono<Void> written = (whole.length() == 0) ? this.response.setComplete()
				: this.response.writeWith(Mono.fromSupplier(() -> sentBuffer(whole)));
		boolean fromUpstream = NativeConnection.ofUpstream(this.owner.exchange()) != null;
		return fromUpstream ? written : LocalResponses.later(written, this.owner.executor());
	}

	private DataBuffer sentBuffer(WholeBody whole) {
		this.owner.facts().sizes().sent(whole.length());
		return whole.buffer(this.response.bufferFactory());
	}

}
