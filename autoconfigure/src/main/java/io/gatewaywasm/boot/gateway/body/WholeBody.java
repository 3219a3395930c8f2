package io.gatewaywasm.boot.gateway.body;

import java.util.List;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferFactory;

/**
 * A whole body in the parts that a filter has released, whose bytes must not be changed.
 */
public record WholeBody(List<byte[]> parts, int length) {

	/** A body without bytes. */
	public static final WholeBody EMPTY = new WholeBody(List.of(), 0);

	/**
	 * Returns the body in one buffer. Netty's buffers refer to the parts instead of
	 * copying them.
	 */
	public DataBuffer buffer(DataBufferFactory buffers) {
		return (this.parts.size() == 1) ? buffers.wrap(this.parts.get(0))
				: buffers.join(this.parts.stream().map(buffers::wrap).toList());
	}

}
