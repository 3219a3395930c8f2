package io.gatewaywasm.host.vm.stream;

import java.time.Duration;

/**
 * The settings for the streams of a plugin.
 *
 * @param open whether a failed filter is skipped; otherwise its streams are answered with
 * 503
 * @param bodyBuffer the bytes of a body that may be buffered per direction of a stream
 * @param headersStopIteration whether body callbacks run while the headers are paused
 * @param pauseTimeout how long a stream may stay paused
 * @param overflows receives the bodies that do not fit the buffer
 */
public record StreamPolicy(boolean open, int bodyBuffer, boolean headersStopIteration, Duration pauseTimeout,
		BodyOverflows overflows) {

}
