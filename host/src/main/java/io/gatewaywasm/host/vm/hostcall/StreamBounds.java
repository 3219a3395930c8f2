package io.gatewaywasm.host.vm.hostcall;

import io.gatewaywasm.host.abi.HeaderMap;
import io.gatewaywasm.host.abi.MapType;
import org.jspecify.annotations.Nullable;

/**
 * How much the guest has added to one stream, and how much it may. Used inside the VM
 * only.
 */
public final class StreamBounds {

	private final SizeLimits limits;

	private @Nullable BoundedHeaders request;

	private @Nullable BoundedHeaders response;

	private @Nullable BoundedHeaders trailers;

	private long propertyBytes;

	/**
	 * Creates new bounds.
	 * @param limits the limits
	 */
	public StreamBounds(SizeLimits limits) {
		this.limits = limits;
	}

	/**
	 * Returns headers that the guest may change, within bounds.
	 * @param type the kind of headers
	 * @param headers the headers
	 * @return bounded headers, the same as before for the same headers, since additions
	 * to them are counted
	 */
	HeaderMap headers(MapType type, HeaderMap headers) {
		BoundedHeaders last = switch (type) {
			case REQUEST_HEADERS -> this.request;
			case RESPONSE_HEADERS -> this.response;
			default -> this.trailers;
		};
		if (last != null && last.isOf(headers)) {
			return last;
		}
		BoundedHeaders first = new BoundedHeaders(headers, this.limits);
		switch (type) {
			case REQUEST_HEADERS -> this.request = first;
			case RESPONSE_HEADERS -> this.response = first;
			default -> this.trailers = first;
		}
		return first;
	}

	/**
	 * Counts a property that the guest sets.
	 * @param bytes the size of its path and value
	 * @return {@code false} if that is too much
	 */
	boolean addProperty(long bytes) {
		if (this.propertyBytes + bytes > this.limits.properties()) {
			return false;
		}
		this.propertyBytes += bytes;
		return true;
	}

}
