package io.gatewaywasm.host.vm.hostcall;

import java.util.function.Consumer;

import io.gatewaywasm.host.abi.HeaderMap;
import io.gatewaywasm.host.abi.MapType;
import io.gatewaywasm.host.limits.SizeLimits;
import org.jspecify.annotations.Nullable;

/**
 * Counts what the guest has added to one stream, and applies the limits. Used only inside
 * the VM.
 */
public final class StreamBounds {

	private final SizeLimits limits;

	private @Nullable BoundedHeaders request;

	private @Nullable BoundedHeaders response;

	private @Nullable BoundedHeaders requestTrailers;

	private @Nullable BoundedHeaders responseTrailers;

	private @Nullable SentHeaders sentRequest;

	private @Nullable SentHeaders sentResponse;

	private long propertyBytes;

	public StreamBounds(SizeLimits limits) {
		this.limits = limits;
	}

	/**
	 * Returns headers that the guest may change within the limits. For the same headers,
	 * the same object is returned, since it counts the additions to them.
	 */
	HeaderMap headers(MapType type, HeaderMap headers) {
		BoundedHeaders last = switch (type) {
			case REQUEST_HEADERS -> this.request;
			case RESPONSE_HEADERS -> this.response;
			case REQUEST_TRAILERS -> this.requestTrailers;
			default -> this.responseTrailers;
		};
		if (last != null && last.isOf(headers)) {
			return last;
		}
		BoundedHeaders first = new BoundedHeaders(headers, this.limits);
		switch (type) {
			case REQUEST_HEADERS -> this.request = first;
			case RESPONSE_HEADERS -> this.response = first;
			case REQUEST_TRAILERS -> this.requestTrailers = first;
			default -> this.responseTrailers = first;
		}
		return first;
	}

	/**
	 * Returns headers that were sent on, which the guest may change for itself.
	 * {@code refusal} receives the names of those that it has changed too late.
	 */
	HeaderMap sentHeaders(MapType type, HeaderMap headers, Consumer<String> refusal) {
		SentHeaders sent = sentHeaders(type);
		if (sent == null) {
			sent = SentHeaders.of(headers, refusal);
			if (type == MapType.REQUEST_HEADERS) {
				this.sentRequest = sent;
			}
			else {
				this.sentResponse = sent;
			}
		}
		return headers(type, sent);
	}

	/** Returns the headers that the guest has changed for itself, if it has. */
	@Nullable SentHeaders sentHeaders(MapType type) {
		return switch (type) {
			case REQUEST_HEADERS -> this.sentRequest;
			case RESPONSE_HEADERS -> this.sentResponse;
			default -> null;
		};
	}

	/** Forgets the changes of a response that is replaced. */
	public void forgetSentResponse() {
		this.sentResponse = null;
	}

	/**
	 * Counts the bytes of the path and value of a property that the guest sets. Returns
	 * {@code false} if the limit is exceeded.
	 */
	boolean addProperty(long bytes) {
		if (this.propertyBytes + bytes > this.limits.properties()) {
			return false;
		}
		this.propertyBytes += bytes;
		return true;
	}

}
