package io.gatewaywasm.boot.gateway.body;

import org.reactivestreams.Publisher;

import org.springframework.core.io.buffer.DataBuffer;

/**
 * A body that passes through a filter.
 */
public interface FilteredBody {

	/** Returns the body ahead of the filters that have not started to read it. */
	Publisher<? extends DataBuffer> unread();

	/** Returns a body ahead of the filters, if any, that have not started to read it. */
	static Publisher<? extends DataBuffer> unread(Publisher<? extends DataBuffer> body) {
		return (body instanceof FilteredBody filtered) ? filtered.unread() : body;
	}

}
